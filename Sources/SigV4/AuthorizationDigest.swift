import Crypto
import Foundation

/// How AWS names an `Authorization` header in an error's text: a client can tell which one was meant, and nobody can
/// read it there.
package enum AuthorizationDigest {
    /// SHA-256 in base64.
    package static func base64(of value: [UInt8]) -> String {
        Data(SHA256.hash(data: value)).base64EncodedString()
    }
}
