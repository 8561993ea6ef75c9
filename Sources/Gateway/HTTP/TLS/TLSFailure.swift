import ControlAPI
import NIOSSL

/// Why a backend's connection could not be secured. AWS answers each of these with 500, as an error of the
/// configuration: the backend's certificate, or what the gateway shows it, has to be changed.
enum TLSFailure: Error, Hashable, Sendable {
    /// Times in seconds since 1970.
    case expired(Int)
    case notYetValid(Int)
    case selfSigned
    case unknownAuthority(issuer: String)
    case wrongHost(String?, names: [String])
    /// Plain HTTP, or something else, on the port.
    case noTLS
    /// The backend ended the handshake with an alert (RFC 8446, 6.2), named in lower case.
    case refused(alert: String)
    /// No version or cipher in common, or a message that TLS does not have.
    case protocolError(String)
}

extension TLSFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .expired(let time): "PKIX path validation failed: the endpoint's certificate expired on \(Self.text(time))"
        case .notYetValid(let time):
            "PKIX path validation failed: the endpoint's certificate is not valid before \(Self.text(time))"
        case .selfSigned:
            "PKIX path building failed: the endpoint's certificate is signed by itself and by no authority that is "
                + "trusted"
        case .unknownAuthority(let issuer):
            "PKIX path building failed: the endpoint's certificate is signed by \(issuer), which leads to no authority "
                + "that is trusted"
        case .wrongHost(let host, let names):
            "Host name \(host.map { "'\($0)' " } ?? "")does not match the endpoint's certificate, which is for "
                + (names.isEmpty ? "no host" : names.joined(separator: ", "))
        case .noTLS: "General SSLEngine problem: the endpoint does not speak TLS on this port"
        case .refused(let alert): "General SSLEngine problem: the endpoint refused the TLS handshake: \(alert)"
        case .protocolError(let reason): "General SSLEngine problem: \(reason)"
        }
    }

    private static func text(_ seconds: Int) -> String { LoopClock.javaTime(second: Int64(seconds)) }
}

extension TLSFailure {
    /// What an error of TLS says; `nil` for other errors, those of the network among them. `certificate` is the
    /// backend's own, as far as it has come, and `serverName` what it has to name.
    init?(_ error: any Error, certificate: NIOSSLCertificate?, serverName: String?) {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            self = .wrongHost(serverName, names: certificate.map(Self.names) ?? [])
            return
        }
        if let error = error as? NIOSSLError, error == .unableToValidateCertificate || error == .noCertificateToValidate
        {
            self = .protocolError("the endpoint shows no certificate that can be read")
            return
        }
        guard let reason = Self.reason(of: error) else { return nil }
        self.init(reason: reason, certificate: certificate)
    }

    /// `reason` is BoringSSL's name of it.
    private init(reason: String, certificate: NIOSSLCertificate?) {
        switch reason {
        case "CERTIFICATE_VERIFY_FAILED":
            self = certificate.map(Self.verification) ?? .unknownAuthority(issuer: "somebody unknown")
        case "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST": self = .noTLS
        default:
            if let alert = Self.alert(reason) {
                self = .refused(alert: alert)
            } else {
                self = .protocolError(Self.words(reason))
            }
        }
    }

    /// BoringSSL does not say why a certificate was not taken. Its dates can be told from it; else it was the chain.
    private static func verification(_ certificate: NIOSSLCertificate) -> TLSFailure {
        if let dates = CertificateDates(certificate), let problem = dates.problem(at: .now) {
            return problem == .expired ? .expired(dates.notAfter) : .notYetValid(dates.notBefore)
        }
        if certificate.subjectName == certificate.issuerName { return .selfSigned }
        let issuer = certificate.issuerName.prefix(8).map { printable($0.value) }.joined(separator: ", ")
        return .unknownAuthority(issuer: issuer.isEmpty ? "somebody without a name" : "'\(issuer)'")
    }

    /// `TLSV1_ALERT_UNKNOWN_CA` → `unknown ca`
    private static func alert(_ reason: String) -> String? {
        guard let prefix = ["TLSV1_ALERT_", "SSLV3_ALERT_", "TLSV1_"].first(where: { reason.hasPrefix($0) }) else {
            return nil
        }
        return words(String(reason.dropFirst(prefix.count)))
    }

    private static func words(_ reason: String) -> String {
        reason.lowercased().split(separator: "_").joined(separator: " ")
    }

    /// Host names and addresses that a certificate is for, the first few of them.
    private static func names(_ certificate: NIOSSLCertificate) -> [String] {
        certificate._subjectAlternativeNames().prefix(8).compactMap { name in
            let bytes = Array(name.contents)
            switch name.nameType {
            case .dnsName: return printable(String(decoding: bytes, as: UTF8.self))
            case .ipAddress where bytes.count == 4: return bytes.map(String.init).joined(separator: ".")
            case .ipAddress where bytes.count == 16:
                return stride(from: 0, to: 16, by: 2)
                    .map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
            default: return nil
            }
        }
    }

    /// What stands in a certificate is anybody's: no control characters, and no more than a name's length.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(255)))
    }

    /// BoringSSL's name of what went wrong, such as `CERTIFICATE_VERIFY_FAILED`; `nil` for an error that is not its.
    static func reason(of error: any Error) -> String? {
        var inner = error as? BoringSSLError
        if case .handshakeFailed(let failure)? = error as? NIOSSLError { inner = failure }
        switch inner {
        case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack), .failedToSetALPN(let stack):
            if stack == [.eofDuringHandshake] { return nil }
            return stack.lazy.compactMap { name(in: $0.description) }.first ?? "UNKNOWN_ERROR"
        default: return nil
        }
    }

    /// Of `Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at FILE:LINE`.
    private static func name(in description: String) -> String? {
        let word = description.split(separator: " ").first { $0.hasPrefix("routines:") }?.split(separator: ":").last
        return word.map(String.init)
    }
}
