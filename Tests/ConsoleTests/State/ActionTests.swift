import ControlAPI
import Terminal
import Testing

@testable import Console

@Suite("Changing a stage")
struct ActionTests {
    private func changes(_ effects: [Effect]) -> [StageChange] {
        effects.compactMap {
            if case .change(_, let change, _) = $0 { return change }
            return nil
        }
    }

    @Test(arguments: ["p", "x", "+", "-", "w"])
    func enterOnTheOpenedDialogCancels(_ key: String) {
        var app = App.onStage()
        app.press(key)
        #expect(app.state.overlays.count == 1)
        app.press("enter")
        #expect(app.state.overlays.isEmpty)
        #expect(changes(app.effects).isEmpty)
    }

    /// A held key opens the dialog over and over, and types into it, but never confirms.
    @Test(arguments: ["p", "x", "+", "-", "w", "enter", "b"])
    func aHeldKeyChangesNothing(_ key: String) {
        var app = App.onStage()
        for _ in 0..<200 { app.press(key) }
        #expect(changes(app.effects).isEmpty)
        for _ in 0..<200 { app.press("enter") }
        #expect(changes(app.effects).isEmpty)
    }

    @Test func promotesWhenTheStageNameWasTyped() {
        var app = App.onStage()
        app.press("p")
        app.type("prod")
        #expect(app.line(with: "Promote ◂") != nil)
        app.press("enter")
        #expect(changes(app.effects) == [.promoteCanary(hasOverrides: true)])
        #expect(app.line(22).contains("prod: canary promoted"))
    }

    @Test func aWrongNameDoesNotPromote() {
        var app = App.onStage()
        app.press("p")
        app.type("prodd")
        app.press("enter")
        #expect(changes(app.effects).isEmpty)
    }

    @Test func promotesWhenTheButtonWasChosen() {
        var app = App.onStage()
        app.press("p", "tab", "enter")
        #expect(changes(app.effects) == [.promoteCanary(hasOverrides: true)])
    }

    @Test func weightMovesInStepsAndIsAppliedByTheButton() {
        var app = App.onStage()
        app.press("+", "+", "up", "down", "tab", "enter")
        #expect(changes(app.effects) == [.canaryWeight(20)])
    }

    @Test func weightStaysBetweenNothingAndAll() {
        var app = App.onStage()
        app.press("-")
        for _ in 0..<30 { app.press("-") }
        #expect(app.line(with: "traffic")?.contains("→  0 %") == true)
        for _ in 0..<30 { app.press("+") }
        #expect(app.line(with: "traffic")?.contains("→  100 %") == true)
    }

    @Test(arguments: [("25", 25.0), ("0.5", 0.5), ("7 %", 7.0), ("100", 100.0), ("0", 0.0)])
    func weightIsTyped(_ text: String, _ percent: Double) {
        var app = App.onStage()
        app.press("w")
        app.type(text)
        app.press("enter")
        #expect(changes(app.effects) == [.canaryWeight(percent)])
    }

    @Test(arguments: ["101", "ten", "1e2", "--", "5.5.5"])
    func whatIsNoWeightIsNotSent(_ text: String) {
        var app = App.onStage()
        app.press("w")
        app.type(text)
        app.press("enter")
        #expect(changes(app.effects).isEmpty)
    }

    @Test func theSameWeightChangesNothing() {
        var app = App.onStage()
        app.press("w", "tab", "enter")
        #expect(app.line(with: "this changes nothing") != nil)
        #expect(changes(app.effects).isEmpty)
    }

    @Test func disablesTheCanary() {
        var app = App.onStage()
        app.press("x", "tab", "enter")
        #expect(changes(app.effects) == [.disableCanary])
    }

    @Test func rollsBackToTheChosenDeployment() {
        var app = App.onStage()
        app.press("b", "j", "j", "enter", "tab", "enter")
        #expect(changes(app.effects) == [.rollback(deploymentId: "c40099")])
    }

    @Test func rollsBackFromTheListOfDeployments() {
        var app = App()
        // Orders have one stage, so there is nothing to choose.
        app.press("j", "D", "b")
        #expect(app.line(with: "Roll back orders / live") != nil)
        app.press("esc", "esc", "k", "D", "j", "b", "j", "enter")
        #expect(app.line(with: "Roll back petstore / prod") != nil)
    }

    @Test func whileAChangeIsUnderWayItIsShownAsDoneAndMarked() {
        var app = App.onStage()
        app.engine?.acknowledges = false
        app.press("+", "tab", "enter")
        #expect(app.line(2).contains("85 %"))
        #expect(app.line(3).contains("sending: set the canary's weight to 15 %"))
        // Another one has to wait.
        app.press("x")
        #expect(app.state.overlays.isEmpty)
        #expect(app.line(22).contains("a change of this stage is under way"))
    }

    @Test func aRefusedChangeIsTakenBackAndExplained() {
        var app = App.onStage()
        app.engine?.refuses = Fixtures.conflict
        app.press("+", "tab", "enter")
        #expect(app.line(with: "could not set the canary's weight to 15 %") != nil)
        app.press("enter")
        #expect(app.line(2).contains("90 %"))
    }

    @Test func withoutACanaryTheKeysSayWhy() {
        var app = App()
        app.type(":stages petstore dev")
        app.press("enter", "p")
        #expect(app.state.overlays.isEmpty)
        #expect(app.line(22).contains("dev has no canary"))
    }

    @Test func otherPeoplesChangesAreTold() {
        var app = App.onStage()
        _ = app.takeEffects()
        app.send(
            .feed(
                .change(
                    JournalEntry(
                        sequence: 42, time: Timestamp(seconds: Fixtures.now), actor: "AKIDBOB",
                        operation: "UpdateStage",
                        resource: "/restapis/\(Fixtures.petstore)/stages/prod", before: nil, after: nil))))
        #expect(app.line(22).contains("UpdateStage petstore prod by AKIDBOB"))
        #expect(app.effects.contains(.fetch(.stages(apiId: Fixtures.petstore))))
    }
}
