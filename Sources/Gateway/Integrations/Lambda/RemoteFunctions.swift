import AsyncHTTPClient
import Foundation
import JSON
package import Lambda
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
package import SigV4

/// Lambda's `Invoke` at an endpoint URL, signed: AWS itself, or an emulator.
package final class RemoteFunctions: FunctionInvoker {
    /// Without a slash at its end.
    private let endpoint: String
    /// Of the endpoint, before Lambda's own.
    private let path: String
    private let host: String
    private let region: String
    private let credentials: any CredentialsProvider
    private let timeoutSeconds: Int64
    private let limit: Int
    private let running = NIOLockedValueBox(0)

    /// `timeoutSeconds`: longer than any integration waits; what takes longer is nobody's any more. `limit`: invocations at
    /// once, beyond which Lambda's own 429 is given.
    ///
    /// Throws ``EndpointFault`` where `endpoint` is no HTTP URL.
    package init(
        endpoint: String, region: String, credentials: any CredentialsProvider, timeoutSeconds: Int64 = 35,
        limit: Int = 1000
    ) throws(EndpointFault) {
        guard let url = URL(string: endpoint), let scheme = url.scheme, ["http", "https"].contains(scheme),
            let host = url.host(), !host.isEmpty
        else { throw EndpointFault(endpoint: endpoint) }
        self.endpoint = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        path = URL(string: self.endpoint)?.path(percentEncoded: true) ?? ""
        let shown = host.contains(":") ? "[\(host)]" : host
        self.host = url.port.map { "\(shown):\($0)" } ?? shown
        self.region = region
        self.credentials = credentials
        self.timeoutSeconds = timeoutSeconds
        self.limit = limit
    }

    package struct EndpointFault: Error, CustomStringConvertible {
        var endpoint: String

        package var description: String {
            "the Lambda endpoint \"\(endpoint)\" is no URL: it has to begin with http:// or https:// and name a host"
        }
    }

    /// One for the process, as long as it lives.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.redirectConfiguration = .disallow
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    package func invoke(
        _ invocation: FunctionInvocation, completion: @escaping @Sendable (InvocationResult) -> Void
    ) {
        let isFree = running.withLockedValue { running in
            guard running < limit else { return false }
            running += 1
            return true
        }
        guard isFree else {
            return completion(
                InvocationResult(
                    requestId: "",
                    answer: .refused(status: 429, code: "TooManyRequestsException", message: "Rate Exceeded.")))
        }
        Task {
            let result = await call(invocation)
            running.withLockedValue { $0 -= 1 }
            completion(result)
        }
    }

    private func call(_ invocation: FunctionInvocation) async -> InvocationResult {
        let key: Credentials
        do {
            key = try await credentials.credentials()
        } catch {
            return InvocationResult(
                requestId: "",
                answer: .refused(status: 403, code: "UnrecognizedClientException", message: "\(error)"))
        }
        do {
            let request = request(invocation, key)
            let response = try await Self.http.execute(request, timeout: .seconds(timeoutSeconds))
            // What Lambda gives is never larger; a little room is for its own errors.
            let body = try await response.body.collect(upTo: Exchange.largestFunctionPayload + 65_536)
            return Self.result(Int(response.status.code), response.headers, body)
        } catch {
            return InvocationResult(requestId: "", answer: .unreachable(reason: "\(endpoint): \(error)"))
        }
    }

    private func request(_ invocation: FunctionInvocation, _ key: Credentials) -> HTTPClientRequest {
        let target = "/2015-03-31/functions/\(Self.encoded(invocation.function))/invocations"
        let query = invocation.qualifier.map { "Qualifier=\(Self.encoded($0))" } ?? ""
        var headers: [(name: String, value: String)] = [
            ("Host", host), ("Content-Type", "application/json"), ("X-Amz-Invocation-Type", invocation.kind.rawValue),
        ]
        if invocation.wantsLogTail { headers.append(("X-Amz-Log-Type", "Tail")) }
        if let context = invocation.clientContext { headers.append(("X-Amz-Client-Context", context)) }
        if let trace = invocation.traceId { headers.append(("X-Amzn-Trace-Id", trace)) }
        let signer = Signer(credentials: key, region: region, service: "lambda")
        headers += signer.headers(
            for: SignableRequest(
                method: "POST", path: path + target, query: query, headers: headers,
                body: Array(invocation.payload.readableBytesView)),
            time: Int(Date().timeIntervalSince1970))
        var request = HTTPClientRequest(url: endpoint + target + (query.isEmpty ? "" : "?" + query))
        request.method = .POST
        for header in headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
        request.body = .bytes(invocation.payload)
        return request
    }

    private static func encoded(_ text: String) -> String {
        String(decoding: PercentCoding.encode(Array(text.utf8)), as: UTF8.self)
    }

    /// What Lambda says of an invocation in its response.
    static func result(_ status: Int, _ headers: HTTPHeaders, _ body: ByteBuffer) -> InvocationResult {
        let requestId = headers.first(name: "x-amzn-RequestId") ?? ""
        let answer: InvocationResult.Answer
        switch status {
        case 200:
            answer = .finished(
                payload: body, functionError: headers.first(name: "X-Amz-Function-Error"),
                executedVersion: headers.first(name: "X-Amz-Executed-Version") ?? "$LATEST")
        case 202: answer = .accepted
        case 204: answer = .checked
        default: answer = refusal(status, headers, body)
        }
        let tail = headers.first(name: "X-Amz-Log-Result").flatMap { Base64.decode(ByteBuffer(string: $0)) }
        return InvocationResult(
            requestId: requestId, answer: answer, logTail: tail.map { Array($0.readableBytesView) })
    }

    /// `x-amzn-ErrorType: ResourceNotFoundException:http://…`, `{"Type": "User", "Message": …}`; what is no JSON has no
    /// message.
    private static func refusal(_ status: Int, _ headers: HTTPHeaders, _ body: ByteBuffer) -> InvocationResult.Answer {
        let document = try? JSON(parsing: body.readableBytesView)
        let type = headers.first(name: "x-amzn-ErrorType") ?? document?["__type"]?.string ?? ""
        let code = type.prefix { $0 != ":" }.split(separator: "#").last.map(String.init) ?? ""
        let message = document?["Message"]?.string ?? document?["message"]?.string ?? ""
        return .refused(status: status, code: code, message: message)
    }
}
