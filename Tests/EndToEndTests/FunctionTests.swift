import ControlAPI
import Foundation
import Testing

extension EndToEnd {
    /// A function of this machine behind an API, from its folder to the client.
    @Suite struct FunctionTests {
        @Test(.needs(.boto3)) func aFolderIsAFunctionBehindAnApi() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let folder = engine.home.path + "/hello"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            func save(_ text: String) throws {
                let code = """
                    def handler(event, context):
                        if event["path"] == "/fails":
                            raise ValueError("on purpose")
                        return {"statusCode": 201, "body": "\(text) " + event["path"]}
                    """
                try code.write(toFile: folder + "/app.py", atomically: true, encoding: .utf8)
            }
            try save("hello")
            for (name, more) in [("hello", []), ("closed", ["--no-permission"])] {
                let added = try Command.run(
                    [Command.sluice, "functions", "add", name, "--runtime", "python3.11", "--handler", "app.handler"]
                        + more + [folder], environment: ["SLUICE_HOME": engine.home.path])
                #expect(added.status == 0, "\(added.errors)")
            }
            let invoked = try engine.sluice("functions", "invoke", "hello", "--payload", #"{"path": "/direct"}"#)
            #expect(invoked.output.contains("hello /direct"))

            let document = engine.home.path + "/api.json"
            try Self.document.write(toFile: document, atomically: true, encoding: .utf8)
            #expect(try engine.sluice("import", document, "--stage", "dev").status == 0)
            let api = try #require(try await engine.client.restApis().first?.id)
            func get(_ path: String) async throws -> (status: Int, body: String) {
                try await HTTP.get(engine.url(api, "dev", path))
            }
            #expect(try await get("/works") == (201, "hello /works"))
            try save("changed")
            #expect(try await get("/works") == (201, "changed /works"))
            #expect(try await get("/fails").status == 502)
            #expect(try await get("/closed").status == 500)
            let log = try engine.sluice("logs", api, "dev")
            #expect(log.output.contains("customer function error: on purpose"))
            #expect(log.output.contains("Invalid permissions on Lambda function"))
            #expect(try engine.sluice("functions", "logs", "hello").output.contains("REPORT RequestId:"))
        }

        private static let document = """
            {"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {
              "/works": {"get": \(method("hello"))}, "/fails": {"get": \(method("hello"))},
              "/closed": {"get": \(method("closed"))}}}
            """

        private static func method(_ function: String) -> String {
            """
            {"x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST",
              "uri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
            arn:aws:lambda:us-east-1:000000000000:function:\(function)/invocations"}}
            """
        }
    }
}
