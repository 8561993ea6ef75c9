import ControlAPI
import JSON

/// `…/methods/{http_method}/integration`.
enum Integrations {
    static let pattern = Methods.pattern + "/integration"

    static let operations: [Operation] = [
        .change("PutIntegration", "PUT", pattern, put),
        .read("GetIntegration", "GET", pattern, get),
        .change("UpdateIntegration", "PATCH", pattern, update),
        .change("DeleteIntegration", "DELETE", pattern, delete),
    ]

    static let types = ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"]
    static let connectionTypes = ["VPC_LINK", "INTERNET"]
    static let contentHandlings = ["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"]
    static let passthroughBehaviors = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]
    static let timeouts = 50...29_000

    static let unknown = ApiError.notFound("Invalid Integration identifier specified")

    private static func path(_ place: MethodPlace) -> String { Methods.path(place) + "/integration" }

    private static func find(
        _ transaction: Transaction, _ input: OperationInput
    ) throws -> (MethodPlace, Method, Integration) {
        let place = MethodPlace(input)
        let method = try place.method(transaction)
        guard let integration = method.methodIntegration else { throw unknown }
        return (place, method, integration)
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input).2)
    }

    static func put(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let body = input.body
        let type = try body.string("type")
        let place = MethodPlace(input)
        var integration = Integration(type: type ?? "")
        integration.httpMethod = try body.string("httpMethod").flatMap(nonEmpty)
        integration.uri = try body.string("uri").flatMap(nonEmpty)
        integration.connectionType = try body.string("connectionType")
        integration.connectionId = try body.string("connectionId").flatMap(nonEmpty)
        integration.credentials = try body.string("credentials").flatMap(nonEmpty)
        integration.requestParameters = try body.stringMap("requestParameters")
        integration.requestTemplates = try body.nullableStringMap("requestTemplates").map(Templates.normalized)
        integration.passthroughBehavior = try body.string("passthroughBehavior")?.uppercased() ?? "WHEN_NO_MATCH"
        integration.contentHandling = try body.string("contentHandling")
        integration.timeoutInMillis = try body.int("timeoutInMillis") ?? timeouts.upperBound
        integration.cacheNamespace = try body.string("cacheNamespace").flatMap(nonEmpty) ?? place.resource
        integration.cacheKeyParameters = try body.strings("cacheKeyParameters") ?? []
        integration.tlsConfig = try body.structure("tlsConfig").map {
            TlsConfig(insecureSkipVerification: try $0.bool("insecureSkipVerification"))
        }
        integration.retry = try body.structure("retry").map(IntegrationRetryRules.read)
        var violations = Violations()
        if type == nil { violations.addNull(at: "putIntegrationInput.type") }
        violations.check(type, at: "putIntegrationInput.type", oneOf: types)
        violations.check(
            integration.connectionType, at: "putIntegrationInput.connectionType", oneOf: connectionTypes)
        violations.check(
            integration.contentHandling, at: "putIntegrationInput.contentHandling", oneOf: contentHandlings)
        try violations.throwIfAny()
        if isHTTP(integration), integration.connectionType == nil { integration.connectionType = "INTERNET" }

        var method = try place.method(transaction)
        try check(integration, of: method)
        try checkConnection(of: integration, transaction)
        let before = method.methodIntegration
        method.methodIntegration = integration
        try place.store(method, transaction)
        try transaction.record(path(place), api: place.api, before: before, after: integration)
        return try OperationOutput(201, encoding: integration)
    }

    private static func nonEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func isHTTP(_ integration: Integration) -> Bool {
        integration.type == "HTTP" || integration.type == "HTTP_PROXY"
    }

    /// A VPC link has to exist when an integration is made to go through it. What a stage variable will name is not
    /// known yet, and what is imported may name links of another account.
    private static func checkConnection(of integration: Integration, _ transaction: Transaction) throws {
        guard integration.connectionType == "VPC_LINK", let id = integration.connectionId,
            !id.contains("${stageVariables.")
        else { return }
        guard try VpcLinkTable.find(transaction.db, id) != nil else {
            throw ApiError.badRequest("Invalid Vpc Link identifier specified: there is no VPC link '\(id)'")
        }
    }

    /// What has to hold after any change of an integration.
    static func check(_ integration: Integration, of method: Method) throws {
        if integration.type != "MOCK" {
            guard let verb = integration.httpMethod else {
                throw ApiError.badRequest("Enumeration value for HttpMethod must be non-empty")
            }
            try Verbs.check(verb)
        } else if let verb = integration.httpMethod {
            try Verbs.check(verb)
        }
        if isHTTP(integration) {
            try HTTPEndpoint.check(integration.uri ?? "")
        } else if integration.type != "MOCK" {
            try checkARN(integration)
        }
        if integration.connectionType == "VPC_LINK", integration.connectionId == nil {
            throw ApiError.badRequest("Connection ID must be non-empty for connection type VPC_LINK")
        }
        guard let passthrough = integration.passthroughBehavior, passthroughBehaviors.contains(passthrough) else {
            throw ApiError.badRequest(
                "Invalid passthrough behavior specified. Valid options are "
                    + passthroughBehaviors.joined(separator: ","))
        }
        guard let timeout = integration.timeoutInMillis, timeouts.contains(timeout) else {
            throw ApiError.badRequest("Timeout should be between 50 ms and 29000 ms")
        }
        let declared = method.requestParameters?.keys ?? [:].keys
        for (target, source) in integration.requestParameters ?? [:] {
            try MappingExpression.checkRequestTarget(target)
            try MappingExpression.checkRequestSource(source, declared: declared)
        }
        for type in integration.requestTemplates?.keys.sorted() ?? [] { try ContentType.check(type) }
        try IntegrationRetryRules.check(integration)
    }

    /// `arn:aws:apigateway:{region}:{service}:path/…` or `:action/…`.
    private static func checkARN(_ integration: Integration) throws {
        let parts = (integration.uri ?? "").split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn" else {
            throw ApiError.badRequest("Invalid ARN specified in the request")
        }
        guard parts[5].hasPrefix("path") || parts[5].hasPrefix("action") else {
            throw ApiError.badRequest("AWS ARN for integration must contain path or action")
        }
        guard integration.type != "AWS_PROXY" else {
            let isFunction = parts[4] == "lambda" && parts[5].hasPrefix("path/2015-03-31/functions/")
            guard isFunction || parts[4] == "firehose" else {
                throw ApiError.badRequest(
                    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream "
                        + "invocations.")
            }
            return
        }
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateIntegrationInput")
        var (place, method, integration) = try find(transaction, input)
        let before = integration
        for step in patch.steps { try apply(step, to: &integration, place) }
        try check(integration, of: method)
        if (before.connectionType, before.connectionId) != (integration.connectionType, integration.connectionId) {
            try checkConnection(of: integration, transaction)
        }
        method.methodIntegration = integration
        try place.store(method, transaction)
        try transaction.record(path(place), api: place.api, before: before, after: integration)
        return try OperationOutput(200, encoding: integration)
    }

    private static func apply(_ step: Patch.Step, to integration: inout Integration, _ place: MethodPlace) throws {
        let parts = step.parts
        switch (parts[0], parts.count) {
        case ("requestParameters", 2):
            try onlyOps(step, ["add", "remove", "replace"])
            try NamedMember.patch(
                step, name: parts[1], in: &integration.requestParameters, missing: NamedMember.parameter
            ) { step.value ?? "" }
        case ("requestTemplates", 2):
            try onlyOps(step, ["add", "remove", "replace"])
            try NamedMember.patch(
                step, name: parts[1], in: &integration.requestTemplates, missing: NamedMember.contentType
            ) { step.nonEmptyValue }
        case ("cacheKeyParameters", 2):
            try onlyOps(step, ["add", "remove"])
            var keys = integration.cacheKeyParameters ?? []
            keys.removeAll { $0 == parts[1] }
            if step.op == "add" { keys.append(parts[1]) }
            integration.cacheKeyParameters = keys
        case ("tlsConfig", 2) where parts[1] == "insecureSkipVerification":
            try onlyOps(step, ["replace"])
            integration.tlsConfig = TlsConfig(insecureSkipVerification: try Patch.bool(step))
        case ("httpMethod", 1):
            try onlyOps(step, ["replace"])
            integration.httpMethod = step.nonEmptyValue
        case ("uri", 1):
            try onlyOps(step, ["replace"])
            integration.uri = step.nonEmptyValue
        case ("credentials", 1):
            try onlyOps(step, ["replace"])
            integration.credentials = step.nonEmptyValue
        case ("connectionType", 1):
            try onlyOps(step, ["replace"])
            guard let type = step.value, connectionTypes.contains(type) else {
                throw ApiError.badRequest("Invalid connection type specified. Valid options are INTERNET,VPC_LINK")
            }
            integration.connectionType = type
        case ("connectionId", 1):
            try onlyOps(step, ["replace"])
            integration.connectionId = step.nonEmptyValue
        case ("passthroughBehavior", 1):
            try onlyOps(step, ["replace"])
            integration.passthroughBehavior = step.value?.uppercased()
        case ("contentHandling", 1):
            try onlyOps(step, ["replace", "remove"])
            integration.contentHandling = try ContentHandling.patched(step)
        case ("timeoutInMillis", 1):
            try onlyOps(step, ["replace"])
            integration.timeoutInMillis = step.value.flatMap { Int($0) }
        case ("retry", _):
            try IntegrationRetryRules.apply(step, to: &integration.retry)
        case ("cacheNamespace", 1):
            try onlyOps(step, ["replace"])
            integration.cacheNamespace = step.nonEmptyValue ?? place.resource
        default:
            throw Patch.invalidPath(step.path)
        }
    }

    private static func onlyOps(_ step: Patch.Step, _ ops: [String]) throws {
        guard ops.contains(step.op) else { throw Patch.onlyOps(ops) }
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var (place, method, integration) = try find(transaction, input)
        method.methodIntegration = nil
        try place.store(method, transaction)
        try transaction.record(path(place), api: place.api, before: integration)
        return OperationOutput(204)
    }
}

/// Addresses of HTTP backends: `http://` or `https://`, a host, perhaps a port of 80, 443, 1024–65535. Stage variables
/// (`${stageVariables.host}`) may stand anywhere after the scheme, path parameters (`{id}`) after the host.
enum HTTPEndpoint {
    private static let refusal = ApiError.badRequest("Invalid HTTP endpoint specified for URI")

    static func check(_ uri: String) throws {
        let scheme = ["http://", "https://"].first { uri.lowercased().hasPrefix($0) }
        guard let scheme else { throw refusal }
        guard !uri.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else { throw refusal }
        let rest = uri.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty else { throw refusal }
        // A variable may be all of the authority or any part of it: what it will hold is not known yet.
        if authority.contains("${stageVariables.") { return }
        let afterUser = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        let host: Substring
        let port: Substring?
        if afterUser.hasPrefix("[") {
            guard let end = afterUser.firstIndex(of: "]") else { throw refusal }
            host = afterUser[afterUser.index(after: afterUser.startIndex)..<end]
            let tail = afterUser[afterUser.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { throw refusal }
            port = tail.isEmpty ? nil : tail.dropFirst()
        } else {
            let halves = afterUser.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count <= 2 else { throw refusal }
            host = halves[0]
            port = halves.count == 2 ? halves[1] : nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy(isHostByte) else { throw refusal }
        if let port {
            guard let number = Int(port), number == 80 || number == 443 || (1024...65_535).contains(number) else {
                throw refusal
            }
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "%"):
            true
        default: byte >= 0x80
        }
    }
}

enum Templates {
    /// An empty template is kept as null.
    static func normalized(_ templates: [String: String?]) -> [String: String?] {
        templates.mapValues { $0?.isEmpty == true ? nil : $0 }
    }
}

extension ContentHandling {
    static func patched(_ step: Patch.Step) throws -> String? {
        guard step.op == "replace", let value = step.nonEmptyValue else { return nil }
        guard Integrations.contentHandlings.contains(value) else {
            throw ApiError.badRequest(
                "Invalid content handling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT")
        }
        return value
    }
}
