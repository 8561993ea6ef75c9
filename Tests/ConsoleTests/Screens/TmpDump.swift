import ControlAPI
import Foundation
import Terminal
import Testing

@testable import Console

@Suite struct TmpDump {
    static let walks: [(String, [String])] = [
        ("limits", ["L"]), ("flush", ["F"]), ("models", ["M"]), ("model", ["M", "j", "j", "enter"]),
        ("gateway", ["W"]), ("gatewayone", ["W", "j", "enter"]), ("plans", ["P"]), ("plan", ["P", "enter"]),
        ("keys", ["K"]), ("keyoff", ["K", "space"]), ("request", ["l", "E", "enter"]), ("requestnone", ["l", "enter"]),
        ("logging", ["l", "enter", "i"]), ("resources", ["R"]), ("method", ["R", "j", "j", "j", "j", "enter"]),
        ("choose", ["R", "j", "j", "j", "j", "enter", "e"]), ("test", ["R", "j", "j", "j", "j", "enter", "t"]),
        ("tested", ["R", "j", "j", "j", "j", "enter", "t", "r"]), ("post", ["R", "j", "j", "t"]),
        ("prompt", ["R", "j", "j", "t", "a"]), ("stage", []), ("help", ["?"]),
    ]

    @Test func dump() throws {
        for (width, height) in [(80, 24), (120, 40)] {
            for ascii in [false, true] {
                for (name, keys) in Self.walks {
                    var engine = FakeEngine()
                    let record = Fixtures.records[47]
                    engine.executions[record.requestId] = Fixtures.execution(record)
                    var app = App(
                        width: width, height: height, capabilities: ascii ? .plain : Capabilities(), engine: engine)
                    var stages = Fixtures.stages
                    stages[1].cacheClusterEnabled = true
                    var all = MethodSetting()
                    all.cachingEnabled = true
                    stages[1].methodSettings = ["*/*": all]
                    app.type(":stages petstore prod")
                    app.press("enter")
                    app.send(.answered(.stages(apiId: Fixtures.petstore), .stages(stages)))
                    for key in keys {
                        app.press(key)
                        app.send(.answered(.stages(apiId: Fixtures.petstore), .stages(stages)))
                    }
                    let file = "/tmp/console-dumps/\(name)-\(width)\(ascii ? "-ascii" : "").txt"
                    try app.screen.write(toFile: file, atomically: true, encoding: .utf8)
                }
            }
        }
    }
}
