import ControlAPI
import JSON

/// One call as an operation sees it.
struct OperationInput: Sendable {
    /// Values of the pattern's `{names}`, percent-decoded.
    var parameters: [String: String] = [:]
    /// Query in order, percent-decoded.
    var query: [(name: String, value: String)] = []
    var body = RequestBody()
    /// The body of an operation that takes text, as it came.
    var text: [UInt8] = []
    /// Who calls.
    var actor = ""
    /// The region that the call was signed for; `nil` for the engine's own.
    var region: String?
    /// The resource that the call changes; `nil` if it changes none that is there already.
    var changed: String?
    /// The `Accept` header.
    var accept: String?
    var headers: [(name: String, value: String)] = []
    /// Whether the call came over the Unix socket.
    var isLocal = false

    /// A header's value; names are compared without regard to case. An empty one counts as absent.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name && !$0.value.isEmpty }?.value
    }

    /// A path parameter; the pattern has it, so it is always there.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// A parameter that may come more than once, or as a comma list.
    func queryList(_ name: String) -> [String] {
        query.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }
}

/// An answer before it becomes HTTP.
struct OperationOutput: Sendable {
    var status: Int
    /// `nil` for answers without a body (204).
    var body: JSON?
    /// What is sent in place of `body`.
    var file: File?
    /// Headers beside those that every answer has; one of these takes the place of one of those.
    var headers: [(name: String, value: String)] = []

    /// An answer that is a file.
    struct File: Sendable {
        /// `nil` for bytes that are no download.
        var name: String?
        var contentType: String
        var bytes: [UInt8]
    }

    init(_ status: Int, _ body: JSON? = nil) {
        self.status = status
        self.body = body
    }

    init(_ status: Int, encoding model: some Encodable) throws {
        self.init(status, try JSON(encoding: model))
    }

    /// 202 with an empty object, as AWS answers most deletions.
    static let accepted = OperationOutput(202, .object(JSONObject()))
}

/// One row of the router's table.
struct Operation: Sendable {
    enum Work: Sendable {
        /// Looks things up in one consistent state.
        case read(@Sendable (Transaction, OperationInput) throws -> OperationOutput)
        /// Changes things: one transaction, with its journal, and what it did to live stages.
        case change(@Sendable (Transaction, OperationInput) throws -> OperationOutput)
        /// Asks the engine and not the store.
        case engine(@Sendable (ControlPlane, OperationInput) async throws -> OperationOutput)
        /// The live feed, which has no end.
        case feed
    }

    /// AWS's name, for example `UpdateStage`.
    let name: String
    let verb: String
    /// For example `/restapis/{restapi_id}/stages/{stage_name}`.
    let pattern: String
    /// Answered on the Unix socket alone.
    let local: Bool
    /// Whether the body is text of the operation's own, and not JSON.
    var takesText = false
    let work: Work

    static func read(
        _ name: String, _ verb: String, _ pattern: String, local: Bool = false,
        _ work: @escaping @Sendable (Transaction, OperationInput) throws -> OperationOutput
    ) -> Operation {
        Operation(name: name, verb: verb, pattern: pattern, local: local, work: .read(work))
    }

    static func change(
        _ name: String, _ verb: String, _ pattern: String, local: Bool = false,
        _ work: @escaping @Sendable (Transaction, OperationInput) throws -> OperationOutput
    ) -> Operation {
        Operation(name: name, verb: verb, pattern: pattern, local: local, work: .change(work))
    }

    /// A change whose body is text.
    static func textChange(
        _ name: String, _ verb: String, _ pattern: String,
        _ work: @escaping @Sendable (Transaction, OperationInput) throws -> OperationOutput
    ) -> Operation {
        Operation(name: name, verb: verb, pattern: pattern, local: false, takesText: true, work: .change(work))
    }

    static func engine(
        _ name: String, _ verb: String, _ pattern: String,
        _ work: @escaping @Sendable (ControlPlane, OperationInput) async throws -> OperationOutput
    ) -> Operation {
        Operation(name: name, verb: verb, pattern: pattern, local: false, work: .engine(work))
    }

    /// Work of its own on a body that is text, before and after the store.
    static func textEngine(
        _ name: String, _ verb: String, _ pattern: String,
        _ work: @escaping @Sendable (ControlPlane, OperationInput) async throws -> OperationOutput
    ) -> Operation {
        Operation(name: name, verb: verb, pattern: pattern, local: false, takesText: true, work: .engine(work))
    }

    static func feed(_ name: String, _ verb: String, _ pattern: String) -> Operation {
        Operation(name: name, verb: verb, pattern: pattern, local: false, work: .feed)
    }
}
