/// Who may invoke a function, as Lambda's `GetPolicy` returns it.
public struct FunctionPolicyDocument: Codable, Sendable, Hashable {
    /// JSON text in IAM's form.
    public var policy: String
    public var revisionId: String

    public init(policy: String, revisionId: String) {
        self.policy = policy
        self.revisionId = revisionId
    }

    enum CodingKeys: String, CodingKey {
        case policy = "Policy"
        case revisionId = "RevisionId"
    }
}
