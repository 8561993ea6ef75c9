import JSON
import NIOCore

/// Actions of services that speak JSON, called with parameters of the query and no body. AWS takes such a call and
/// answers it in the query protocol's words: `{"{Action}Response": {"{Action}Result": …, "ResponseMetadata": …}}`.
/// Endpoints of one's own answer with the result alone; it is put into AWS's form.
extension Exchange {
    /// Once the body towards the service is made. A JSON action without either a body or parameters gets the empty
    /// object, which is what no parameters are in JSON. An action of the query protocol reads a query and a form: a
    /// client's body that is neither made by a template nor a form is nothing to it, and is not sent.
    func chooseServiceProtocol(_ plan: HTTPPlan, _ service: ServiceAction) {
        if service.target == nil, service.action != nil, case .passthrough = plan.request.choose(requestContentType()),
            requestContentType() != "application/x-www-form-urlencoded",
            !plan.headers.contains(where: { HeaderID(named: $0.name) == .contentType })
        {
            outcome.body = ByteBuffer()
            return
        }
        guard service.target != nil, outcome.body.readableBytes == 0 else { return }
        if service.hasParameters || !plan.query.isEmpty || outcome.overrides?.requestQuery.isEmpty == false {
            outcome.calledAsQuery = true
        } else {
            outcome.body = ByteBuffer(string: "{}")
        }
    }

    func wordAsQueryReply(_ service: ServiceAction) {
        guard outcome.calledAsQuery, let action = service.action, (200..<300).contains(outcome.status) else { return }
        guard let result = try? JSON(parsing: Array(outcome.body.readableBytesView)), result.object != nil else {
            return
        }
        let wrapped = QueryReply.json(
            action: action, result: result, requestId: backendHeader("x-amzn-requestid") ?? requestId.text)
        outcome.body = ByteBuffer(bytes: wrapped.bytes())
    }
}

enum QueryReply {
    /// A result that is wrapped already stays as it is.
    static func json(action: String, result: JSON, requestId: String) -> JSON {
        if result["\(action)Response"] != nil { return result }
        return [
            "\(action)Response": [
                "\(action)Result": completed(result), "ResponseMetadata": ["RequestId": .string(requestId)],
            ]
        ]
    }

    /// The query protocol names every member of a shape, and gives `null` for those without a value.
    private static func completed(_ result: JSON) -> JSON {
        guard let object = result.object else { return result }
        return .object(
            JSONObject(
                object.members.map { member in
                    switch (member.key, member.value) {
                    case ("Parameter", .object(let parameter)): (member.key, .object(filled(parameter)))
                    case ("Parameters", .array(let all)):
                        (member.key, .array(all.map { $0.object.map { .object(filled($0)) } ?? $0 }))
                    default: member
                    }
                }))
    }

    private static func filled(_ parameter: JSONObject) -> JSONObject {
        var parameter = parameter
        for name in parameterMembers where parameter[name] == nil { parameter[name] = .null }
        return parameter
    }

    /// Systems Manager's `Parameter`.
    private static let parameterMembers = [
        "ARN", "DataType", "LastModifiedDate", "Name", "Selector", "SourceResult", "Type", "Value", "Version",
    ]
}
