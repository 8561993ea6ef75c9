internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
package import JSON

/// Calls a control plane: AWS's own paths and bodies, over a Unix socket or over HTTP(S) with signed requests.
///
/// Every call has a deadline and throws ``ControlError``.
public final class ControlClient: Sendable {
    public let endpoint: ControlEndpoint
    let deadline: Double
    let retry: RetryPolicy

    /// - Parameter deadline: seconds that one attempt may take.
    public init(endpoint: ControlEndpoint, deadline: Double = 10, retry: RetryPolicy = .standard) {
        self.endpoint = endpoint
        self.deadline = deadline
        self.retry = retry
    }

    /// One for the process, as long as it lives. An engine that is not there is told at once: waiting for it is the
    /// caller's decision.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Sends a call and decodes its answer.
    func call<Answer: Decodable>(_ request: ControlRequest, as type: Answer.Type = Answer.self) async throws -> Answer {
        let answer = try await send(request)
        do {
            return try answer.decode(type)
        } catch {
            throw ControlError.malformedAnswer(endpoint: endpoint.description, reason: "\(request.target): \(error)")
        }
    }

    /// Sends a call, again where the policy says so, and gives the body; an empty body is `null`.
    @discardableResult
    package func send(_ request: ControlRequest) async throws -> JSON {
        var attempt = 1
        while true {
            do {
                return try await sendOnce(request)
            } catch ControlError.refused(let status, let code, _, _)
                where attempt < retry.attempts
                && retry.isWorthAnotherTry(status: status, code: code, isIdempotent: request.verb.isIdempotent)
            {
                attempt += 1
                try await Task.sleep(for: .seconds(retry.delay(before: attempt)))
            }
        }
    }

    private func sendOnce(_ request: ControlRequest) async throws -> JSON {
        let wire = try wireRequest(request)
        do {
            let response = try await Self.http.execute(wire, timeout: .milliseconds(Int64(deadline * 1000)))
            let body = try await response.body.collect(upTo: 64 << 20)
            return try Self.answer(
                status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView),
                endpoint: endpoint)
        } catch let error as ControlError {
            throw error
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            throw ControlError.timedOut(endpoint: endpoint.description, seconds: deadline)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ControlError.unreachable(endpoint: endpoint.description, reason: Self.reason(error))
        }
    }

    /// The live feed. The stream ends with an error when the connection is lost; the caller decides when to come back.
    public func events(_ selection: EventSelection) -> AsyncThrowingStream<ControlEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await self.readEvents(selection) { continuation.yield($0) }
                    continuation.finish(
                        throwing: ControlError.unreachable(endpoint: endpoint.description, reason: "the feed ended"))
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func readEvents(_ selection: EventSelection, each: (ControlEvent) -> Void) async throws {
        let wire = try wireRequest(ControlRequest(.get, ["sluice", "events"], query: selection.query))
        do {
            // The deadline is the head's alone: the feed itself never ends.
            let response = try await Self.http.execute(wire, deadline: .distantFuture)
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: 1 << 20)
                _ = try Self.answer(
                    status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView),
                    endpoint: endpoint)
                return
            }
            var lines = LineSplitter(limit: 16 << 20)
            for try await part in response.body {
                for line in try lines.take(part.readableBytesView, endpoint: endpoint) {
                    do {
                        each(try JSON(parsing: line).decode(ControlEvent.self))
                    } catch {
                        throw ControlError.malformedAnswer(endpoint: endpoint.description, reason: "feed: \(error)")
                    }
                }
            }
        } catch let error as ControlError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ControlError.unreachable(endpoint: endpoint.description, reason: Self.reason(error))
        }
    }

    private func wireRequest(_ request: ControlRequest) throws -> HTTPClientRequest {
        var wire: HTTPClientRequest
        let body = request.document ?? request.body.map { $0.bytes() }
        switch endpoint {
        case .unixSocket(let path):
            wire = HTTPClientRequest(url: "http+unix://\(ControlRequest.encoded(path))\(request.target)")
        case .url(let base, _):
            wire = HTTPClientRequest(url: (base.hasSuffix("/") ? String(base.dropLast()) : base) + request.target)
        }
        wire.method = HTTPMethod(rawValue: request.verb.rawValue)
        wire.headers.add(name: "Accept", value: "application/json")
        if let body {
            wire.headers.add(name: "Content-Type", value: "application/json")
            wire.body = .bytes(body)
        }
        if case .url(_, let credentials) = endpoint {
            try sign(&wire, request: request, body: body ?? [], credentials: credentials)
        }
        return wire
    }

    /// Turns a status and a body into the answer or into AWS's error.
    static func answer(status: Int, headers: HTTPHeaders, body: [UInt8], endpoint: ControlEndpoint) throws -> JSON {
        let json: JSON
        do {
            json = body.isEmpty ? .null : try JSON(parsing: body)
        } catch {
            guard status < 400 else {
                throw ControlError.refused(
                    status: status, code: "Unknown", message: String(decoding: body.prefix(200), as: UTF8.self),
                    requestId: headers.first(name: "x-amzn-RequestId"))
            }
            throw ControlError.malformedAnswer(endpoint: endpoint.description, reason: "\(error)")
        }
        guard status >= 400 else { return json }
        let type = headers.first(name: "x-amzn-ErrorType") ?? json["__type"]?.string ?? "Unknown"
        let code = type.split(separator: ":").first.map(String.init) ?? type
        let message = json["message"]?.string ?? json["Message"]?.string ?? "no message"
        throw ControlError.refused(
            status: status, code: code, message: json["detail"]?.string.map { "\(message) \($0)" } ?? message,
            requestId: headers.first(name: "x-amzn-RequestId"))
    }

    /// NIO's errors in words.
    private static func reason(_ error: any Error) -> String {
        if let io = error as? IOError {
            switch io.errnoCode {
            case ENOENT: return "there is no such socket"
            case ECONNREFUSED: return "connection refused"
            case EACCES: return "permission denied"
            default: return String(cString: strerror(io.errnoCode))
            }
        }
        if let connection = error as? NIOConnectionError, let first = connection.connectionErrors.first {
            return reason(first.error)
        }
        if let client = error as? HTTPClientError {
            if client == .connectTimeout { return "connecting took too long" }
            if client == .remoteConnectionClosed { return "the connection was closed" }
        }
        return String(describing: error)
    }
}

extension EventSelection {
    /// The query of `GET /sluice/events`.
    package var query: [(name: String, value: String)] {
        let access =
            switch access {
            case .none: "none"
            case .all: "all"
            case .api(let apiId): apiId
            case .stage(let apiId, let stageName): "\(apiId)/\(stageName)"
            }
        let always = [(name: "metrics", value: "\(metrics)"), ("changes", "\(changes)"), ("access", access)]
        switch functions {
        case .none: return always
        case .all: return always + [("functions", "all")]
        case .function(let name): return always + [("functions", name)]
        }
    }
}
