import ControlAPI
import GRDB
import JSON

/// What undo knows of the rows of one table: how they are called, what has to hold once they are back, and what they do
/// to live traffic. That rows do come back as they were needs no knowledge of them.
struct UndoFamily: Sendable {
    let table: String
    /// In the field's words: `stage`.
    let what: String
    /// Which one: `prod`, `GET /pets/{petId}`.
    let name: @Sendable (_ row: RowImage, Undoing) throws -> String
    /// What of the row is compared in the difference.
    var shown: @Sendable (RowImage) throws -> JSON? = { try $0.document() }
    /// Throws ``ApiError`` where other resources do not fit the row as it is now.
    var check: @Sendable (_ row: ChangedRow, Undoing) throws -> Void = { _, _ in }
    /// Makes the row live.
    var live: @Sendable (_ row: ChangedRow, Transaction) throws -> Void = { _, _ in }
}

/// Every family that can be undone. A table that is not here makes the changes that touch it such as cannot.
enum UndoFamilies {
    /// In the order in which differences list them.
    static let all: [UndoFamily] = [
        ApiUndo.apis, TreeUndo.resources, TreeUndo.methods, ModelUndo.models, ModelUndo.validators,
        ApiUndo.gatewayResponses, AuthorizerUndo.family, DocumentationUndo.parts, DocumentationUndo.versions,
        DeploymentUndo.deployments, DeploymentUndo.stages, KeyUndo.keys, KeyUndo.plans, KeyUndo.planKeys,
        DomainUndo.names, DomainUndo.mappings, DomainUndo.associations, AccountUndo.vpcLinks, AccountUndo.targetPools,
        AccountUndo.certificates, AccountUndo.account,
    ]

    static let tables = Set(all.map(\.table))

    static let byTable = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.table, (place: $0, family: $1)) })
}

/// Why some operations can never be undone, in words that say more than what the store knows.
enum UndoRefusals {
    static let ofOperation: [String: String] = [
        "CreateCredential": "an access key's secret is nothing that the journal keeps; `sluice credentials` removes it",
        "DeleteCredential":
            "an access key's secret is nothing that the journal keeps; `sluice credentials` makes another",
        "FlushStageCache": "what was flushed comes back with the next requests",
        "UpdateUsage": "usage goes on by itself; UpdateUsage sets it anew",
    ]
}
