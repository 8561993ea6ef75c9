import JSON
import NIOCore

extension Exchange {
    /// The request template of a mock has to give JSON with an integer `statusCode`.
    func chooseMockStatus(_ plan: MockPlan) -> Verdict {
        let text: [UInt8]
        let choice = plan.request.choose(requestContentType())
        if let refusal = beginRequestConversion(requestConversion(plan.contentHandling), choice) { return refusal }
        switch choice {
        case .unsupportedMediaType: return .answer(.unsupportedMediaType, cause: nil)
        case .passthrough: text = Array((collectedBody ?? ByteBuffer()).readableBytesView)
        case .template(.literal(let bytes)): text = bytes
        case .template(.compiled(let template)):
            do {
                let output = try template.render(templateInput(body: collectedBody))
                text = output.body
                outcome.overrides = TemplateOverrides(output.context)
            } catch {
                return requestTemplateFailed(error)
            }
        }
        if let test, test.previews { test.backendRequest = BackendRequest(body: text) }
        guard let status = MockStatus.parse(text) else {
            return .answer(
                .apiConfigurationError,
                cause:
                    "Execution failed due to configuration error: Unable to parse statusCode. It should be an integer "
                    + "that is defined in the request template.")
        }
        outcome.status = status
        return .next
    }
}

/// Reads `statusCode` as leniently as API Gateway does: names without quotes and trailing commas are let through.
enum MockStatus {
    static func parse(_ text: [UInt8]) -> Int? {
        if let document = try? JSON(parsing: text) {
            guard case .object(let object) = document, case .number(let number)? = object["statusCode"] else {
                return nil
            }
            return number.int.flatMap { (100...599).contains($0) ? $0 : nil }
        }
        return lenient(text)
    }

    /// The digits behind `statusCode` and a colon, in what at least begins and ends as an object.
    private static func lenient(_ text: [UInt8]) -> Int? {
        let body = text.drop { $0 <= 0x20 }
        guard body.first == 0x7B, let last = body.last(where: { $0 > 0x20 }), last == 0x7D else { return nil }
        let name = Array("statusCode".utf8)
        var start = body.startIndex
        while start + name.count < body.endIndex {
            guard body[start..<start + name.count].elementsEqual(name) else {
                start += 1
                continue
            }
            var index = start + name.count
            if index < body.endIndex, body[index] == 0x22 || body[index] == 0x27 { index += 1 }
            while index < body.endIndex, body[index] <= 0x20 { index += 1 }
            guard index < body.endIndex, body[index] == 0x3A else {
                start += name.count
                continue
            }
            index += 1
            while index < body.endIndex, body[index] <= 0x20 { index += 1 }
            var value = 0
            var digits = 0
            while index < body.endIndex, digits < 4, case let digit = body[index] &- 0x30, digit < 10 {
                value = value * 10 + Int(digit)
                digits += 1
                index += 1
            }
            return digits == 3 && (100...599).contains(value) ? value : nil
        }
        return nil
    }
}
