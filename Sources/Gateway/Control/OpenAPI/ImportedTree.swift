import ControlAPI

/// The resources of an API while a document is put into it: paths with their ids, in memory, so that each new resource
/// costs one row and no search.
struct ImportedTree {
    private let api: RestApi
    private let transaction: Transaction
    /// Path → id, the root's too.
    private(set) var ids: [String: String] = [:]
    private var taken: Set<String> = []
    /// Parent's path → the one child that is a variable.
    private var variables: [String: String] = [:]

    init(api: RestApi, _ transaction: Transaction) throws {
        self.api = api
        self.transaction = transaction
        for resource in try ResourceTable.list(transaction.db, api: api.id) { note(resource.path, resource.id) }
    }

    private mutating func note(_ path: String, _ id: String) {
        ids[path] = id
        taken.insert(id)
        if let (parent, part) = Self.split(path), part.hasPrefix("{") { variables[parent] = part }
    }

    /// Deletes every resource that is none of `paths` and above none of them.
    mutating func keep(only paths: [String]) throws {
        var kept: Set<String> = ["/"]
        for path in paths {
            var at = path
            while kept.insert(at).inserted, let (parent, _) = Self.split(at) { at = parent }
        }
        for path in ids.keys.filter({ !kept.contains($0) }).sorted() {
            guard let id = ids.removeValue(forKey: path), let (parent, part) = Self.split(path) else { continue }
            if variables[parent] == part { variables[parent] = nil }
            // Those below went with one above them, or come later in the order.
            try ResourceTable.delete(transaction.db, api: api.id, id)
        }
    }

    /// The id of the resource at a path, made with all above it where they are not there. Throws ``ApiError``.
    mutating func resource(at path: String) throws -> String {
        if let known = ids[path] { return known }
        var missing: [String] = []
        var at = path
        while ids[at] == nil, let (parent, _) = Self.split(at) {
            missing.append(at)
            at = parent
        }
        var id = ids[at] ?? ""
        for path in missing.reversed() { id = try add(path, parentId: id) }
        return id
    }

    private mutating func add(_ path: String, parentId: String) throws -> String {
        guard let (parent, part) = Self.split(path), let shape = PathPart(part) else { throw PathPart.refusal }
        if let (_, above) = Self.split(parent), PathPart(above) == .greedy {
            throw ApiError.badRequest("Cannot create a child of a resource with a greedy path variable: \(above)")
        }
        if shape != .literal, let sibling = variables[parent] {
            throw ApiError.badRequest(
                "A sibling (\(sibling)) of this resource already has a variable path part -- only one is allowed")
        }
        // The root is not counted.
        guard ids.count <= Resources.largestCount else {
            throw ApiError.limitExceeded("Too many resources: an API can have at most \(Resources.largestCount)")
        }
        var id = Ids.make(length: 6)
        while taken.contains(id) { id = Ids.make(length: 6) }
        try ResourceTable.insert(
            transaction.db, api: api.id, Resource(id: id, parentId: parentId, pathPart: part, path: path))
        note(path, id)
        return id
    }

    /// `/a/b` is `b` under `/a`; the root is under nothing.
    private static func split(_ path: String) -> (parent: String, part: String)? {
        guard path != "/", let slash = path.lastIndex(of: "/") else { return nil }
        let parent = path[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
    }
}
