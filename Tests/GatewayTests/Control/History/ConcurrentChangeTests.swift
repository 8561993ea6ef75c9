import ControlAPI
import JSON
import Synchronization
import Testing

@testable import Gateway

@Suite struct ConcurrentChangeTests {
    /// A change that is held while it is published, so that another one certainly meets it.
    @Test func `of two changes of one stage at once, one wins whole, the other is refused, and the journal has both`()
        async throws
    {
        let home = try await HistoryHome()
        let gate = home.harness.publisher.gate
        gate.close()
        let stage = "/restapis/{api}/stages/prod"
        let first = Task { try await home.call(.patch(stage, "replace", "/canarySettings/percentTraffic", "20")) }
        await gate.untilReached()
        let second = try await home.call(.patch(stage, "replace", "/canarySettings/percentTraffic", "30"))
        let elsewhere = Task { try await home.call(.patch("/apikeys/{key}", "replace", "/enabled", "false")) }
        gate.open()
        #expect(second.status == 409)
        #expect(second.code == "ConflictException")
        #expect(
            second.message
                == "Unable to complete operation due to concurrent modification. Please try again later.")
        #expect(try await first.value.status == 200)
        #expect(try await elsewhere.value.status == 200)
        let shown = try await home.call(HistoryCall("GET", stage))
        #expect(shown["canarySettings"]?["percentTraffic"]?.double == 20)

        let path = "/restapis/\(home.ids["api"] ?? "")/stages/prod"
        let journal = try await home.harness.done("GET", "/sluice/journal?limit=3")
        let both = try (journal["item"]?.array ?? []).map { try $0.decode(JournalEntry.self) }.filter {
            $0.resource == path
        }
        #expect(both.map(\.operation) == ["UpdateStage", "UpdateStage"])
        #expect(both.count { $0.refused != nil } == 1)
        let refused = both.first { $0.refused != nil }?.sequence ?? 0
        #expect(try await home.undo(refused).status == 409)

        #expect(try await home.call(.patch(stage, "replace", "/canarySettings/percentTraffic", "30")).status == 200)
    }

    @Test func `a change that was refused is under way no more`() async throws {
        let home = try await HistoryHome()
        for _ in 0..<2 {
            #expect(
                try await home.call(.patch("/restapis/{api}/stages/prod", "replace", "/nonsense", "1")).status == 400)
        }
    }

    @Test(arguments: [
        ("PATCH", "/restapis/a/stages/prod", "{}", "/restapis/a/stages/prod"),
        ("DELETE", "/restapis/a/", "{}", "/restapis/a"), ("PUT", "/tags/a%2Fb", "{}", "/tags/a/b"),
        ("POST", "/restapis/a/deployments", #"{"stageName":"prod"}"#, "/restapis/a/stages/prod"),
        ("POST", "/restapis/a/deployments", "{}", nil), ("POST", "/restapis", "{}", nil),
        ("GET", "/restapis/a", "{}", nil), ("POST", "/sluice/journal/7/undo", "{}", "/sluice/journal/7/undo"),
    ])
    func `what a call changes`(_ verb: String, _ path: String, _ body: String, _ place: String?) throws {
        let (operation, parameters) = try #require(Router.standard.match(verb: verb, path: path))
        let input = OperationInput(parameters: parameters, body: try RequestBody(parsing: Array(body.utf8)))
        #expect(ChangesUnderWay.place(of: operation, path: path, input) == place)
    }
}

/// Holds publications until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = true
        var reached = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func close() { state.withLock { $0.isOpen = false } }

    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        for one in held { one.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let (free, watchers) = state.withLock { state in
                if !state.isOpen { state.held.append(continuation) }
                state.reached = !state.isOpen
                defer { state.watchers = [] }
                return (state.isOpen, state.watchers)
            }
            if free { continuation.resume() }
            for watcher in watchers { watcher.resume() }
        }
    }

    /// Returns when a publication is held.
    func untilReached() async {
        await withCheckedContinuation { continuation in
            let reached = state.withLock { state in
                if !state.reached { state.watchers.append(continuation) }
                return state.reached
            }
            if reached { continuation.resume() }
        }
    }
}
