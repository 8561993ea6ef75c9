package import ControlAPI
import JSON
package import Logging
import Synchronization

/// Carries out control calls: looks them up in the store, changes it, and makes changes live. Knows nothing of HTTP.
package final class ControlPlane: Sendable {
    let store: Store
    let publisher: any StagePublisher
    let reports: any TrafficReports
    let caches: any CacheService
    let logger: Logger
    /// The engine's limit of all requests together; `nil` where it has none.
    let accountThrottle: ThrottleSettings?
    let changes = ChangeFeed()
    let usage: UsageRecorder
    private let turns = Turns()
    private let described: Mutex<EngineInfo>

    /// `info` may lack the addresses as long as they are not bound; set ``info`` then.
    package init(
        store: Store, publisher: any StagePublisher, reports: any TrafficReports, caches: any CacheService,
        info: EngineInfo, logger: Logger, accountThrottle: ThrottleSettings? = nil
    ) {
        self.store = store
        self.publisher = publisher
        self.reports = reports
        self.caches = caches
        self.logger = logger
        self.accountThrottle = accountThrottle
        usage = UsageRecorder(store: store, publisher: publisher, logger: logger)
        described = Mutex(info)
    }

    /// What `/sluice/health` and the first line of the live feed say; region and account are also those of signatures
    /// and messages.
    package var info: EngineInfo {
        get { described.withLock { $0 } }
        set { described.withLock { $0 = newValue } }
    }

    /// Makes every stored stage and API key live: at the start, before traffic is let in. A stage that cannot be compiled is
    /// logged and left out, so that one bad row does not keep the others down. Returns how many are live.
    @discardableResult
    package func republishAll() async throws -> Int {
        let stages = try await store.read { db in try StageTable.all(db).map { StageName(api: $0.api, stage: $0.name) }
        }
        let today = Timestamp.now.seconds / 86_400
        await publisher.publish(keys: try await store.read { db in try KeyPublications.read(db, today: today) })
        try await publishVpcLinks()
        await publisher.publish(domains: try await store.read { db in try DomainPublications.read(db) })
        var live = 0
        for name in stages {
            do {
                let prepared = try await store.read { [publisher] db in
                    try Snapshots.publication(db, api: name.api, stage: name.stage).map { try publisher.prepare($0) }
                }
                guard let prepared else { continue }
                await publisher.publish(prepared)
                live += 1
            } catch {
                logger.error(
                    "a stage could not be made live",
                    metadata: ["apiId": "\(name.api)", "stage": "\(name.stage)", "error": "\(error)"])
            }
        }
        return live
    }

    /// A link whose pool cannot be read is logged and left out, as stages are.
    private func publishVpcLinks() async throws {
        let ids = try await read { try VpcLinkTable.list($0.db, after: 0, limit: -1).compactMap(\.link.id) }
        for id in ids {
            do {
                guard let link = try await read({ try VpcLinkPublications.read($0, id) }) else { continue }
                await publisher.publish(vpcLink: link)
            } catch {
                logger.error(
                    "a VPC link could not be made live", metadata: ["vpcLinkId": "\(id)", "error": "\(error)"])
            }
        }
    }

    private struct StageName: Sendable {
        let api: String
        let stage: String
    }

    /// Stores a key for the TCP port without a call, for an engine's own start.
    package func storeCredential(accessKeyId: String, secretAccessKey: String) async throws {
        var input = OperationInput()
        input.body = RequestBody(
            JSONObject([
                (key: "accessKeyId", value: .string(accessKeyId)),
                (key: "secretAccessKey", value: .string(secretAccessKey)),
            ]))
        _ = try await change("CreateCredential", actor: "engine", input, CredentialEndpoints.create)
    }

    /// The secret of an access key; `nil` if it is not known.
    func secret(of accessKeyId: String) async throws -> String? {
        try await store.read { db in try CredentialTable.find(db, accessKeyId)?.secretAccessKey }
    }

    /// Throws ``ApiError`` for what the caller did wrong, anything else for what went wrong here.
    func perform(_ operation: Operation, actor: String, _ input: OperationInput) async throws -> OperationOutput {
        switch operation.work {
        case .read(let work):
            return try await read { transaction in try work(transaction, input) }
        case .change(let work):
            return try await change(operation.name, actor: actor, input, work)
        case .engine(let work):
            return try await work(self, input)
        case .feed:
            throw ApiError.internalFailure
        }
    }

    /// Looks things up in one consistent state.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws -> Value {
        let info = self.info
        return try await store.read { [accountThrottle] db in
            try work(
                Transaction(
                    db: db, region: info.region, account: info.account, accountThrottle: accountThrottle))
        }
    }

    /// One change: its transaction, with everything compiled that will be live, and then the publication. Returns when
    /// the change is on the disk and every loop uses it.
    func change(
        _ name: String, actor: String, _ input: OperationInput,
        _ work: @escaping @Sendable (Transaction, OperationInput) throws -> OperationOutput
    ) async throws -> OperationOutput {
        let info = self.info
        return try await turns.run { [store, publisher, caches, changes, accountThrottle] in
            let outcome = try await store.write { db in
                let transaction = Transaction(
                    db: db, region: info.region, account: info.account, actor: actor, operation: name,
                    accountThrottle: accountThrottle)
                let output = try work(transaction, input)
                return Outcome(
                    output: output, journal: transaction.journal,
                    effects: try Self.prepare(transaction, with: publisher))
            }
            for effect in outcome.effects {
                switch effect {
                case .publish(let prepared): await publisher.publish(prepared)
                case .withdraw(let api, let stage): await publisher.withdraw(apiId: api, stageName: stage)
                case .flush(let api, let stage): caches.flushCache(apiId: api, stageName: stage)
                case .keys(let keys): await publisher.publish(keys: keys)
                case .domains(let domains): await publisher.publish(domains: domains)
                case .usage(let identity, let extended, let firstDay):
                    publisher.extendUsage(identity, by: extended, inWindow: firstDay)
                case .vpcLink(let link): await publisher.publish(vpcLink: link)
                case .withdrawVpcLink(let id): await publisher.withdraw(vpcLink: id)
                }
            }
            changes.send(outcome.journal)
            return outcome.output
        }
    }

    private struct Outcome: Sendable {
        let output: OperationOutput
        let journal: [JournalEntry]
        let effects: [Effect]
    }

    private enum Effect: Sendable {
        case publish(any PreparedStage)
        case withdraw(api: String, stage: String)
        case flush(api: String, stage: String)
        case keys(KeyPublication)
        case domains(DomainPublication)
        case usage(ClientIdentity, extended: Int, firstDay: Int)
        case vpcLink(VpcLinkPublication)
        case withdrawVpcLink(String)
    }

    /// Compiles the stages that the transaction touched. A stage that cannot be compiled is the caller's fault: the
    /// transaction is rolled back and the reason told.
    private static func prepare(_ transaction: Transaction, with publisher: any StagePublisher) throws -> [Effect] {
        try transaction.liveChanges.compactMap { change in
            switch change {
            case .withdraw(let api, let stage):
                return .withdraw(api: api, stage: stage)
            case .flush(let api, let stage):
                return .flush(api: api, stage: stage)
            case .keys:
                return .keys(try KeyPublications.read(transaction.db, today: transaction.today))
            case .domains:
                return .domains(try DomainPublications.read(transaction.db))
            case .usage(let identity, let extended, let firstDay):
                return .usage(identity, extended: extended, firstDay: firstDay)
            case .vpcLink(let id):
                return try VpcLinkPublications.read(transaction, id).map { .vpcLink($0) } ?? .withdrawVpcLink(id)
            case .publish(let api, let stage):
                guard let publication = try Snapshots.publication(transaction.db, api: api, stage: stage) else {
                    return nil
                }
                do {
                    return .publish(try publisher.prepare(publication))
                } catch {
                    throw ApiError.badRequest("The stage \(stage) cannot be published: \(error)")
                }
            }
        }
    }
}
