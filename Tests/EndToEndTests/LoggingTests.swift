import ControlAPI
import Foundation
import JSON
import Testing

extension EndToEnd {
    /// What the gateway writes down, and testing a method, as a person at a shell meets them.
    @Suite struct LoggingTests {
        @Test func invokesMethodsThatNobodyDeployed() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let backend = try await NamedBackend("blue")
            _ = try await SampleApi(engine.client)

            var result = try engine.sluice("invoke", "petstore", "get", "/ping?a=b", "-H", "X-Api-Key: 0123456789")
            #expect(result.status == 0, "\(result.errors)")
            var lines = result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.first?.hasPrefix("200  ") == true)
            #expect(lines.contains("Content-Type: application/json"))
            #expect(lines.contains(#"{"message": "pong"}"#))
            #expect(lines.contains { $0.hasPrefix("Execution log for request ") })
            #expect(lines.contains { $0.hasSuffix(" : Method request headers: {X-Api-Key=****456789}") })
            #expect(lines.last { !$0.isEmpty }?.hasSuffix(" : Method completed with status: 200") == true)

            result = try engine.sluice(
                "invoke", "petstore", "GET", "/who", "--variable", "backend=\(backend.address)", "-o", "json")
            let answer = try JSON(parsing: result.output)
            #expect(answer["status"] == 200)
            #expect(answer["body"] == "blue")

            result = try engine.sluice("invoke", "petstore", "GET", "/who", "-o", "json")
            lines = try JSON(parsing: result.output)["log"]?.string?.split(separator: "\n").map(String.init) ?? []
            #expect(
                lines.suffix(2).first?.hasSuffix(
                    "Execution failed due to configuration error: Invalid endpoint address") == true)

            for (words, named) in [
                (["GET", "/nowhere"], "there are: /, /ping, /who"), (["PUT", "/ping"], "there are: GET"),
                (["GET", "ping"], "begins with /"), (["GET", "/ping", "-H", "x"], "name: value"),
            ] {
                result = try Command.run(
                    [Command.sluice, "invoke", "petstore"] + words, environment: ["SLUICE_HOME": engine.home.path])
                #expect(result.status == 1)
                #expect(result.errors.contains(named), "\(result.errors)")
                #expect(oneLine(result.errors))
            }
            await backend.stop()
        }

        @Test func writesWhatAStageAsksFor() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let api = try await SampleApi(engine.client)
            _ = try await engine.client.createDeployment(apiId: api.id, stageName: "prod", description: "one")
            _ = try await engine.client.updateStage(
                apiId: api.id, stageName: "prod",
                patchOperations: [
                    .replace("/*/*/logging/loglevel", "INFO"), .replace("/*/*/metrics/enabled", "true"),
                    .replace("/accessLogSettings/format", #"{"id":"$context.requestId","status":$context.status}"#),
                    .replace(
                        "/accessLogSettings/destinationArn", "arn:aws:logs:us-east-1:000000000000:log-group:/shop/x"),
                ])
            for _ in 0..<3 { _ = try await HTTP.get(engine.url(api.id, "prod", "/ping")) }

            let file = engine.home.path + "/logs/log-group/%2Fshop%2Fx.log"
            let lines = try await eventually("the lines in \(file)") { () -> [JSON]? in
                let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
                let lines = try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
                return lines.count == 3 ? lines : nil
            }
            #expect(lines.allSatisfy { $0["status"] == 200 })
            let id = lines[0]["id"]?.string ?? ""
            let result = try engine.sluice("logs", "--request", id)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("(\(id)) Starting execution for request: \(id)\n"))
            #expect(result.output.contains("(\(id)) Method completed with status: 200\n"))
            let none = try engine.sluice("logs", "--request", "nobody")
            #expect(none.status == 1)
            #expect(none.errors.contains("/*/*/logging/loglevel"))
            #expect(oneLine(none.errors))

            let rows = try await eventually("the method's metrics") { () -> JSON? in
                let result = try engine.sluice("metrics", "petstore", "prod", "--methods", "-o", "json")
                let rows = try JSON(parsing: result.output)
                return rows[0]?["Count"]?.int == 3 ? rows : nil
            }
            #expect(rows[0]?["resourcePath"] == "/ping")
            #expect(rows[0]?["httpMethod"] == "GET")
        }
    }
}
