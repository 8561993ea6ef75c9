import Crypto

/// How a path stands in the canonical request.
public enum PathCoding: Sendable, Hashable {
    /// Every service but S3: dot segments and doubled slashes go, and what is encoded already is encoded once more.
    case twice
    /// S3, where a key may hold all of that: encoded once, and nothing is taken away.
    case once
}

/// The canonical request of Signature Version 4 and its parts.
enum Canonical {
    static let algorithm = "AWS4-HMAC-SHA256"
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    static func request(
        _ request: SignableRequest, query: String, signedHeaders: [String], payloadHash: String,
        pathCoding: PathCoding = .twice
    ) -> String {
        var text = request.method.uppercased() + "\n" + path(request.path, pathCoding) + "\n" + query + "\n"
        for name in signedHeaders {
            text += name + ":" + request.values(of: name).map(trimmed).joined(separator: ",") + "\n"
        }
        return text + "\n" + signedHeaders.joined(separator: ";") + "\n" + payloadHash
    }

    static func stringToSign(timestamp: String, scope: CredentialScope, canonicalRequest: String) -> String {
        "\(algorithm)\n\(timestamp)\n\(scope.text)\n\(hexSHA256(Array(canonicalRequest.utf8)))"
    }

    static func signature(secret: String, scope: CredentialScope, stringToSign: String) -> String {
        SigningKey(secretAccessKey: secret, scope: scope).signature(of: stringToSign)
    }

    static func path(_ path: String, _ coding: PathCoding) -> String {
        switch coding {
        case .twice: Self.path(path)
        case .once: path.isEmpty ? "/" : percentEncoded(percentDecodedBytes(path), keepingSlash: true)
        }
    }

    /// Dot segments and doubled slashes go; then the path, which is encoded already, is encoded once more.
    static func path(_ path: String) -> String {
        guard !path.isEmpty else { return "/" }
        var kept: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        let first = path.hasPrefix("/") ? "/" : ""
        let last = path.hasSuffix("/") && !kept.isEmpty ? "/" : ""
        return percentEncoded(first + kept.joined(separator: "/") + last, keepingSlash: true)
    }

    /// Sorted by encoded name, then by encoded value; a name without `=` gets an empty value.
    static func query(_ query: String, without dropped: String? = nil) -> String {
        queryItems(query)
            .filter { $0.name != dropped }
            .map { (percentEncoded($0.name), percentEncoded($0.value)) }
            .sorted { $0.0 == $1.0 ? bytesAscend($0.1, $1.1) : bytesAscend($0.0, $1.0) }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    /// Name and value of each part of a query, decoded.
    static func queryItems(_ query: String) -> [(name: String, value: String)] {
        query.split(separator: "&", omittingEmptySubsequences: true).map { item in
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (percentDecoded(halves[0]), halves.count > 1 ? percentDecoded(halves[1]) : "")
        }
    }

    private static func bytesAscend(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }

    /// No white space around, single spaces within.
    static func trimmed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }.joined(separator: " ")
    }

    static func hexSHA256(_ bytes: [UInt8]) -> String { hex(SHA256.hash(data: bytes)) }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var output: [UInt8] = []
        for byte in bytes {
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// RFC 3986: everything but letters, digits, `-`, `.`, `_`, `~` becomes `%XX`.
    static func percentEncoded(_ text: String, keepingSlash: Bool = false) -> String {
        percentEncoded(text.utf8, keepingSlash: keepingSlash)
    }

    static func percentEncoded(_ bytes: some Sequence<UInt8>, keepingSlash: Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            case UInt8(ascii: "/") where keepingSlash:
                output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// `%XX` becomes its byte; a `%` that starts no escape stays.
    static func percentDecoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        return String(decoding: percentDecodedBytes(text), as: UTF8.self)
    }

    private static func percentDecodedBytes(_ text: some StringProtocol) -> [UInt8] {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
            {
                output.append(value)
                at += 3
            } else {
                output.append(bytes[at])
                at += 1
            }
        }
        return output
    }
}
