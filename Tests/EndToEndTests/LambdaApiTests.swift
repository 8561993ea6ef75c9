import ControlAPI
import Foundation
import JSON
import Testing

extension EndToEnd {
    /// Functions as AWS's own clients and the command line manage them.
    @Suite struct LambdaApiTests {
        @Test(.needs(.boto3)) func boto3ManagesFunctionsThatSurviveKill9() async throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            var engine = try await ServedEngine(home: home)
            let key = try await engine.client.createAccessKey()
            let script = packageRoot.appending(path: "Tests/EndToEndTests/Scripts/functions.py").path
            func run(_ mode: String) throws {
                let result = try Command.run([
                    "/usr/bin/env", Tool.python, script, mode, engine.control, key.accessKeyId, key.secretAccessKey,
                ])
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output == "ok\n")
            }
            try run("make")
            engine.crash()
            engine = try await ServedEngine(home: home)
            try run("check")
            #expect(engine.terminate() == 0)
        }

        @Test(.needs(.aws)) func awsCommandLineMakesShowsAndDeletesFunctions() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let key = try await engine.client.createAccessKey()
            let environment = [
                "AWS_ACCESS_KEY_ID": key.accessKeyId, "AWS_SECRET_ACCESS_KEY": key.secretAccessKey,
                "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            ]
            func aws(_ words: String...) throws -> JSON {
                let result = try Command.run(
                    ["/usr/bin/env", "aws", "--endpoint-url", engine.control, "--output", "json", "lambda"] + words,
                    environment: environment)
                #expect(result.status == 0, "\(words): \(result.errors)")
                return result.output.isEmpty ? .null : try JSON(parsing: result.output)
            }
            let zip = engine.home.path + "/app.zip"
            try Data(Self.zip).write(to: URL(filePath: zip))
            let made = try aws(
                "create-function", "--function-name", "hello", "--runtime", "python3.11", "--handler", "app.handler",
                "--role", "arn:aws:iam::000000000000:role/any", "--zip-file", "fileb://\(zip)")
            #expect(made["State"] == "Active")
            #expect(try aws("wait", "function-active-v2", "--function-name", "hello") == .null)
            let permission = try aws(
                "add-permission", "--function-name", "hello", "--statement-id", "gateway", "--action",
                "lambda:InvokeFunction", "--principal", "apigateway.amazonaws.com")
            #expect(permission["Statement"]?.string?.contains("apigateway.amazonaws.com") == true)
            #expect(try aws("list-functions")["Functions"]?.array?.count == 1)
            #expect(try await engine.client.functions().map(\.permissions) == [["apigateway.amazonaws.com"]])
            _ = try aws("delete-function", "--function-name", "hello")
            #expect(try aws("list-functions")["Functions"]?.array?.count == 0)
        }

        @Test func theCommandLineAddsShowsChangesAndRemovesFunctions() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let folder = engine.home.path + "/hello"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("def handler(event, context):\n    return event\n".utf8).write(
                to: URL(filePath: folder + "/app.py"))
            let added = try engine.sluice(
                "functions", "add", "hello", "--runtime", "python3.11", "--handler", "app.handler", "--env", "AA=b=c",
                "--memory", "256", "--timeout", "7", "--concurrency", "2", folder)
            #expect(
                added.output == "added hello: runs from \(folder), watched for changes; API Gateway may invoke it from "
                    + "every API (--no-permission leaves that out)\n", "\(added.errors)")
            let twice = try engine.sluice(
                "functions", "add", "hello", "--runtime", "python3.11", "--handler", "app.handler", folder)
            #expect(twice.status == 1)
            #expect(twice.errors == "sluice: Function already exist: hello; change it with --replace\n")
            let zip = engine.home.path + "/app.zip"
            try Data(Self.zip).write(to: URL(filePath: zip))
            let replaced = try engine.sluice("functions", "add", "hello", "--replace", "--timeout", "9", zip)
            #expect(replaced.output.hasPrefix("changed hello: unpacked to "), "\(replaced.errors)")
            let shown = try JSON(parsing: engine.sluice("functions", "show", "hello", "-o", "json").output)
            #expect(shown["timeout"] == 9)
            #expect(shown["memorySize"] == 256)
            #expect(shown["reservedConcurrency"] == 2)
            #expect(shown["permissions"] == ["apigateway.amazonaws.com"])
            #expect(try engine.sluice("functions").output.contains("hello  python3.11  app.handler  Active"))
            let source = "arn:aws:execute-api:us-east-1:000000000000:abc/*"
            let allowed = try engine.sluice("functions", "allow", "hello", "--source-arn", source)
            #expect(allowed.output == "API Gateway may invoke hello from \(source)\n")
            #expect(try engine.sluice("functions", "remove", "hello").output == "removed hello\n")
            #expect(try engine.sluice("functions", "list", "-o", "json").output == "[]\n")
            let none = try engine.sluice("functions", "show", "hello")
            #expect(none.errors.hasPrefix("sluice: "))
            #expect(none.status == 1)
        }

        /// A zip file with an `app.py`.
        private static let zip = Array(
            Data(
                base64Encoded:
                    "UEsDBBQAAAAAAIMYIly0CHBpLgAAAC4AAAAGAAAAYXBwLnB5ZGVmIGhhbmRsZXIoZXZlbnQsIGNvbnRleHQpOgogICAgcmV0"
                    + "dXJuIGV2ZW50ClBLAQIUAxQAAAAAAIMYIly0CHBpLgAAAC4AAAAGAAAAAAAAAAAAAACkgQAAAABhcHAucHlQSwUGAAAAAAEA"
                    + "AQA0AAAAUgAAAAAA"
            ) ?? Data())
    }
}
