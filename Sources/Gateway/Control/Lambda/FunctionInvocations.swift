import ControlAPI
import Foundation
import JSON
import Lambda
import NIOCore

/// `Invoke`: the payload goes in and out as it is; what else there is to tell stands in headers.
enum FunctionInvocations {
    static let operations: [Operation] = [
        .textEngine("Invoke", "POST", "/2015-03-31/functions/{FunctionName}/invocations", invoke)
    ]

    static func invoke(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let kind = try kind(input)
        let reference = try FunctionReference(
            input.parameter("FunctionName"), query: FunctionQuery.text(input, "Qualifier"), place: plane.functionPlace)
        guard let functions = plane.functions else {
            throw ApiError.lambdaService("This engine runs no functions")
        }
        let invocation = FunctionInvocation(
            function: reference.name, qualifier: reference.qualifier, kind: kind, payload: try payload(input),
            traceId: input.header("x-amzn-trace-id"), clientContext: input.header("x-amz-client-context"),
            wantsLogTail: kind == .requestResponse && input.header("x-amz-log-type") == "Tail")
        let result = await withCheckedContinuation { continuation in
            functions.invoke(invocation) { continuation.resume(returning: $0) }
        }
        return try output(of: result)
    }

    private static func kind(_ input: OperationInput) throws -> FunctionInvocation.Kind {
        let text = input.header("x-amz-invocation-type") ?? "RequestResponse"
        var violations = Violations()
        violations.check(text, at: "invocationType", oneOf: ["Event", "RequestResponse", "DryRun"])
        violations.check(input.header("x-amz-log-type"), at: "logType", oneOf: ["None", "Tail"])
        try violations.throwIfAny()
        return FunctionInvocation.Kind(rawValue: text) ?? .requestResponse
    }

    /// An empty payload is an empty object, as on AWS.
    private static func payload(_ input: OperationInput) throws -> ByteBuffer {
        guard !input.text.isEmpty else { return ByteBuffer(string: "{}") }
        do {
            _ = try JSON(parsing: input.text)
        } catch {
            throw ApiError.invalidRequestContent("Could not parse request body into json: \(error)")
        }
        return ByteBuffer(bytes: input.text)
    }

    private static func output(of result: InvocationResult) throws -> OperationOutput {
        var output: OperationOutput
        switch result.answer {
        case .finished(let payload, let functionError, let version):
            output = OperationOutput(200)
            output.file = OperationOutput.File(
                name: nil, contentType: "application/json", bytes: Array(payload.readableBytesView))
            output.headers.append(("X-Amz-Executed-Version", version))
            if let functionError { output.headers.append(("X-Amz-Function-Error", functionError)) }
            if let tail = result.logTail {
                output.headers.append(("X-Amz-Log-Result", Data(tail).base64EncodedString()))
            }
        case .accepted: output = OperationOutput(202)
        case .checked: output = OperationOutput(204)
        case .refused(let status, let code, let message):
            throw ApiError.ofInvocation(status: status, code: code, message: message)
        case .unreachable(let reason):
            throw ApiError.lambdaService("The function could not be invoked: \(reason)")
        }
        output.headers.append(("x-amzn-RequestId", result.requestId))
        return output
    }
}
