import ControlAPI
import JSON

/// `/sluice/credentials`: the keys that sign calls over TCP. Answered on the Unix socket alone, because whoever can
/// list them can sign.
enum CredentialEndpoints {
    static let operations: [Operation] = [
        .read("GetCredentials", "GET", "/sluice/credentials", local: true, list),
        .change("CreateCredential", "POST", "/sluice/credentials", local: true, create),
        .change("DeleteCredential", "DELETE", "/sluice/credentials/{access_key_id}", local: true, delete),
    ]

    static func path(_ id: String) -> String { "/sluice/credentials/\(id)" }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: Page(items: CredentialTable.list(transaction.db)))
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let id = try input.body.string("accessKeyId")
        let secret = try input.body.string("secretAccessKey")
        guard (id == nil) == (secret == nil) else {
            throw ApiError.badRequest("accessKeyId and secretAccessKey have to be given both, or neither to make a key")
        }
        if let id {
            let isWord = id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/,;=\"\\".utf8.contains($0) }
            guard (1...128).contains(id.utf8.count), isWord else {
                throw ApiError.badRequest(
                    "Invalid accessKeyId: it has 1 to 128 printable ASCII characters without blanks and / , ; = \" \\")
            }
        }
        if let secret, secret.isEmpty || secret.utf8.count > 256 {
            throw ApiError.badRequest("Invalid secretAccessKey: it has 1 to 256 characters")
        }
        let before = try id.flatMap { try CredentialTable.find(transaction.db, $0) }
        let key = AccessKey(
            accessKeyId: id ?? Self.newId(), secretAccessKey: secret ?? Self.newSecret(),
            createdDate: before?.createdDate ?? transaction.now)
        try CredentialTable.put(transaction.db, key)
        try transaction.record(
            path(key.accessKeyId), api: nil, before: before.map(shown), after: shown(key))
        return try OperationOutput(201, encoding: key)
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let id = input.parameter("access_key_id")
        guard let key = try CredentialTable.find(transaction.db, id) else {
            throw ApiError.notFound("Invalid access key id specified: \(id)")
        }
        try CredentialTable.delete(transaction.db, id)
        try transaction.record(path(id), api: nil, before: shown(key))
        return .accepted
    }

    /// What the journal keeps: never the secret.
    private static func shown(_ key: AccessKey) -> JSON {
        ["accessKeyId": .string(key.accessKeyId), "createdDate": .number(JSONNumber(key.createdDate.seconds))]
    }

    /// `AKIA` and 16 capitals and digits, as AWS's.
    private static func newId() -> String { "AKIA" + random(16, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") }

    private static func newSecret() -> String {
        random(40, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    }

    private static func random(_ length: Int, from alphabet: String) -> String {
        let letters = Array(alphabet)
        var generator = SystemRandomNumberGenerator()
        return String((0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }
}
