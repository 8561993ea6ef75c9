import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Whatever is pressed")
struct PropertyTests {
    private static let keys: [Key] = {
        let names = [
            "up", "down", "left", "right", "enter", "enter", "esc", "tab", "shift-tab", "pgup", "pgdn", "home", "end",
            "backspace", "delete", "space", "ctrl-a", "ctrl-k", "ctrl-u", "ctrl-w", "ctrl-r", "ctrl-s", "ctrl-f", "f1",
        ]
        let characters = "jkghlmopqbdxwtfecnvariNEOGRDSHTMWPKLFVyuU?:/[]+-1230 prodstag!\"(|*äé"
        return names.compactMap { Key($0) } + characters.compactMap { Key(typed: $0) }
    }()

    private static let events: [AppEvent] = [
        .feedLost(Fixtures.refusedConnection), .feed(.hello(Fixtures.engine)),
        .terminal(.resize(width: 20, height: 5)), .terminal(.resize(width: 80, height: 24)),
        .terminal(.resize(width: 133, height: 50)), .terminal(.resize(width: 0, height: 0)),
        .terminal(.paste("prod\n25")), .answered(.apis, .apis([])), .answered(.apis, .apis(Fixtures.apis)),
        .answered(.stages(apiId: Fixtures.petstore), .stages([])),
        .answered(.stages(apiId: Fixtures.petstore), .stages(Fixtures.stages)),
        .answered(.models(apiId: Fixtures.petstore), .models([])),
        .answered(.throttles(Fixtures.prod), .throttles([])),
        .answered(.resources(apiId: Fixtures.petstore), .resources([])),
        .answered(.resources(apiId: Fixtures.petstore), .resources(Fixtures.resources)),
        .answered(.gatewayResponses(apiId: Fixtures.petstore), .gatewayResponses([])),
        .edited(.requestTemplate(Fixtures.oneOrder, contentType: "application/json"), .text("#if(")),
        .edited(.testBody(Fixtures.oneOrder), .failed("no editor")),
        .failed(.deployments(apiId: Fixtures.petstore), Fixtures.conflict),
        .tail(.all, Fixtures.records, dropped: 3),
        .tail(.stage(apiId: Fixtures.petstore, stageName: "prod"), Fixtures.records, dropped: 0),
        .functionTail(.function(name: "orders-create"), Fixtures.functionLog, dropped: 1),
        .answered(.functions, .functions([])), .answered(.functions, .functions(Fixtures.functions)),
        .answered(.targetPool(vpcLinkId: "shop00"), .targetPool(TargetPool())),
        .failed(.targetPool(vpcLinkId: "shop00"), Fixtures.noPool), .answered(.vpcLinks, .vpcLinks([])),
        .invokeFailed(functionName: "orders-create", token: 1, Fixtures.conflict),
        .edited(.functionPayload("orders-create"), .text("[")),
        .terminal(.mouse(MouseEvent(.press, .left, x: 5, y: 5))), .terminal(.mouse(MouseEvent(.wheelDown, x: 5, y: 5))),
        .feed(.metrics(time: Fixtures.now + 1, samples: [])), .clock((Fixtures.now + 30) * 1000),
    ]

    /// Nothing crashes, every screen has the window's size, and no change is ever sent without its button.
    @Test(arguments: [
        (1, Capabilities()), (2, Capabilities(graphics: .blocks)), (3, Capabilities.plain),
        (4, Capabilities(noColor: true)), (5, Capabilities()), (6, Capabilities.plain),
    ])
    func nothingBreaks(_ seed: Int, _ capabilities: Capabilities) {
        var random = SeededGenerator(seed: UInt64(seed))
        var app = App(width: 80, height: 24, capabilities: capabilities)
        for step in 0..<1500 {
            if step % 12 == 0, let event = Self.events.randomElement(using: &random) {
                app.send(event)
            } else if let key = Self.keys.randomElement(using: &random) {
                app.send(.terminal(.key(key)))
            }
            let canvas = view(app.state)
            #expect(canvas.width == app.state.workspace.width && canvas.height == app.state.workspace.height)
            #expect(!app.state.stack.isEmpty)
        }
    }

    /// Every screen at every size between too small and large.
    @Test func everySizeHoldsEveryScreen() {
        var app = App.onStage()
        let walks: [[String]] = [
            [], ["p"], ["esc", "w"], ["esc", "l"], ["w"], ["esc", "m"], ["esc", "b"], ["esc", "?"],
            ["esc", "esc", "enter"],
            ["j", "j", "enter"], ["t"], ["r"], ["a"], ["esc", "e"], ["esc", "esc", "esc", "H"], ["enter"],
            ["esc", "esc", "M"], ["enter"], ["esc", "esc", "W"], ["enter"], ["e"], ["esc", "esc", "esc", "P"],
            ["enter"],
            ["esc", "esc", "K"], ["x"], ["esc", "esc", "s", "j", "enter", "L"], ["esc", "F"], ["esc", "l", "enter"],
            ["i"], ["esc", ":"], ["esc", "esc", "esc", "esc", "esc", "f"], ["enter"], ["tab", "w"], ["x"],
            ["esc", "i"], ["r"], ["esc", "esc", "esc", "V"], ["enter"], ["x"], ["esc", "c"], ["esc", "a"],
            ["esc", "esc", "esc", "R", "j", "j", "enter", "p"],
        ]
        for walk in walks {
            for key in walk { if let key = Key(key) { app.send(.terminal(.key(key))) } }
            for (width, height) in [(40, 10), (41, 11), (60, 13), (79, 23), (100, 30), (200, 60), (40, 60), (200, 10)] {
                app.send(.terminal(.resize(width: width, height: height)))
                let canvas = view(app.state)
                #expect(canvas.width == width && canvas.height == height)
            }
        }
    }
}
