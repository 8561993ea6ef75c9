import ControlAPI
import Foundation
import NIOCore

@testable import Gateway

/// A plane whose API goes through a VPC link.
extension TestPlane {
    static let link = "link01"

    /// `/{proxy+}` to `http://service.test/{proxy}` through the link.
    static func linked(
        link: String = TestPlane.link, type: String = "HTTP_PROXY", uri: String = "http://service.test/{proxy}",
        timeout: Int? = nil, retry: IntegrationRetry? = nil
    ) -> [Resource] {
        var integration = Integration(type: type)
        integration.httpMethod = "ANY"
        integration.uri = uri
        integration.connectionType = "VPC_LINK"
        integration.connectionId = link
        integration.requestParameters = ["integration.request.path.proxy": "method.request.path.proxy"]
        integration.timeoutInMillis = timeout
        integration.retry = retry
        if type == "HTTP" { integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")] }
        return [resource("/{proxy+}", integration)]
    }

    static func pool(
        _ ports: [Int], _ algorithm: TargetPool.Algorithm = .roundRobin, host: String = "127.0.0.1"
    ) -> TargetPool {
        TargetPool(algorithm: algorithm, targets: ports.map { TargetPool.Target(host: host, port: $0) })
    }

    /// Makes a pool live.
    func publish(_ pool: TargetPool?) async {
        await plane.publish(vpcLink: VpcLinkPublication(id: Self.link, pool: pool))
    }

    func targets() async -> [TargetPool.Target] { await plane.targets(vpcLinkId: Self.link) }

    func target(_ port: Int) async -> TargetPool.Target? { await targets().first { $0.port == port } }

    /// The bodies of `count` requests, one after the other.
    func bodies(_ count: Int, verb: String = "GET") async throws -> [String] {
        var bodies: [String] = []
        for _ in 0..<count { bodies.append(try await call("/prod/x", verb: verb).text) }
        return bodies
    }

    var lastCause: String? {
        get async { await plane.accessLog(AccessLogQuery()).last?.errorMessage }
    }
}

extension ScriptedBackend {
    /// Answers every request with its own name.
    static func named(_ name: String) throws -> ScriptedBackend {
        try serving { _ in answer(name) }
    }

    static func answer(_ body: String, status: String = "200 OK", headers: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

/// A backend that does what it is told at the moment.
struct TurnableBackend: Sendable {
    private final class Switch: @unchecked Sendable {
        private let lock = NSLock()
        private var value: String

        init(_ status: String) { value = status }

        var status: String {
            get { lock.withLock { value } }
            set { lock.withLock { value = newValue } }
        }
    }

    private let state: Switch
    let port: Int

    /// Answers checks of `/ping` with the status, and with `serves` everything else too.
    init(_ name: String, status: String = "200 OK", serves: Bool = false) throws {
        let state = Switch(status)
        self.state = state
        port = try ScriptedBackend.serving { request in
            let isPing = request.startLine.contains("/ping")
            return ScriptedBackend.answer(name, status: isPing || serves ? state.status : "200 OK")
        }.port
    }

    func turn(_ status: String) { state.status = status }
}

/// DNS as a test tells it.
final class ToldResolver: NameResolver, @unchecked Sendable {
    private let lock = NSLock()
    private var answers: [String: Result<[String], NameFault>] = [:]
    private var questions = 0

    func tell(_ name: String, _ answer: Result<[String], NameFault>) { lock.withLock { answers[name] = answer } }

    var asked: Int { lock.withLock { questions } }

    func addresses(of name: String, on eventLoop: any EventLoop) -> EventLoopFuture<[String]> {
        let answer = lock.withLock {
            questions += 1
            return answers[name] ?? .failure(NameFault("Name or service not known"))
        }
        return eventLoop.makeCompletedFuture(answer.mapError { $0 as any Error })
    }
}
