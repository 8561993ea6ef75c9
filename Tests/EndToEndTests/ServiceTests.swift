import ControlAPI
import Foundation
import Testing

extension EndToEnd {
    /// `AWS` integrations with services, called for real.
    @Suite struct ServiceTests {
        /// One line for each service: what the script called through the gateway, and found in the service afterwards.
        @Test(.needs(.moto)) func integrationsReachServices() async throws {
            let moto = try await MotoServer()
            defer { moto.stop() }
            let engine = try await ServedEngine(arguments: ["--aws-endpoint", moto.url], environment: moto.environment)
            defer { engine.stop() }
            let key = try await engine.client.createAccessKey()
            let script = packageRoot.appending(path: "Tests/EndToEndTests/Scripts/services.py").path
            let result = try Command.run([
                "/usr/bin/env", Tool.python, script, engine.control, engine.data, key.accessKeyId, key.secretAccessKey,
                moto.url,
            ])
            #expect(result.status == 0, "\(result.output)\(result.errors)\(engine.errors)")
            #expect(
                result.output.split(separator: "\n") == [
                    "dynamodb", "sns", "sqs", "states", "kinesis", "s3", "events", "ssm", "secretsmanager", "kms",
                    "logs", "sts",
                ])
        }
    }
}
