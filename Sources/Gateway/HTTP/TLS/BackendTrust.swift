import Foundation
import NIOSSL

/// Which authorities may sign backends' certificates: those of the machine, and those of a file of one's own.
package struct BackendTrust: Sendable {
    /// PEM bundles of the machine's authorities, as distributions have them; the first that is there counts.
    private static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, RHEL
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // CentOS
        "/etc/ssl/ca-bundle.pem",  // openSUSE
        "/etc/ssl/cert.pem",  // Alpine, BSD
    ]

    /// The machine's bundle; `nil` where none was found.
    let systemBundle: String?
    let own: [NIOSSLCertificate]

    /// The machine's authorities alone.
    package init() { self.init(own: []) }

    /// These beside the machine's. Throws ``BackendTrustError`` where the file is not there or is no PEM bundle of
    /// certificates.
    package init(file: String) throws {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw BackendTrustError.unreadable(file: file, reason: "no such file, or this user may not read it")
        }
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(Array(content))
        } catch is NIOSSLError {
            throw BackendTrustError.noCertificates(file: file)
        } catch let error as BoringSSLError {
            throw BackendTrustError.unreadable(file: file, reason: TLSFailure.reason(of: error) ?? "no PEM")
        }
        guard !certificates.isEmpty else { throw BackendTrustError.noCertificates(file: file) }
        self.init(own: certificates)
    }

    init(own: [NIOSSLCertificate], systemBundles: [String] = BackendTrust.systemBundles) {
        systemBundle = systemBundles.first { FileManager.default.fileExists(atPath: $0) }
        self.own = own
    }

    /// Without any authority no certificate can be verified.
    var isEmpty: Bool { systemBundle == nil && own.isEmpty }

    static let nothingTrusted =
        "no certificate authorities were found on this machine: install the package ca-certificates, or give a PEM file "
        + "with --backend-ca"
}

/// Why `--backend-ca` cannot be used.
package enum BackendTrustError: Error, Hashable, Sendable {
    case unreadable(file: String, reason: String)
    case noCertificates(file: String)
}

extension BackendTrustError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let file, let reason): "cannot read the certificate authorities in \(file): \(reason)"
        case .noCertificates(let file):
            "\(file) holds no certificate: --backend-ca takes a PEM file of one certificate authority or more"
        }
    }
}
