import ControlAPI
import GRDB
import JSON

/// What one operation works with: the database as of one moment, and what it did so far. Lives inside one call on the
/// database's own queue.
final class Transaction {
    let db: Database
    let region: String
    let account: String
    /// `unix:uid=1000` or an access key id.
    let actor: String
    let operation: String
    let now: Timestamp
    /// The engine's limit of all requests together; `nil` where it has none.
    let accountThrottle: ThrottleSettings?

    /// Entries written so far, with their numbers.
    private(set) var journal: [JournalEntry] = []
    /// Stages to publish, to withdraw or to flush once all of this is on the disk, in order.
    private(set) var liveChanges: [LiveChange] = []

    enum LiveChange: Hashable {
        case publish(api: String, stage: String)
        case withdraw(api: String, stage: String)
        /// Its cached responses go.
        case flush(api: String, stage: String)
        /// All keys and usage plans.
        case keys
        /// All custom domain names with their mappings.
        case domains
        /// What `UpdateUsage` added to the limit of the window that begins at `firstDay`.
        case usage(ClientIdentity, extended: Int, firstDay: Int)
        /// A VPC link as it is now with its target pool, or that there is none any more.
        case vpcLink(String)
    }

    init(
        db: Database, region: String, account: String, actor: String = "", operation: String = "",
        now: Timestamp = .now, accountThrottle: ThrottleSettings? = nil
    ) {
        self.db = db
        self.region = region
        self.account = account
        self.actor = actor
        self.operation = operation
        self.now = now
        self.accountThrottle = accountThrottle
    }

    /// Writes a journal entry into this transaction.
    func record(_ resource: String, api: String?, before: JSON? = nil, after: JSON? = nil) throws {
        let entry = JournalEntry(
            sequence: 0, time: now, actor: actor, operation: operation, resource: resource, before: before,
            after: after)
        journal.append(try JournalTable.append(db, entry, api: api))
    }

    func record(
        _ resource: String, api: String?, before: (some Encodable)? = JSON?.none, after: (some Encodable)? = JSON?.none
    ) throws {
        try record(
            resource, api: api, before: before.map { try JSON(encoding: $0) },
            after: after.map { try JSON(encoding: $0) })
    }

    func publish(api: String, stage: String) { liveChanges.append(.publish(api: api, stage: stage)) }
    func flush(api: String, stage: String) { liveChanges.append(.flush(api: api, stage: stage)) }
    func withdraw(api: String, stage: String) { liveChanges.append(.withdraw(api: api, stage: stage)) }
    func publishKeys() { if !liveChanges.contains(.keys) { liveChanges.append(.keys) } }
    func publishDomains() { if !liveChanges.contains(.domains) { liveChanges.append(.domains) } }
    func extendUsage(_ identity: ClientIdentity, by number: Int, firstDay: Int) {
        liveChanges.append(.usage(identity, extended: number, firstDay: firstDay))
    }

    func publish(vpcLink id: String) {
        if !liveChanges.contains(.vpcLink(id)) { liveChanges.append(.vpcLink(id)) }
    }

    /// Days since 1 January 1970.
    var today: Int { now.seconds / 86_400 }

    // What AWS answers for ids that lead nowhere.

    func restApi(_ id: String) throws -> RestApi {
        guard let api = try RestApiTable.find(db, id) else { throw unknownApi(id) }
        return api
    }

    func requireApi(_ id: String) throws {
        guard try RestApiTable.exists(db, id) else { throw unknownApi(id) }
    }

    private func unknownApi(_ id: String) -> ApiError {
        .notFound("Invalid API identifier specified \(account):\(id)")
    }

    /// AWS names the resource, also where it is the API that does not exist.
    func resource(api: String, _ id: String) throws -> Resource {
        guard let resource = try ResourceTable.find(db, api: api, id) else {
            throw ApiError.notFound("Invalid Resource identifier specified")
        }
        return resource
    }

    func method(api: String, resource: String, _ verb: String) throws -> Method {
        _ = try self.resource(api: api, resource)
        guard let method = try ResourceTable.method(db, api: api, resource: resource, verb) else {
            throw ApiError.notFound("Invalid Method identifier specified")
        }
        return method
    }

    func deployment(api: String, _ id: String) throws -> Deployment {
        try requireApi(api)
        guard let deployment = try DeploymentTable.find(db, api: api, id) else {
            throw ApiError.notFound("Invalid Deployment identifier specified")
        }
        return deployment
    }

    func stage(api: String, _ name: String) throws -> Stage {
        try requireApi(api)
        guard let stage = try StageTable.find(db, api: api, name) else {
            throw ApiError.notFound("Invalid stage identifier specified")
        }
        return stage
    }

    func apiKey(_ id: String) throws -> ApiKey {
        guard let key = try ApiKeyTable.find(db, id) else {
            throw ApiError.notFound("Invalid API Key identifier specified")
        }
        return key
    }

    func usagePlan(_ id: String) throws -> UsagePlan {
        guard let plan = try UsagePlanTable.find(db, id) else {
            throw ApiError.notFound("Invalid Usage Plan ID specified")
        }
        return plan
    }

    /// A new id of `length` lower-case letters and digits that `taken` does not know.
    func newId(length: Int, taken: (String) throws -> Bool) throws -> String {
        while true {
            let id = Ids.make(length: length)
            if try !taken(id) { return id }
        }
    }
}

/// Identifiers as API Gateway makes them: lower-case letters and digits.
enum Ids {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    static func make(length: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
}
