import ControlAPI
import Foundation
import JSON
import Testing

extension EndToEnd {
    /// The scripting commands against a running engine, with real traffic behind them.
    @Suite struct ScriptingTests {
        @Test func canaryLifeFromTheCommandLine() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let blue = try await NamedBackend("blue")
            let green = try await NamedBackend("green")
            let api = try await SampleApi(engine.client)

            var result = try engine.sluice(
                "deploy", "petstore", "prod", "--description", "v1", "--variable", "backend=\(blue.address)", "-o",
                "json")
            #expect(result.status == 0, "\(result.errors)")
            let first = try JSON(parsing: result.output)["id"]?.string ?? ""
            #expect(try await HTTP.get(engine.url(api.id, "prod", "/who")).body == "blue")

            result = try engine.sluice(
                "deploy", "petstore", "prod", "--description", "v2", "--canary", "100", "--override",
                "backend=\(green.address)")
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("the canary of prod, at 100.0 %"))
            #expect(try await HTTP.get(engine.url(api.id, "prod", "/who")).body == "green")

            result = try engine.sluice("canary", "set", "petstore", "prod", "0")
            #expect(result.status == 0)
            #expect(result.output.contains("100.0 % → 0.0 %"))
            for _ in 0..<20 { #expect(try await HTTP.get(engine.url(api.id, "prod", "/who")).body == "blue") }

            result = try engine.sluice("stages", "petstore", "-o", "json")
            let stage = try JSON(parsing: result.output)[0]
            #expect(stage?["apiName"] == "petstore")
            #expect(stage?["deploymentId"]?.string == first)
            #expect(stage?["canarySettings"]?["percentTraffic"]?.double == 0)
            let second = stage?["canarySettings"]?["deploymentId"]?.string ?? ""
            #expect(second != first)

            result = try engine.sluice("canary", "promote", "petstore", "prod", "-o", "json")
            #expect(result.status == 0, "\(result.errors)")
            #expect(try JSON(parsing: result.output)["deploymentId"]?.string == second)
            #expect(try JSON(parsing: result.output)["variables"]?["backend"]?.string == green.address)
            #expect(try await HTTP.get(engine.url(api.id, "prod", "/who")).body == "green")

            result = try engine.sluice("canary", "disable", api.id, "prod")
            #expect(result.status == 0)
            result = try engine.sluice("canary", "set", "petstore", "prod", "5")
            #expect(result.status == 1)
            #expect(result.errors.contains("no canary"))
            #expect(oneLine(result.errors))

            result = try engine.sluice("rollback", "petstore", "prod", "--to", first)
            #expect(result.status == 0)
            #expect(try await engine.client.stage(apiId: api.id, stageName: "prod").deploymentId == first)
            await blue.stop()
            await green.stop()
        }

        @Test func logsAndMetricsTellWhatTheEngineCounted() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let api = try await SampleApi(engine.client)
            _ = try await engine.client.createDeployment(apiId: api.id, stageName: "prod", description: "one")
            for _ in 0..<25 { _ = try await HTTP.get(engine.url(api.id, "prod", "/ping")) }
            for _ in 0..<5 { _ = try await HTTP.get(engine.url(api.id, "prod", "/nowhere")) }

            let rows = try await eventually("all requests in the metrics") { () -> JSON? in
                let result = try engine.sluice("metrics", "petstore", "prod", "-o", "json")
                let rows = try JSON(parsing: result.output)
                return rows[0]?["Count"]?.int == 30 ? rows : nil
            }
            #expect(rows[0]?["4XXError"]?.int == 5)
            #expect(rows[0]?["5XXError"]?.int == 0)
            #expect(rows[0]?["canary"] == false)
            #expect((rows[0]?["Latency.p99"]?.double ?? 0) > 0)

            var result = try engine.sluice("logs", "petstore", "prod", "-o", "json")
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 30)
            #expect(try lines.map { try JSON(parsing: String($0))["status"]?.int }.filter { $0 == 403 }.count == 5)
            result = try engine.sluice("logs", "petstore", "prod", "--status", "4xx")
            #expect(result.output.split(separator: "\n").count == 5)
            #expect(result.output.contains("/nowhere"))
            result = try engine.sluice("logs", "petstore", "prod", "-n", "3", "--status", "200")
            #expect(result.output.split(separator: "\n").count == 3)
        }

        @Test(arguments: [
            (["stages", "nonsense"], "there is no API 'nonsense'"),
            (["canary", "set", "petstore", "nostage", "5"], "no stage 'nostage'"),
            (["rollback", "petstore", "prod", "--to", "abcdef"], "abcdef"),
            (["rollback", "petstore", "prod"], "--to"),
            (["deploy", "nonsense"], "nonsense"),
            (["deploy", "petstore", "bad stage name"], "tage name"),
            (["logs", "petstore", "nostage"], "there are: prod"),
        ])
        func unknownNamesGiveOneReadableLine(words: [String], named: String) async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let api = try await SampleApi(engine.client)
            _ = try await engine.client.createDeployment(apiId: api.id, stageName: "prod", description: "one")
            let result = try Command.run([Command.sluice] + words, environment: ["SLUICE_HOME": engine.home.path])
            #expect(result.status == 1)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains(named), "\(result.errors)")
            #expect(oneLine(result.errors))
        }

        @Test func credentialsAreStoredListedAndRemoved() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            var result = try engine.sluice("credentials", "-o", "json")
            let made = try JSON(parsing: result.output)
            #expect(made.array?.count == 1)
            #expect(made[0]?["secretAccessKey"]?.string?.count == 40)
            result = try engine.sluice(
                "credentials", "add", "--access-key-id", "test", "--secret-access-key", "it's test")
            #expect(result.status == 0, "\(result.errors)")
            result = try engine.sluice("credentials", "list", "-o", "json")
            #expect(try JSON(parsing: result.output).array?.count == 2)
            result = try engine.sluice("credentials", "remove", "test")
            #expect(result.status == 0)
            result = try engine.sluice("credentials", "-o", "env")
            #expect(result.output.contains("export AWS_ACCESS_KEY_ID='\(made[0]?["accessKeyId"]?.string ?? "?")'"))
            #expect(result.output.contains("export AWS_ENDPOINT_URL_API_GATEWAY='\(engine.control)'"))
            result = try engine.sluice("credentials", "remove", "test")
            #expect(result.status == 1)
            #expect(oneLine(result.errors))
        }
    }
}
