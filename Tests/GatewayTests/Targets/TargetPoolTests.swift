import ControlAPI
import Foundation
import Testing

@testable import Gateway

/// Requests through a VPC link, with real backends.
@Suite struct TargetPoolTests {
    @Test func `requests go round, with the address's own host and path`() async throws {
        let backends = try (0..<3).map { try ScriptedBackend.named("b\($0)") }
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(TestPlane.pool(backends.map(\.port)))
        let bodies = try await plane.bodies(9)
        #expect(Dictionary(bodies.map { ($0, 1) }, uniquingKeysWith: +) == ["b0": 3, "b1": 3, "b2": 3])
        let states = await plane.targets()
        #expect(states.map(\.requests) == [3, 3, 3])
        #expect(states.map(\.outstanding) == [0, 0, 0])
        #expect(states.map(\.health) == [.healthy, .healthy, .healthy])

        await plane.publish(TestPlane.pool([try ScriptedBackend.echo().port]))
        let echoed = try await plane.call("/prod/pets?a=b").text
        #expect(echoed.hasPrefix("GET /pets?a=b HTTP/1.1\n"))
        #expect(echoed.contains("Host: service.test\n"))
        await plane.stop()
    }

    @Test func `the fewest requests under way`() async throws {
        let go = DispatchSemaphore(value: 0)
        let slow = try ScriptedBackend.serving { _ in
            go.wait()
            return ScriptedBackend.answer("slow")
        }
        let quick = try ScriptedBackend.named("quick")
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(TestPlane.pool([slow.port, quick.port], .leastOutstandingRequests))
        // One request hangs at the slow one; from then on all go to the other.
        let socket = try plane.connect()
        var first = try await plane.bodies(1)
        try socket.send(TestPlane.request("/prod/x"))
        #expect(await eventually { await plane.target(slow.port)?.outstanding == 1 })
        first += try await plane.bodies(5)
        #expect(Set(first) == ["quick"])
        go.signal()
        #expect(try await blocking { try socket.message().text } == "slow")
        for _ in 0..<10 { go.signal() }
        await plane.stop()
    }

    @Test(arguments: [
        ("nowhere", 500, "Execution failed due to configuration error: VPC link nowhere does not exist"),
        (
            "${stageVariables.none}", 500,
            "Execution failed due to configuration error: the integration's connectionId is empty: its stage variable is "
                + "not defined"
        ),
        (
            "${stageVariables.link}", 504,
            "Execution failed due to a network error communicating with endpoint: the target pool of VPC link link01 has "
                + "no target that can be called"
        ),
    ])
    func `links that lead nowhere`(_ link: String, _ status: Int, _ cause: String) async throws {
        let plane = try await TestPlane([])
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.variables = ["link": TestPlane.link]
        try await plane.publish(TestPlane.linked(link: link), stage: stage)
        await plane.publish(TestPlane.pool([]))
        #expect(try await plane.call("/prod/x").status == status)
        #expect(await plane.lastCause == cause)
        await plane.stop()
    }

    @Test func `a link without a pool calls the address's own host, and one that is taken away nothing`() async throws {
        let backend = try ScriptedBackend.named("direct")
        let plane = try await TestPlane(TestPlane.linked(uri: "http://127.0.0.1:\(backend.port)/{proxy}"))
        #expect(try await plane.call("/prod/x").status == 500)
        await plane.publish(nil)
        #expect(try await plane.bodies(1) == ["direct"])
        await plane.publish(TestPlane.pool([try ScriptedBackend.named("pool").port]))
        #expect(try await plane.bodies(1) == ["pool"])
        await plane.plane.withdraw(vpcLink: TestPlane.link)
        #expect(try await plane.call("/prod/x").status == 500)
        await plane.stop()
    }

    @Test func `no request fails while targets come and go`() async throws {
        let backends = try (0..<4).map { try ScriptedBackend.named("b\($0)") }
        let ports = backends.map(\.port)
        let plane = try await TestPlane(TestPlane.linked(), loops: 2)
        await plane.publish(TestPlane.pool(ports))
        let done = Counter()
        let callers = (0..<4).map { _ in
            Task {
                try await blocking { [port = plane.port] in
                    let socket = try RawSocket(port: port)
                    var statuses: [Int: Int] = [:]
                    while done.value == 0 {
                        try socket.send(TestPlane.request("/prod/x"))
                        statuses[try socket.message().status, default: 0] += 1
                    }
                    return statuses
                }
            }
        }
        for round in 0..<60 {
            await plane.publish(TestPlane.pool(ports.filter { $0 != ports[round % 4] }))
            try await Task.sleep(for: .milliseconds(2))
        }
        done.add(1)
        for caller in callers { #expect(try await caller.value.keys.sorted() == [200]) }
        #expect(await plane.targets().map(\.outstanding).allSatisfy { $0 == 0 })
        await plane.stop()
    }

    @Test func `a target that refuses costs idempotent requests nothing`() async throws {
        let nobody = try RefusingPort()
        defer { nobody.close() }
        let backend = try ScriptedBackend.named("well")
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(TestPlane.pool([nobody.port, backend.port]))
        #expect(Set(try await plane.bodies(10)) == ["well"])
        #expect(await plane.target(nobody.port)?.failures == 5)
        // What may have been carried out goes out once: every other POST meets the one that refuses.
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await plane.call("/prod/x", verb: "POST", body: "b").status) }
        #expect(statuses.sorted() == [200, 200, 504, 504])
        // A body that no connection took goes to the other one whole.
        await plane.publish(TestPlane.pool([nobody.port, try ScriptedBackend.echo().port]))
        for _ in 0..<4 {
            let answer = try await plane.call("/prod/x", verb: "PUT", body: "all of it")
            #expect(answer.text.hasSuffix("\nall of it"))
        }
        await plane.stop()
    }

    @Test func `all targets down is a network error`() async throws {
        let nobody = try RefusingPort()
        defer { nobody.close() }
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(TestPlane.pool([nobody.port]))
        let answer = try await plane.call("/prod/x")
        #expect(answer.status == 504)
        #expect(answer.text == #"{"message": "Network error communicating with endpoint"}"#)
        #expect(await plane.target(nobody.port)?.failures == 2)
        await plane.stop()
    }

    @Test(arguments: [
        ("a.backend.example", 200, ""), ("other.test", 500, "Execution failed due to configuration error: "),
    ])
    func `over TLS the address's own host is what the certificate has to name`(
        _ host: String, _ status: Int, _ cause: String
    ) async throws {
        // An address that the certificate does not name.
        let front = try await TLSBackend(try ScriptedBackend.named("secure"), host: "127.0.0.2")
        let plane = try await TestPlane(
            TestPlane.linked(uri: "https://\(host)/{proxy}"), configure: { $0.backendTrust = TLSBackendTests.trust })
        await plane.publish(TestPlane.pool([front.port], host: "127.0.0.2"))
        for _ in 0..<3 {
            let answer = try await plane.call("/prod/x")
            #expect(answer.status == status)
        }
        let said = await plane.lastCause ?? ""
        #expect(said.hasPrefix(cause))
        await plane.stop()
    }

    // MARK: Ejection

    private func failing(_ failing: TurnableBackend, seconds: Double) async throws -> TestPlane {
        var pool = TestPlane.pool([failing.port, try ScriptedBackend.named("well").port])
        pool.ejection = TargetPool.Ejection(consecutiveFailures: 3, seconds: seconds)
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(pool)
        _ = try await plane.bodies(6)
        return plane
    }

    @Test func `failing requests leave a target out`() async throws {
        let backend = try TurnableBackend("failing", status: "503 Service Unavailable", serves: true)
        let plane = try await failing(backend, seconds: 3600)
        #expect(await eventually { await plane.target(backend.port)?.health == .ejected })
        #expect(
            await plane.target(backend.port)?.reason == "left out for 3600.0 s after 3 failed requests in a row")
        #expect(Set(try await plane.bodies(6)) == ["well"])
        #expect(await plane.target(backend.port)?.failures == 3)
        await plane.stop()
    }

    @Test func `a target that was left out comes back`() async throws {
        let backend = try TurnableBackend("failing", status: "503 Service Unavailable", serves: true)
        let plane = try await failing(backend, seconds: 0.2)
        backend.turn("200 OK")
        #expect(try await eventually { try await plane.bodies(2).contains("failing") })
        #expect(await eventually { await plane.target(backend.port)?.health == .healthy })
        #expect(await plane.target(backend.port)?.failures == 3)
        await plane.stop()
    }

    @Test func `the last target that may be used is not left out`() async throws {
        let failing = try (0..<2).map { try TurnableBackend("f\($0)", status: "502 Bad Gateway", serves: true) }
        var pool = TestPlane.pool(failing.map(\.port))
        pool.ejection = TargetPool.Ejection(consecutiveFailures: 2, seconds: 60)
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(pool)
        #expect(
            try await eventually {
                _ = try await plane.bodies(4)
                return await plane.targets().contains { $0.health == .ejected }
            })
        for _ in 0..<10 { #expect(try await plane.call("/prod/x").status == 502) }
        #expect(await plane.targets().filter { $0.health == .healthy }.count == 1)
        await plane.stop()
    }

    // MARK: Health checks

    private func checked(_ ports: [Int], path: String = "/ping") -> TargetPool {
        var pool = TestPlane.pool(ports)
        pool.healthCheck = TargetPool.HealthCheck(
            path: path, intervalSeconds: 0.1, timeoutSeconds: 0.1, healthyThresholdCount: 2,
            unhealthyThresholdCount: 2)
        return pool
    }

    @Test func `checks take a target out and back`() async throws {
        let turning = try TurnableBackend("turning")
        let well = try TurnableBackend("well")
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(checked([turning.port, well.port]))
        #expect(await eventually { await plane.targets().allSatisfy { $0.health == .healthy } })
        turning.turn("500 Internal Server Error")
        #expect(await eventually { await plane.target(turning.port)?.health == .unhealthy })
        #expect(await plane.target(turning.port)?.reason == "health check: status 500 is not 200-399")
        #expect(try await eventually { try await Set(plane.bodies(6)) == ["well"] })
        turning.turn("204 No Content")
        #expect(await eventually { await plane.target(turning.port)?.health == .healthy })
        #expect(try await eventually { try await Set(plane.bodies(6)) == ["well", "turning"] })
        await plane.stop()
    }

    @Test func `where all are unhealthy all get requests`() async throws {
        let backends = try (0..<2).map { try TurnableBackend("b\($0)", status: "500 No") }
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(checked(backends.map(\.port)))
        // New ones are used as long as none is known to be well.
        #expect(try await Set(plane.bodies(4)) == ["b0", "b1"])
        #expect(await eventually { await plane.targets().allSatisfy { $0.health == .unhealthy } })
        #expect(try await Set(plane.bodies(4)) == ["b0", "b1"])
        await plane.stop()
    }

    @Test func `what fails a check is told`() async throws {
        let nobody = try RefusingPort()
        defer { nobody.close() }
        let silent = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            _ = connection.isAtEnd()
        }
        let closing = try ScriptedBackend { connection, _ in _ = try connection.message() }
        let babbling = try ScriptedBackend { connection, _ in
            try connection.send("220 mail.test ESMTP\r\n\r\n")
            _ = connection.isAtEnd()
        }
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(checked([nobody.port, silent.port, closing.port, babbling.port]))
        #expect(await eventually { await plane.targets().allSatisfy { $0.health == .unhealthy } })
        for (port, reason) in [
            (nobody.port, "health check: no connection: Connection refused"),
            (silent.port, "health check: no answer within 0.1 s"),
            (closing.port, "health check: the connection was closed without an answer"),
            (babbling.port, "health check: the answer is not HTTP"),
        ] {
            #expect(await eventually { await plane.target(port)?.reason == reason }, "\(reason)")
        }
        await plane.stop()
    }

    @Test func `a connection may be enough`() async throws {
        let nobody = try RefusingPort()
        defer { nobody.close() }
        let silent = try ScriptedBackend { connection, _ in _ = connection.isAtEnd() }
        let plane = try await TestPlane(TestPlane.linked())
        var pool = checked([nobody.port, silent.port])
        pool.healthCheck?.protocol = .tcp
        await plane.publish(pool)
        #expect(await eventually { await plane.target(nobody.port)?.health == .unhealthy })
        #expect(await eventually { await plane.target(silent.port)?.health == .healthy })
        await plane.stop()
    }

    @Test func `many targets are checked`() async throws {
        let backend = try TurnableBackend("one")
        var pool = checked([])
        // More than are checked at once, but not more often than a busy machine can.
        pool.healthCheck?.intervalSeconds = 2
        pool.healthCheck?.timeoutSeconds = 2
        pool.healthCheck?.unhealthyThresholdCount = 1
        // 127.0.0.0/8 is all loopback, but only 127.0.0.1 listens: the others refuse.
        pool.targets = (1...100).map {
            TargetPool.Target(host: "127.0.1.\($0)", port: backend.port)
        }
        pool.targets.append(TargetPool.Target(host: "127.0.0.1", port: backend.port))
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(pool)
        #expect(
            await eventually {
                let states = await plane.targets()
                return states.filter { $0.health == .healthy }.count == 1
                    && states.filter { $0.health == .unhealthy }.count == 100
            })
        #expect(Set(try await plane.bodies(5)) == ["one"])
        await plane.stop()
    }

    // MARK: Draining

    @Test func `a target that is taken away finishes its requests`() async throws {
        let go = DispatchSemaphore(value: 0)
        let slow = try ScriptedBackend.serving { _ in
            go.wait()
            return ScriptedBackend.answer("finished")
        }
        let other = try ScriptedBackend.named("other")
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(TestPlane.pool([slow.port]))
        let socket = try plane.connect()
        try socket.send(TestPlane.request("/prod/x"))
        #expect(await eventually { await plane.target(slow.port)?.outstanding == 1 })
        await plane.publish(TestPlane.pool([other.port]))
        #expect(await plane.target(slow.port)?.health == .draining)
        #expect(Set(try await plane.bodies(4)) == ["other"])
        go.signal()
        #expect(try await blocking { try socket.message().text } == "finished")
        #expect(await eventually { await plane.target(slow.port) == nil })
        await plane.stop()
    }

    @Test func `what outlasts the delay is cut`() async throws {
        let slow = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            _ = connection.isAtEnd()
        }
        let plane = try await TestPlane(TestPlane.linked())
        var pool = TestPlane.pool([slow.port])
        pool.deregistrationDelaySeconds = 0.05
        await plane.publish(pool)
        let socket = try plane.connect()
        try socket.send(TestPlane.request("/prod/x"))
        #expect(await eventually { await plane.target(slow.port)?.outstanding == 1 })
        pool.targets = []
        await plane.publish(pool)
        #expect(try await blocking { try socket.message().status } == 504)
        #expect(await plane.targets().isEmpty)
        await plane.stop()
    }

    // MARK: Names

    @Test func `names are asked again, and keep their addresses when they stop to resolve`() async throws {
        let backend = try ScriptedBackend.named("named")
        let resolver = ToldResolver()
        resolver.tell("service.internal", .success(["127.0.0.1"]))
        let plane = try await TestPlane(
            TestPlane.linked(),
            configure: {
                $0.nameResolver = resolver
                $0.nameIntervalMilliseconds = 10
            })
        await plane.publish(TestPlane.pool([backend.port], host: "service.internal"))
        #expect(try await plane.bodies(3) == ["named", "named", "named"])
        #expect(await plane.targets().first?.addresses == ["127.0.0.1"])
        resolver.tell("service.internal", .failure(NameFault("gone")))
        #expect(
            await eventually {
                await plane.targets().first?.reason
                    == "the name does not resolve any more, its last addresses are used: gone"
            })
        #expect(await plane.targets().first?.health == .healthy)
        #expect(try await plane.bodies(1) == ["named"])
        resolver.tell("service.internal", .success(["127.0.0.2", "127.0.0.1", "127.0.0.3"]))
        #expect(
            await eventually { await plane.targets().first?.addresses == ["127.0.0.1", "127.0.0.2", "127.0.0.3"] })
        #expect(await plane.targets().first?.reason == nil)
        resolver.tell("service.internal", .success(["127.0.0.1"]))
        #expect(await eventually { await plane.targets().first?.addresses == ["127.0.0.1"] })
        // What the addresses that went have counted stays.
        #expect((await plane.targets().first?.requests ?? 0) >= 4)
        await plane.publish(TestPlane.pool([]))
        await plane.stop()
    }

    @Test func `a name that never resolved is unhealthy`() async throws {
        let plane = try await TestPlane(TestPlane.linked(), configure: { $0.nameResolver = ToldResolver() })
        await plane.publish(TestPlane.pool([80], host: "nobody.internal"))
        let target = await plane.targets().first
        #expect(target?.health == .unhealthy)
        #expect(target?.reason == "the name does not resolve: Name or service not known")
        #expect(try await plane.call("/prod/x").status == 504)
        await plane.stop()
    }

    @Test func `the machine's own resolver knows localhost`() async throws {
        let backend = try ScriptedBackend.named("local")
        let plane = try await TestPlane(TestPlane.linked())
        await plane.publish(TestPlane.pool([backend.port], host: "localhost"))
        #expect(await eventually { await plane.targets().first?.addresses == ["127.0.0.1"] })
        #expect(try await plane.bodies(1) == ["local"])
        await plane.stop()
    }
}
