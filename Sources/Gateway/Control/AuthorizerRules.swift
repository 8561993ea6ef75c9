import ControlAPI
import JSON

/// What AWS asks of an authorizer, by its type.
enum AuthorizerRules {
    static let types = ["TOKEN", "REQUEST", "COGNITO_USER_POOLS"]
    /// Seconds.
    static let timesToLive = 0...3600
    static let standardTimeToLive = 300
    static let longestName = 128
    static let longestExpression = 4096

    /// What an authorizer has that was given none.
    static func authType(of type: String) -> String {
        type == "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom"
    }

    /// The `authorizationType` of methods that may name it.
    static func authorizationType(of authorizer: Authorizer) -> String {
        authorizer.type == "COGNITO_USER_POOLS" ? "COGNITO_USER_POOLS" : "CUSTOM"
    }

    /// Throws ``ApiError``.
    static func check(_ authorizer: Authorizer) throws {
        guard types.contains(authorizer.type) else {
            throw ApiError.badRequest(
                "Invalid authorizer type specified. Valid options are \(types.joined(separator: ","))")
        }
        guard !authorizer.name.isEmpty else { throw ApiError.badRequest("Authorizer name must be non-empty") }
        guard authorizer.name.count <= longestName else {
            throw ApiError.badRequest("Authorizer name can have at most \(longestName) characters")
        }
        if let seconds = authorizer.authorizerResultTtlInSeconds, !timesToLive.contains(seconds) {
            throw ApiError.badRequest(
                "Authorizer result TTL must be between \(timesToLive.lowerBound) and \(timesToLive.upperBound) seconds")
        }
        if authorizer.type == "COGNITO_USER_POOLS" {
            try check(providers: authorizer.providerARNs ?? [])
        } else {
            try check(uri: authorizer.authorizerUri ?? "")
        }
        if let role = authorizer.authorizerCredentials { try check(role: role) }
        try check(expression: authorizer.identityValidationExpression)
        try checkSource(of: authorizer)
    }

    private static func check(providers: [String]) throws {
        guard !providers.isEmpty else {
            throw ApiError.badRequest("Authorizers of type COGNITO_USER_POOLS need at least one provider ARN")
        }
        for arn in providers {
            let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, parts[0] == "arn", parts[2] == "cognito-idp", parts[5].hasPrefix("userpool/") else {
                throw ApiError.badRequest("Invalid Cognito User Pool ARN: \(arn)")
            }
        }
    }

    /// `arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations`
    private static func check(uri: String) throws {
        let parts = uri.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "apigateway", parts[4] == "lambda",
            parts[5].hasPrefix("path/"), parts[5].hasSuffix("/invocations")
        else {
            throw ApiError.badRequest(
                "Invalid Authorizer URI: \(uri). Authorizer URI should be a valid API Gateway ARN that represents a "
                    + "Lambda function invocation.")
        }
    }

    private static func check(role: String) throws {
        let parts = role.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "iam" else {
            throw ApiError.badRequest("Invalid ARN specified in the request")
        }
    }

    private static func check(expression: String?) throws {
        guard let expression else { return }
        guard expression.utf8.count <= longestExpression else {
            throw ApiError.badRequest(
                "Identity validation expression can have at most \(longestExpression) characters")
        }
        do {
            _ = try Pattern(expression)
        } catch {
            throw ApiError.badRequest("Invalid identity validation expression: \(expression): \(error)")
        }
    }

    /// Tokens come in one header; `REQUEST` takes a comma list, which may be empty where nothing is cached.
    private static func checkSource(of authorizer: Authorizer) throws {
        let sources = (authorizer.identitySource ?? "").split(separator: ",").map {
            String($0.drop { $0 == " " })
        }
        guard authorizer.type == "REQUEST" else {
            guard sources.count == 1, isHeader(sources[0]) else {
                throw ApiError.badRequest(
                    "Authorizers of type \(authorizer.type) need one header as identity source, for example "
                        + "method.request.header.Authorization")
            }
            return
        }
        guard !sources.isEmpty || authorizer.authorizerResultTtlInSeconds == 0 else {
            throw ApiError.badRequest(
                "Authorizers of type REQUEST need an identity source unless their result TTL is 0")
        }
        for source in sources where !isRequestSource(source) {
            throw ApiError.badRequest(
                "Invalid identity source specified: \(source). It must be method.request.header.{name}, "
                    + "method.request.querystring.{name}, stageVariables.{name} or context.{name}")
        }
    }

    private static func isHeader(_ source: String) -> Bool { has(source, prefix: "method.request.header.") }

    private static func isRequestSource(_ source: String) -> Bool {
        ["method.request.header.", "method.request.querystring.", "stageVariables.", "context."].contains {
            has(source, prefix: $0)
        }
    }

    /// A name without blanks after the prefix.
    private static func has(_ source: String, prefix: String) -> Bool {
        source.hasPrefix(prefix) && source.utf8.count > prefix.utf8.count && !source.contains(" ")
    }
}
