import ControlAPI
import JSON

/// `/clientcertificates`: self-signed, 365 days. The private key never leaves the store.
enum ClientCertificates {
    static let operations: [Operation] = [
        .change("GenerateClientCertificate", "POST", "/clientcertificates", generate),
        .read("GetClientCertificates", "GET", "/clientcertificates", list),
        .read("GetClientCertificate", "GET", "/clientcertificates/{clientcertificate_id}", get),
        .change("UpdateClientCertificate", "PATCH", "/clientcertificates/{clientcertificate_id}", update),
        .change("DeleteClientCertificate", "DELETE", "/clientcertificates/{clientcertificate_id}", delete),
    ]

    /// AWS's quota.
    static let largestCount = 60
    static let lifetimeDays = 365

    static func path(_ id: String) -> String { "/clientcertificates/\(id)" }

    static func find(_ id: String, _ transaction: Transaction) throws -> ClientCertificate {
        guard let certificate = try ClientCertificateTable.find(transaction.db, id) else {
            throw ApiError.notFound("Invalid Client Certificate identifier specified")
        }
        return certificate
    }

    static func generate(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var certificate = ClientCertificate()
        certificate.description = try input.body.string("description").flatMap { $0.isEmpty ? nil : $0 }
        let tags = try input.body.stringMap("tags")
        try Tags.check(tags)
        certificate.tags = tags?.isEmpty == false ? tags : nil
        guard try ClientCertificateTable.count(transaction.db) < largestCount else {
            throw ApiError.limitExceeded("Too many client certificates: an account can have at most \(largestCount)")
        }
        certificate.clientCertificateId = try transaction.newId(length: 6) {
            try ClientCertificateTable.find(transaction.db, $0) != nil
        }
        certificate.createdDate = transaction.now
        let expiration = Timestamp(seconds: transaction.now.seconds + lifetimeDays * 86_400)
        certificate.expirationDate = expiration
        let made = try SelfSignedCertificate(from: transaction.now, until: expiration)
        certificate.pemEncodedCertificate = made.certificate
        try ClientCertificateTable.insert(transaction.db, certificate, privateKey: made.privateKey)
        try transaction.record(path(certificate.clientCertificateId ?? ""), api: nil, after: certificate)
        return try OperationOutput(201, encoding: certificate)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        let found = try ClientCertificateTable.list(
            transaction.db, after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.position), withTags($0.certificate)) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: withTags(find(input.parameter("clientcertificate_id"), transaction)))
    }

    /// Every answer but that of `GenerateClientCertificate` has `tags`, also if there are none.
    private static func withTags(_ certificate: ClientCertificate) -> ClientCertificate {
        var certificate = certificate
        certificate.tags = certificate.tags ?? [:]
        return certificate
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateClientCertificateInput")
        let before = try find(input.parameter("clientcertificate_id"), transaction)
        var certificate = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/description"])
            certificate.description = step.nonEmptyValue
        }
        try store(certificate, before: before, transaction)
        return try OperationOutput(200, encoding: withTags(certificate))
    }

    static func store(
        _ certificate: ClientCertificate, before: ClientCertificate, _ transaction: Transaction
    ) throws {
        try ClientCertificateTable.update(transaction.db, certificate)
        try transaction.record(
            path(certificate.clientCertificateId ?? ""), api: nil, before: before, after: certificate)
    }

    /// Refused while a stage shows it to its backends.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let certificate = try find(input.parameter("clientcertificate_id"), transaction)
        let id = certificate.clientCertificateId ?? ""
        if let stage = try StageTable.place(transaction.db, usingCertificate: id) {
            throw ApiError.badRequest(
                "Client certificate \(id) cannot be deleted because it is used by stage \(stage). "
                    + "Remove it from the stage first.")
        }
        try ClientCertificateTable.delete(transaction.db, id)
        try transaction.record(path(id), api: nil, before: certificate)
        return .accepted
    }
}
