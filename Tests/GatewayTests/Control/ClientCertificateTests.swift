import ControlAPI
import Foundation
import JSON
import Testing

@testable import Gateway

@Suite struct ClientCertificateTests {
    @Test func `from its creation to its end`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let made = try await harness.done("POST", "/clientcertificates", ["description": "d", "tags": ["a": "b"]])
        #expect(made.status == 201)
        let (created, expires) = (made["createdDate"]?.int ?? 0, made["expirationDate"]?.int ?? 0)
        #expect(expires - created == 365 * 86_400)
        let certificate = made.text("clientCertificateId")
        let place = "/clientcertificates/" + certificate
        #expect(try await harness.done("GET", "/clientcertificates").body == ["item": [made.body]])
        #expect(try await harness.patch(place, [.replace("/description", "e")]).text("description") == "e")
        let stage = "/restapis/\(id)/stages/prod"
        let patched = try await harness.patch(stage, [.replace("/clientCertificateId", certificate)])
        #expect(patched.text("clientCertificateId") == certificate)
        #expect(
            try await harness.call("DELETE", place).message
                == "Client certificate \(certificate) cannot be deleted because it is used by stage \(id)/prod. "
                + "Remove it from the stage first.")
        try await harness.patch(stage, [.replace("/clientCertificateId", "")])
        #expect(try await harness.done("DELETE", place).status == 202)
        #expect(try await harness.call("GET", place).message == "Invalid Client Certificate identifier specified")
    }

    @Test func `the private key is in no answer and no journal`() async throws {
        let harness = try ControlHarness()
        try await harness.done("POST", "/clientcertificates", [:])
        let (keys, journal) = try await harness.store.read { db in
            (try Rows.all(db, of: "client_certificate"), try Rows.all(db, of: "journal"))
        }
        #expect(keys.contains("PRIVATE KEY"))
        #expect(!journal.contains("PRIVATE KEY"))
    }

    /// Tag and length of the outer sequence, and the body within: what the encoder has to get right for 200 bytes and
    /// more.
    @Test func `a certificate is one DER value, signed by its own key`() throws {
        let made = try SelfSignedCertificate(from: Timestamp(seconds: 0), until: Timestamp(seconds: 86_400))
        let lines = made.certificate.split(separator: "\n")
        #expect(lines.first == "-----BEGIN CERTIFICATE-----")
        #expect(lines.last == "-----END CERTIFICATE-----")
        let bytes = Array(try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined())))
        #expect(Array(bytes[0..<2]) == [0x30, 0x82])
        #expect(Int(bytes[2]) << 8 | Int(bytes[3]) == bytes.count - 4)
    }

    @Test(arguments: [
        (0, "700101000000Z", UInt8(0x17)), (1_700_000_000, "231114221320Z", 0x17),
        (2_524_608_000, "20500101000000Z", 0x18),
    ])
    func `times of certificates`(_ seconds: Int, _ text: String, _ tag: UInt8) {
        #expect(DER.utcTime(Timestamp(seconds: seconds)) == [tag, UInt8(text.utf8.count)] + Array(text.utf8))
    }
}
