import NIOConcurrencyHelpers
import NIOCore
import NIOSSL

/// The TLS settings that plans share, one for each client certificate and one for none. Made when a stage is compiled,
/// used by every loop, and gone with the last plan that uses it.
final class BackendContexts: Sendable {
    private struct Weak: Sendable {
        weak var context: NIOSSLContext?
    }

    private let trust: BackendTrust
    private let known = NIOLockedValueBox<[String?: Weak]>([:])

    init(trust: BackendTrust = BackendTrust()) { self.trust = trust }

    /// What keeps every backend from being verified; `nil` where nothing does.
    var fault: String? { trust.isEmpty ? BackendTrust.nothingTrusted : nil }

    /// Throws ``PlanError`` where the certificate or its key cannot be read.
    func context(certificate: PublishedCertificate?) throws -> NIOSSLContext {
        if let found = known.withLockedValue({ $0[certificate?.id]?.context }) { return found }
        let made = try make(certificate)
        return known.withLockedValue { known in
            // Somebody else may have been faster.
            if let found = known[certificate?.id]?.context { return found }
            known = known.filter { $0.value.context != nil }
            known[certificate?.id] = Weak(context: made)
            return made
        }
    }

    private func make(_ certificate: PublishedCertificate?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        configuration.trustRoots = trust.systemBundle.map { .file($0) } ?? .certificates([])
        configuration.additionalTrustRoots = [.certificates(trust.own)]
        configuration.shutdownTimeout = .seconds(1)
        do {
            if let certificate {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.certificate.utf8))
                    .map { .certificate($0) }
                configuration.privateKey = .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(certificate.privateKey.utf8), format: .pem))
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw PlanError.tls(
                reason: (certificate.map { "client certificate \($0.id) cannot be used: " } ?? "")
                    + (TLSFailure.reason(of: error) ?? "\(error)"))
        }
    }
}
