import ControlAPI

/// An API's own wording for the answers that the gateway gives itself, compiled once.
///
/// A type's own entry counts whole; where it has none, `DEFAULT_4XX` or `DEFAULT_5XX` does, by the class of the type's
/// own status. What the entry that counts leaves open is as API Gateway has it.
struct GatewayAnswerTable: Sendable {
    /// In the order of ``GatewayResponseType``; empty where nothing is customised.
    private let answers: [GatewayAnswer?]

    /// Nothing is customised.
    init() { answers = [] }

    init(_ responses: [String: GatewayResponse], variables: [String: String]) throws {
        guard !responses.isEmpty else {
            answers = []
            return
        }
        var compiled: [String: GatewayAnswer] = [:]
        for (type, response) in responses {
            do {
                compiled[type] = try GatewayAnswer(response, variables: variables)
            } catch let error as PlanError {
                throw PlanError.gatewayResponse(type: type, cause: error.description)
            }
        }
        answers = GatewayResponseType.allCases.map { type in
            guard type.isCustomisable else { return nil }
            return compiled[type.row.type.description]
                ?? compiled[type.row.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX"]
        }
    }

    subscript(type: GatewayResponseType) -> GatewayAnswer? {
        answers.isEmpty ? nil : answers[Int(type.rawValue)]
    }
}

/// One customised gateway response.
struct GatewayAnswer: Sendable {
    /// `nil` keeps the type's own. A status of 1xx, which API Gateway's pattern allows, can end no exchange and counts
    /// as none.
    var status: Int?
    var headers: [(name: [UInt8], source: ParameterSource)]
    /// `application/json` first, which answers those that accept none of them; empty for API Gateway's own text.
    var templates: [(type: String, template: GatewayTemplate)]

    init(_ response: GatewayResponse, variables: [String: String]) throws {
        status = nil
        if let code = response.statusCode {
            guard let number = Int(code), (100...599).contains(number) else {
                throw PlanError.statusCode(code, method: "statusCode")
            }
            if number >= 200 { status = number }
        }
        headers = []
        for (target, expression) in (response.responseParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            let prefix = "gatewayresponse.header."
            let name = Array(target.dropFirst(prefix.count).utf8)
            guard target.hasPrefix(prefix), HeaderGuard.isName(name) else {
                throw PlanError.mapping(
                    target: target, expression: expression,
                    reason: "the target has to be gatewayresponse.header.{name}")
            }
            let source = try ParameterSource(
                expression: expression, target: target, side: .gatewayResponse, pathParameters: [],
                variables: variables)
            if !HeaderGuard.isFraming(name) { headers.append((name, source)) }
        }
        let json = "application/json"
        templates = (response.responseTemplates ?? [:]).map { type, text in
            (type.lowercased(), GatewayTemplate(text, type: type, variables: variables))
        }.sorted { ($0.type != json ? 1 : 0, $0.type) < ($1.type != json ? 1 : 0, $1.type) }
    }
}
