import Crypto

/// What signatures of one day, region and service are made with. Deriving it takes four hashes, so that whoever signs
/// much keeps it.
public struct SigningKey: Sendable {
    public let scope: CredentialScope
    private let key: SymmetricKey

    public init(secretAccessKey: String, scope: CredentialScope) {
        self.scope = scope
        var key = SymmetricKey(data: Array("AWS4\(secretAccessKey)".utf8))
        for part in [scope.date, scope.region, scope.service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        self.key = key
    }

    func signature(of text: String) -> String {
        Canonical.hex(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}

/// `x-amz-content-sha256`: what a signature says of the body.
public enum PayloadHash {
    /// 64 hexadecimal digits.
    public static func hexSHA256(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return Canonical.hex(hash.finalize())
    }
}
