import NIOCore

/// `AWS_PROXY`: the function's payload is the whole response.
extension Exchange {
    /// Status, headers and body as the function gives them, but for the headers that API Gateway treats. The body is
    /// Base64-decoded where the function says that it is Base64 and the first type that the client accepts is one of
    /// the API's binary media types.
    func takeProxyResponse() -> Verdict {
        let response: ProxyResponse
        do throws(ProxyResponse.Malformed) {
            response = try ProxyResponse(outcome.body)
        } catch {
            return .answer(
                .badFunctionResponse, cause: Self.configurationError("\(FailureLine.malformedResponse): \(error)"))
        }
        status = response.status
        outcome.functionStatus = response.status
        answerContentType = "application/json"
        answerHeaders = response.headers.compactMap { header in
            HeaderTreatment.functionResponse(header.name).map { ($0, header.value) }
        }
        let body = ByteBuffer(string: response.body)
        guard response.isBase64Encoded, body.readableBytes > 0, let types = variant?.payload.binaryTypes,
            acceptsBinary(types)
        else {
            outcome.body = body
            return .next
        }
        guard let decoded = Base64.decode(body) else {
            return .answer(
                .apiConfigurationError,
                cause: Self.configurationError(
                    "Unable to transform response: isBase64Encoded is true, and the body is no Base64"))
        }
        outcome.body = decoded
        return .next
    }
}
