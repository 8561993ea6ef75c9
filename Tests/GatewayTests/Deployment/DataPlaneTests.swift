import ControlAPI
import Foundation
import Logging
import Testing

@testable import Gateway

@Suite struct DataPlaneTests {
    @Test func namesAPortThatIsInUse() async throws {
        let first = try await TestPlane([])
        let second = DataPlane(
            configuration: DataPlaneConfiguration(port: first.port, loops: 1), logger: Logger(label: "test"))
        await #expect(throws: DataPlaneError.addressInUse("127.0.0.1:\(first.port)")) { _ = try await second.start() }
        #expect(try await first.call("/prod").status == 403)
        await first.stop()
    }

    @Test func listensAgainOnAPortThatIsFree() async throws {
        // Below the kernel's own choices, which other tests get meanwhile.
        var again: TestPlane?
        for _ in 0..<50 where again == nil {
            let port = Int.random(in: 20_000..<32_000)
            guard let first = try? await TestPlane([], configure: { $0.port = port }) else { continue }
            _ = try await first.call("/prod")
            await first.stop()
            // Another program may have taken it meanwhile: then the next port is tried.
            again = try? await TestPlane([]) { $0.port = port }
            #expect(again == nil || again?.port == port)
        }
        let second = try #require(again)
        #expect(try await second.call("/prod").status == 403)
        await second.stop()
    }

    @Test func drainsBeforeItStops() async throws {
        let arrived = Counter()
        let go = DispatchSemaphore(value: 0)
        let backend = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            arrived.add(1)
            go.wait()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
            _ = connection.isAtEnd()
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port), loops: 2)
        let idle = try plane.connect()
        let busy = try plane.connect()
        try busy.send(TestPlane.request("/prod/x"))
        #expect(await eventually { arrived.value == 1 })
        let stopping = Task { await plane.plane.shutdown(graceSeconds: 10) }
        // Idle connections go at once, the listeners too.
        #expect(try await blocking { idle.isAtEnd() })
        #expect(await eventually { (try? plane.connect()) == nil })
        go.signal()
        let answer = try await blocking { try busy.message() }
        #expect(answer.text == "done")
        #expect(answer["connection"] == "close")
        await stopping.value
    }

    @Test func cutsWhatOutlastsTheGrace() async throws {
        let arrived = Counter()
        let backend = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            arrived.add(1)
            _ = connection.isAtEnd()
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let socket = try plane.connect()
        try socket.send(TestPlane.request("/prod/x"))
        #expect(await eventually { arrived.value == 1 })
        await plane.plane.shutdown(graceSeconds: 0.05)
        #expect(try await blocking { socket.isAtEnd() })
    }

    /// The loops are gone then: whoever still asks or publishes is answered, and none of them is given work.
    @Test func answersQuestionsAfterItsEnd() async throws {
        let plane = try await TestPlane([TestPlane.resource("/x", TestPlane.mock("ok"))], loops: 2)
        #expect(try await plane.call("/prod/x").status == 200)
        #expect(await plane.plane.accessLog(AccessLogQuery(limit: 10)).count == 1)
        await plane.stop()
        #expect(await plane.plane.accessLog(AccessLogQuery(limit: 10)).isEmpty)
        #expect(await plane.plane.executionLog(requestId: "0b2c4a3e-6d0f-4a51-8a6e-3f5ed9f2b1c7") == nil)
        #expect(await plane.plane.executionLogs(apiId: nil, stageName: nil, limit: 10).isEmpty)
        await plane.plane.withdraw(apiId: TestPlane.apiId, stageName: "prod")
        await plane.stop()
    }
}
