import ControlAPI
import Foundation
import JSON
import Logging

/// An answer as the connection sends it.
struct ControlAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    static func error(_ error: ApiError, requestId: String) -> ControlAnswer {
        var body = JSONObject()
        if let type = error.type { body["Type"] = .string(type) }
        body[error.messageMember] = .string(error.message)
        if let detail = error.detail { body["detail"] = .string(detail) }
        var answer = ControlAnswer(status: error.status, body: .object(body), requestId: requestId)
        answer.headers.append(("x-amzn-ErrorType", error.code))
        if error.status == 429 { answer.headers.append(("Retry-After", "1")) }
        return answer
    }

    init(status: Int, body: JSON?, requestId: String) {
        self.status = status
        headers = [("x-amzn-RequestId", requestId)]
        self.body = body?.bytes() ?? []
        if body != nil { headers.append(("Content-Type", "application/json")) }
    }

    init(_ output: OperationOutput, requestId: String) {
        self.init(status: output.status, body: output.body, requestId: requestId)
        for header in output.headers {
            headers.removeAll { $0.name.lowercased() == header.name.lowercased() }
            headers.append(header)
        }
        guard let file = output.file else { return }
        headers.append(("Content-Type", file.contentType))
        if let name = file.name { headers.append(("Content-Disposition", "attachment; filename=\"\(name)\"")) }
        body = file.bytes
    }
}

/// From a call to its answer: who calls, what for, and what came of it.
struct ControlResponder: Sendable {
    let plane: ControlPlane
    let router = Router.standard

    enum Response: Sendable {
        case answer(ControlAnswer)
        /// The live feed: a head, and then lines without end.
        case feed(EventSelection, requestId: String)
    }

    func respond(to call: ControlCall) async -> Response {
        let requestId = UUID().uuidString.lowercased()
        do {
            let actor = try await Authentication(plane: plane).actor(of: call)
            let query = Percent.query(call.query)
            guard let (operation, parameters) = router.match(verb: call.verb, path: call.path, query: query) else {
                throw ApiError.unknownOperation(call.verb, call.path)
            }
            if operation.local, call.caller == .remote {
                throw ApiError.accessDenied("\(operation.name) is answered on the Unix socket only")
            }
            var input = OperationInput(parameters: parameters, query: query, actor: actor.name)
            input.region = actor.region
            input.headers = call.headers
            input.accept = input.header("accept")
            input.isLocal = call.caller != .remote
            if case .feed = operation.work {
                return .feed(try EngineEndpoints.selection(input), requestId: requestId)
            }
            if operation.takesText { input.text = call.body } else { input.body = try RequestBody(parsing: call.body) }
            input.changed = ChangesUnderWay.place(of: operation, path: call.path, input)
            let output = try await plane.perform(operation, actor: actor.name, input)
            return .answer(ControlAnswer(output, requestId: requestId))
        } catch let error as ApiError {
            return .answer(.error(error, requestId: requestId))
        } catch {
            plane.logger.error(
                "a control call failed",
                metadata: [
                    "requestId": "\(requestId)", "call": "\(call.verb) \(call.path)", "error": "\(error)",
                ])
            return .answer(.error(.internalFailure, requestId: requestId))
        }
    }

    /// What is sent for a request that never became a call.
    func refuse(_ error: ApiError) -> ControlAnswer {
        .error(error, requestId: UUID().uuidString.lowercased())
    }
}
