/// One step of an `Update…` call.
public struct PatchOperation: Codable, Sendable, Hashable {
    /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
    public var op: String?
    /// A JSON pointer: `/` inside a name is `~1`, `~` is `~0`.
    public var path: String?
    public var value: String?
    public var from: String?

    public init(op: String, path: String, value: String? = nil, from: String? = nil) {
        self.op = op
        self.path = path
        self.value = value
        self.from = from
    }

    public static func replace(_ path: String, _ value: String) -> PatchOperation {
        PatchOperation(op: "replace", path: path, value: value)
    }

    public static func add(_ path: String, _ value: String) -> PatchOperation {
        PatchOperation(op: "add", path: path, value: value)
    }

    public static func remove(_ path: String) -> PatchOperation {
        PatchOperation(op: "remove", path: path)
    }

    public static func copy(from: String, to path: String) -> PatchOperation {
        PatchOperation(op: "copy", path: path, from: from)
    }
    /// A name as a segment of a path: `application/json` becomes `application~1json`.
    public static func segment(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
