import ControlAPI
import Testing

@testable import Gateway

@Suite struct TrafficTests {
    @Test func recordsEachRequestOnce() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(
            TestPlane.proxy(port: backend.port) + [TestPlane.resource("/pets/{id}", TestPlane.mock("{}"), verb: "GET")])
        _ = try await plane.call("/prod/x?y=1", verb: "POST", body: "hello")
        _ = try await plane.call("/prod/pets/7")
        _ = try await plane.call("/prod/")
        _ = try await plane.call("/nothing")
        let records = await plane.plane.accessLog(AccessLogQuery(apiId: TestPlane.apiId))
        #expect(records.map(\.status) == [200, 200, 403])
        #expect(records.map(\.httpMethod) == ["POST", "GET", "GET"])
        #expect(records.map(\.path) == ["/prod/x", "/prod/pets/7", "/prod/"])
        #expect(records.map(\.resourcePath) == ["/{proxy+}", "/pets/{id}", nil])
        #expect(records.map { $0.integrationLatency != nil } == [true, false, false])
        #expect(records.map(\.errorMessage) == [nil, nil, "Missing Authentication Token"])
        for record in records {
            #expect(record.apiId == TestPlane.apiId)
            #expect(record.stage == "prod")
            #expect(record.sourceIp == "127.0.0.1")
            #expect(record.responseLatency >= record.integrationLatency ?? 0)
            #expect(!record.isCanaryRequest)
        }
        #expect(records.dropFirst().first?.responseLength == 2)
        let last = await plane.plane.accessLog(AccessLogQuery(limit: 1))
        #expect(last == records.suffix(1))
        #expect(await plane.plane.accessLog(AccessLogQuery(stageName: "other")).isEmpty)
        await plane.stop()
    }

    /// AWS's `$context.path`, however the API was called.
    @Test func pathBeginsWithTheStageInRecordsAndMappings() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = Integration(type: "HTTP_PROXY")
        integration.httpMethod = "GET"
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        integration.requestParameters = ["integration.request.header.X-Path": "context.path"]
        let plane = try await TestPlane([TestPlane.resource("/pets/{id}", integration)])
        let form = "/_aws/execute-api/\(TestPlane.apiId)/prod"
        let answers = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            return try [TestPlane.request("/prod/pets/7")].map { request in
                try socket.send(request)
                return try socket.message()
            }
                + [form + "/pets/7", form].map { path in
                    try socket.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    return try socket.message()
                }
        }
        #expect(answers.prefix(2).allSatisfy { $0.text.contains("X-Path: /prod/pets/7\n") })
        let records = await plane.plane.accessLog(AccessLogQuery(apiId: TestPlane.apiId))
        #expect(records.map(\.path) == ["/prod/pets/7", "/prod/pets/7", "/prod"])
        await plane.stop()
    }

    @Test func reportsMetricsEachSecondAndRecordsAsTheyCome() async throws {
        let plane = try await TestPlane([TestPlane.resource("/", TestPlane.mock("{}"))], loops: 2)
        let reports = plane.plane.reports(access: .api(apiId: TestPlane.apiId))
        let none = plane.plane.reports(access: .none)
        // The reader of records begins with its first poll.
        for _ in 0..<3 { _ = try await plane.call("/prod") }
        var iterator = reports.makeAsyncIterator()
        var counted = 0
        var seconds: [Int] = []
        while seconds.count < 2 || counted < 3 {
            guard let report = await iterator.next() else { break }
            if case .metrics(let time, let samples) = report {
                seconds.append(time)
                counted += samples.map(\.count).reduce(0, +)
            }
        }
        #expect(counted == 3)
        #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $1 == $0 + 1 })
        var seen = 0
        _ = try await plane.call("/prod/nothing")
        while seen == 0, let report = await iterator.next() {
            if case .access(let records, let dropped) = report {
                #expect(dropped == 0)
                seen += records.filter { $0.status == 403 }.count
            }
        }
        #expect(seen == 1)
        await plane.stop()
        for await report in none {
            if case .access = report { Issue.record("records were not asked for") }
        }
    }

    @Test func ringKeepsTheNewestAndCountsTheLost() {
        let ring = AccessLogRing(capacity: 16)
        for number in 0..<40 {
            let path = Array("/\(number)".utf8)
            path.withUnsafeBytes { bytes in
                ring.append(
                    AccessLogRing.Entry(
                        wallMilliseconds: Int64(number), requestId: (0, 0), identity: 0, isCanary: false,
                        resourcePath: 0, status: 200, minorVersion: 1, latency: 1, integrationLatency: .max,
                        responseLength: 0),
                    method: bytes, path: bytes, source: [], error: nil)
            }
        }
        let names = PlanRegistry.Names(
            stages: [PlanRegistry.StageIdentity(apiId: "a", stageName: "s")], paths: ["/p"])
        let all = ring.copy(from: 10, limit: .max)
        #expect(all.dropped == 14)
        #expect(all.next == 40)
        #expect(all.decode(names) { _, _ in true }.map(\.path) == (24..<40).map { "/\($0)" })
        #expect(ring.copy(from: 0, limit: 3).decode(names) { _, _ in true }.map(\.requestTimeEpoch) == [37, 38, 39])
    }

    @Test func ringCutsWhatDoesNotFit() {
        let ring = AccessLogRing(capacity: 16)
        let path = [UInt8](repeating: UInt8(ascii: "p"), count: 10_000)
        path.withUnsafeBytes { bytes in
            ring.append(
                AccessLogRing.Entry(
                    wallMilliseconds: 0, requestId: (0, 0), identity: 0, isCanary: true, resourcePath: .max,
                    status: 504, minorVersion: 0, latency: 1_500, integrationLatency: 1_000, responseLength: 7),
                method: bytes, path: bytes, source: path, error: String(repeating: "e", count: 1_000))
        }
        let names = PlanRegistry.Names(
            stages: [PlanRegistry.StageIdentity(apiId: "a", stageName: "s")], paths: [])
        let record = ring.copy(from: 0, limit: .max).decode(names) { _, _ in true }.first
        #expect(record?.path.isEmpty == false)
        #expect(record?.errorMessage?.isEmpty == false)
        #expect(record?.responseLatency == 1.5)
        #expect(record?.integrationLatency == 1)
        #expect(record?.protocolName == "HTTP/1.0")
        #expect(record?.isCanaryRequest == true)
    }

    /// Each loop keeps its own records; readers get them as one, in the order of the answers.
    @Test func recordsOfAllLoopsStandInTheOrderOfTheAnswers() async throws {
        let resources = [TestPlane.resource("/mock", TestPlane.mock("{}"), verb: "GET")]
        let plane = try await TestPlane(resources, loops: 2)
        // A connection each, so that the kernel spreads them over the loops.
        for _ in 0..<60 { #expect(try await plane.call("/prod/mock").status == 200) }
        let records = await plane.plane.accessLog(AccessLogQuery(limit: 100))
        #expect(records.count == 60)
        let answered = records.map(\.responseTimeEpoch)
        #expect(answered == answered.sorted())
        let newest = await plane.plane.accessLog(AccessLogQuery(limit: 10))
        #expect(newest.map(\.requestId) == records.suffix(10).map(\.requestId))
        await plane.stop()
    }
}
