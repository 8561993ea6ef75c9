public import JSON

/// What differs between two states of an API: two deployments, or a deployment and the API as it is now.
public struct ApiDifference: Codable, Sendable, Hashable {
    public var apiId: String
    /// A deployment's id, or `current`.
    public var from: String
    public var to: String
    /// In a stable order: the API's settings, its resources and methods by path, then all else by name.
    public var items: [Item]

    public init(apiId: String, from: String, to: String, items: [Item]) {
        self.apiId = apiId
        self.from = from
        self.to = to
        self.items = items
    }

    public enum Kind: String, Codable, Sendable, Hashable {
        case added
        case removed
        case changed
    }

    /// One thing that was added or removed as a whole, or one member that changed.
    public struct Item: Codable, Sendable, Hashable {
        public var kind: Kind
        /// `api setting`, `resource`, `method`, `integration`, `integration response`, `method response`, `model`,
        /// `request validator`, `gateway response`, `authorizer`; of an undo also `stage`, `deployment`, `usage plan` …
        public var what: String
        /// Which one: `GET /pets/{petId}`, `GET /pets 200`, `Pet`, `DEFAULT_4XX`.
        public var path: String
        /// What changed in it, for example `uri` or `requestTemplates["application/json"]`; `nil` for all of it.
        public var member: String?
        public var before: JSON?
        public var after: JSON?

        public init(
            kind: Kind, what: String, path: String, member: String? = nil, before: JSON? = nil, after: JSON? = nil
        ) {
            self.kind = kind
            self.what = what
            self.path = path
            self.member = member
            self.before = before
            self.after = after
        }

        /// `+`, `-` or `~`
        public var mark: String {
            switch kind {
            case .added: "+"
            case .removed: "-"
            case .changed: "~"
            }
        }

        /// `integration GET /pets`
        public var name: String { path.isEmpty ? what : "\(what) \(path)" }

        /// One line: `~ integration GET /pets  uri: "http://a" → "http://b"`
        public var summary: String {
            guard let member else { return "\(mark) \(name)" }
            return
                "\(mark) \(name)  \(member): \(DocumentDifference.brief(before)) → \(DocumentDifference.brief(after))"
        }
    }

    public func count(of kind: Kind) -> Int { items.count { $0.kind == kind } }
}
