import ControlAPI
import GRDB

/// Rows of `client_certificate`. The private key stands in a column of its own and in no document.
enum ClientCertificateTable {
    static func find(_ db: Database, _ id: String) throws -> ClientCertificate? {
        try String.fetchOne(db, sql: "SELECT document FROM client_certificate WHERE id = ?", arguments: [id])
            .map { try Document.decode($0, what: "client certificate \(id)") }
    }

    /// With its key; `nil` if there is none of this id.
    static func published(_ db: Database, _ id: String) throws -> PublishedCertificate? {
        guard let certificate = try find(db, id)?.pemEncodedCertificate else { return nil }
        return try String.fetchOne(db, sql: "SELECT private_key FROM client_certificate WHERE id = ?", arguments: [id])
            .map { PublishedCertificate(id: id, certificate: certificate, privateKey: $0) }
    }

    static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM client_certificate") ?? 0
    }

    /// In the order of creation, those after `position`, with their positions.
    static func list(
        _ db: Database, after position: Int, limit: Int
    ) throws -> [(position: Int, certificate: ClientCertificate)] {
        try Row.fetchAll(
            db, sql: "SELECT sequence, document FROM client_certificate WHERE sequence > ? ORDER BY sequence LIMIT ?",
            arguments: [position, limit]
        ).map { ($0["sequence"], try Document.decode($0["document"], what: "a client certificate")) }
    }

    /// `privateKey` is PEM.
    static func insert(_ db: Database, _ certificate: ClientCertificate, privateKey: String) throws {
        try db.execute(
            sql: "INSERT INTO client_certificate (id, private_key, document) VALUES (?, ?, ?)",
            arguments: [certificate.clientCertificateId, privateKey, Document.text(certificate)])
    }

    static func update(_ db: Database, _ certificate: ClientCertificate) throws {
        try db.execute(
            sql: "UPDATE client_certificate SET document = ? WHERE id = ?",
            arguments: [Document.text(certificate), certificate.clientCertificateId])
    }

    static func delete(_ db: Database, _ id: String) throws {
        try db.execute(sql: "DELETE FROM client_certificate WHERE id = ?", arguments: [id])
    }
}
