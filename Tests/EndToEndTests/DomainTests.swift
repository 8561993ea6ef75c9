import ControlAPI
import Foundation
import Testing

extension EndToEnd {
    /// Host names of customers in front, TLS with client certificates behind.
    @Suite struct DomainTests {
        @Test(.needs(.boto3), .needs(.openssl)) func customersHaveTheirOwnHostsAndBackendsSeeTheCertificate()
            async throws
        {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let (certificate, key) = (folder.path + "/backend.pem", folder.path + "/backend.key")
            let made = try Command.run([
                "/usr/bin/env", "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", key, "-out", certificate,
            ])
            #expect(made.status == 0, "\(made.errors)")
            let engine = try await ServedEngine(arguments: ["--backend-ca", certificate])
            defer { engine.stop() }
            let both = folder.path + "/both.pem"
            try (String(contentsOfFile: certificate, encoding: .utf8) + String(contentsOfFile: key, encoding: .utf8))
                .write(toFile: both, atomically: true, encoding: .utf8)
            let credential = try await engine.client.createAccessKey()
            let script = packageRoot.appending(path: "Tests/EndToEndTests/Scripts/domains.py").path
            let result = try Command.run([
                "/usr/bin/env", Tool.python, script, engine.control, engine.data, credential.accessKeyId,
                credential.secretAccessKey, both,
            ])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output == "ok\n")
        }
    }
}
