import ControlAPI
import Foundation

/// `/sluice/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/preview`: what a method's backend would
/// get for a request. Takes the body of `TestInvokeMethod`, runs the same pipeline, and calls nothing.
enum IntegrationPreviews {
    static let operations: [Operation] = [
        .engine(
            "PreviewIntegration", "POST",
            "/sluice/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/preview", preview)
    ]

    static func preview(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        var call = try await TestInvokeMethod.call(plane, input)
        call.previews = true
        let outcome = try await TestInvokeMethod.run(call, plane)
        let method = call.publication.base.resources.first?.resourceMethods?.values.first
        return try OperationOutput(
            200, encoding: IntegrationPreview(outcome, type: method?.methodIntegration?.type ?? ""))
    }
}

extension IntegrationPreview {
    /// A body that is no UTF-8 stands in base64. Where the gateway would answer itself, its status and why.
    init(_ outcome: TestOutcome, type: String) {
        self.init(type: type)
        if let request = outcome.backendRequest {
            httpMethod = request.httpMethod
            uri = request.uri
            headers = request.headers.map { Header(name: $0.name, value: $0.value) }
            if let text = String(validating: request.body, as: UTF8.self) {
                body = text
            } else {
                body = Data(request.body).base64EncodedString()
                isBase64Encoded = true
            }
        }
        if let failure = outcome.failure {
            status = outcome.status
            reason = failure
        }
    }
}
