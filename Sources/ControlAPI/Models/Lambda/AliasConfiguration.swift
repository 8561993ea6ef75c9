/// A name for a version of a function, as Lambda's `GetAlias` returns it.
public struct AliasConfiguration: Codable, Sendable, Hashable {
    public var aliasArn: String
    public var name: String
    public var functionVersion: String
    public var description: String
    public var routingConfig: AliasRouting?
    public var revisionId: String

    public init(aliasArn: String, name: String, functionVersion: String, description: String, revisionId: String) {
        self.aliasArn = aliasArn
        self.name = name
        self.functionVersion = functionVersion
        self.description = description
        self.revisionId = revisionId
    }

    enum CodingKeys: String, CodingKey {
        case aliasArn = "AliasArn"
        case name = "Name"
        case functionVersion = "FunctionVersion"
        case description = "Description"
        case routingConfig = "RoutingConfig"
        case revisionId = "RevisionId"
    }
}

public struct AliasRouting: Codable, Sendable, Hashable {
    /// Version → share of invocations, 0–1.
    public var additionalVersionWeights: [String: Double]

    public init(additionalVersionWeights: [String: Double]) {
        self.additionalVersionWeights = additionalVersionWeights
    }

    enum CodingKeys: String, CodingKey { case additionalVersionWeights = "AdditionalVersionWeights" }
}
