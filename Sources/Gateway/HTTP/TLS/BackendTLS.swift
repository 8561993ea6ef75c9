import ControlAPI
import NIOCore
import NIOSSL

/// How connections to a backend are secured.
struct BackendTLS: Sendable, Hashable {
    /// Backends that differ in this share no connection.
    struct Settings: Sendable, Hashable {
        /// What the backend is asked for (SNI, RFC 6066) and what its certificate has to name; `nil` for IP addresses,
        /// which the certificate has to hold as such.
        var serverName: String?
        /// The integration's `tlsConfig.insecureSkipVerification`: any authority will do, the backend itself among
        /// them. Dates and host name are still checked, as on AWS.
        var insecureSkipVerification: Bool
        /// The certificate that is shown to a backend that asks for one.
        var clientCertificateId: String?
    }

    var settings: Settings
    let context: NIOSSLContext

    /// `host` without brackets.
    init(
        host: String, insecureSkipVerification: Bool = false, clientCertificateId: String? = nil, context: NIOSSLContext
    ) {
        settings = Settings(
            serverName: Self.serverName(of: host), insecureSkipVerification: insecureSkipVerification,
            clientCertificateId: clientCertificateId)
        self.context = context
    }

    /// The same for another host: addresses whose host a request chooses, and targets that stand for one.
    func named(_ host: String) -> BackendTLS {
        var copy = self
        copy.settings.serverName = Self.serverName(of: host)
        return copy
    }

    /// The dot at a full name's end belongs to DNS alone.
    private static func serverName(of host: String) -> String? {
        if (try? SocketAddress(ipAddress: host, port: 0)) != nil { return nil }
        let name = host.lowercased()
        return name.hasSuffix(".") && name.utf8.count > 1 ? String(name.dropLast()) : name
    }

    static func == (one: BackendTLS, other: BackendTLS) -> Bool { one.settings == other.settings }

    func hash(into hasher: inout Hasher) { hasher.combine(settings) }

    /// The handler that stands before a connection's own. Throws where the host is no name that TLS can carry: longer
    /// than 255 bytes.
    func makeHandler() throws -> NIOSSLClientHandler {
        guard settings.insecureSkipVerification else {
            return try NIOSSLClientHandler(context: context, serverHostname: settings.serverName)
        }
        return try NIOSSLClientHandler(context: context, serverHostname: settings.serverName) { certificates, promise in
            let isInTime = certificates.allSatisfy { CertificateDates($0)?.problem(at: .now) == nil }
            promise.succeed(isInTime ? .certificateVerified : .failed)
        }
    }
}

/// What an integration and its stage say of TLS: makes the ``BackendTLS`` of each host.
struct BackendSecurity: Sendable {
    let contexts: BackendContexts
    var certificate: PublishedCertificate?
    var insecureSkipVerification = false

    /// Why no certificate could be verified, if that is so.
    var fault: String? { insecureSkipVerification ? nil : contexts.fault }

    /// Throws ``PlanError`` where the client certificate or its key cannot be read.
    func tls(host: String) throws -> BackendTLS {
        BackendTLS(
            host: host, insecureSkipVerification: insecureSkipVerification, clientCertificateId: certificate?.id,
            context: try contexts.context(certificate: certificate))
    }
}
