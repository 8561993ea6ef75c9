/// How an API is written as a document.
package struct ExportOptions: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case oas30, swagger
    }

    /// What of API Gateway's own is written besides plain OpenAPI.
    package struct Extensions: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let integrations = Extensions(rawValue: 1)
        package static let authorizers = Extensions(rawValue: 2)
        package static let documentation = Extensions(rawValue: 4)
        package static let validators = Extensions(rawValue: 8)
        package static let postman = Extensions(rawValue: 16)
        /// Settings of the API as a whole: binary types, compression, policy, gateway responses, …
        package static let settings = Extensions(rawValue: 32)
        package static let apigateway: Extensions = [
            .integrations, .authorizers, .documentation, .validators, .settings,
        ]

        /// `nil` for a word that AWS does not know.
        package init?(named name: String) {
            switch name {
            case "integrations": self = .integrations
            case "apigateway": self = .apigateway
            case "authorizers": self = .authorizers
            case "documentation": self = .documentation
            case "validators": self = .validators
            case "postman": self = .postman
            default: return nil
            }
        }
    }

    package var format: Format
    package var extensions: Extensions
    /// For example `a1b2c3d4e5.execute-api.us-east-1.amazonaws.com`.
    package var host: String
    /// `/prod`.
    package var basePath: String

    package init(format: Format, extensions: Extensions, host: String, basePath: String) {
        self.format = format
        self.extensions = extensions
        self.host = host
        self.basePath = basePath
    }
}
