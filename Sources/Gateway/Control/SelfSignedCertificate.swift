import ControlAPI
import Crypto
import Foundation

/// An X.509 certificate (RFC 5280) over a new key, signed by that key. AWS's certificates are RSA; these are ECDSA over
/// P-256, which every TLS 1.2 server takes as well. Both texts are PEM.
struct SelfSignedCertificate {
    let certificate: String
    let privateKey: String

    static let name: [(oid: [UInt8], value: String)] = [
        (DER.countryName, "US"), (DER.organizationName, "Sluice"), (DER.commonName, "ApiGateway"),
    ]

    init(from: Timestamp, until: Timestamp) throws {
        let key = P256.Signing.PrivateKey()
        let algorithm = DER.sequence(DER.oid(DER.ecdsaWithSHA256))
        let name = DER.sequence(
            Self.name.flatMap { part in
                DER.set(DER.sequence(DER.oid(part.oid) + DER.printableString(part.value)))
            })
        var generator = SystemRandomNumberGenerator()
        // Positive, and with no zero in front: 16 octets.
        let serial =
            [0x40 | UInt8.random(in: 0..<0x40, using: &generator)]
            + (0..<15).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let body = DER.sequence(
            DER.explicit(0, DER.integer([2])) + DER.integer(serial) + algorithm + name
                + DER.sequence(DER.utcTime(from) + DER.utcTime(until)) + name
                + Array(key.publicKey.derRepresentation))
        let signature = try key.signature(for: Data(body))
        let whole = DER.sequence(body + algorithm + DER.bitString(Array(signature.derRepresentation)))
        certificate = Self.pem("CERTIFICATE", whole)
        privateKey = key.pemRepresentation
    }

    /// Lines of 64 characters.
    private static func pem(_ label: String, _ bytes: [UInt8]) -> String {
        let text = Array(Data(bytes).base64EncodedString())
        let lines = stride(from: 0, to: text.count, by: 64).map { String(text[$0..<min($0 + 64, text.count)]) }
        return "-----BEGIN \(label)-----\n" + lines.joined(separator: "\n") + "\n-----END \(label)-----"
    }
}

/// Distinguished Encoding Rules (X.690), as far as a certificate needs them.
enum DER {
    static let ecdsaWithSHA256: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
    static let countryName: [UInt8] = [0x55, 0x04, 0x06]
    static let organizationName: [UInt8] = [0x55, 0x04, 0x0A]
    static let commonName: [UInt8] = [0x55, 0x04, 0x03]

    private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    static func sequence(_ content: [UInt8]) -> [UInt8] { value(0x30, content) }
    static func set(_ content: [UInt8]) -> [UInt8] { value(0x31, content) }
    static func oid(_ content: [UInt8]) -> [UInt8] { value(0x06, content) }
    /// Letters, digits, blanks and a few signs: what a country's name has to be.
    static func printableString(_ text: String) -> [UInt8] { value(0x13, Array(text.utf8)) }
    /// The octets as they are: big-endian, the first below 0x80.
    static func integer(_ content: [UInt8]) -> [UInt8] { value(0x02, content) }
    static func bitString(_ content: [UInt8]) -> [UInt8] { value(0x03, [0] + content) }
    static func explicit(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { value(0xA0 | number, content) }

    /// `YYMMDDHHMMSSZ`, or `YYYYMMDDHHMMSSZ` from 2050 on.
    static func utcTime(_ time: Timestamp) -> [UInt8] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let date = Date(timeIntervalSince1970: Double(time.seconds))
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let year = parts.year ?? 1970
        let rest =
            [parts.month, parts.day, parts.hour, parts.minute, parts.second]
            .map { twoDigits($0 ?? 0) }.joined() + "Z"
        guard year < 2050 else {
            return value(0x18, Array((twoDigits(year / 100) + twoDigits(year % 100) + rest).utf8))
        }
        return value(0x17, Array((twoDigits(year % 100) + rest).utf8))
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
