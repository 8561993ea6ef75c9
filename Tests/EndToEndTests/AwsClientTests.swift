import ControlAPI
import Foundation
import JSON
import Testing

extension EndToEnd {
    /// AWS's own clients against the signed TCP port.
    @Suite struct AwsClientTests {
        @Test(.needs(.boto3)) func boto3CreatesDeploysCanariesAndPromotes() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let blue = try await NamedBackend("blue")
            let green = try await NamedBackend("green")
            let key = try await engine.client.createAccessKey()
            let script = packageRoot.appending(path: "Tests/EndToEndTests/Scripts/canary.py").path
            let result = try Command.run([
                "/usr/bin/env", Tool.python, script, engine.control, engine.data, blue.address, green.address,
                key.accessKeyId, key.secretAccessKey,
            ])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output == "ok\n")
            await blue.stop()
            await green.stop()
        }

        /// What was asked for with `GetUsage` is in the store, so that nothing of it is lost.
        @Test(.needs(.boto3)) func boto3ManagesKeysAndPlansThatSurviveKill9() async throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            let script = packageRoot.appending(path: "Tests/EndToEndTests/Scripts/keys.py").path
            var engine = try await ServedEngine(home: home)
            let key = try await engine.client.createAccessKey()
            func run(_ mode: String, _ more: [String] = []) throws -> String {
                let result = try Command.run(
                    [
                        "/usr/bin/env", Tool.python, script, mode, engine.control, engine.data, key.accessKeyId,
                        key.secretAccessKey,
                    ] + more)
                #expect(result.status == 0, "\(result.errors)")
                return result.output
            }
            let made = try run("make").split(whereSeparator: \.isWhitespace).map(String.init)
            engine.crash()
            engine = try await ServedEngine(home: home)
            #expect(try run("check", made) == "ok\n")
            #expect(engine.terminate() == 0)
        }

        @Test(.needs(.aws)) func awsCommandLineCreatesDeploysCanariesAndPromotes() async throws {
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
                    ["/usr/bin/env", "aws", "--endpoint-url", engine.control, "--output", "json", "apigateway"] + words,
                    environment: environment)
                guard result.status == 0 else { throw NeverHappened(what: "aws \(words): \(result.errors)") }
                return result.output.isEmpty ? .null : try JSON(parsing: result.output)
            }
            let api = try aws("create-rest-api", "--name", "from the cli")
            let id = try #require(api["id"]?.string)
            let root = try #require(api["rootResourceId"]?.string)
            _ = try aws(
                "put-method", "--rest-api-id", id, "--resource-id", root, "--http-method", "GET",
                "--authorization-type",
                "NONE")
            _ = try aws(
                "put-method-response", "--rest-api-id", id, "--resource-id", root, "--http-method", "GET",
                "--status-code", "200")
            _ = try aws(
                "put-integration", "--rest-api-id", id, "--resource-id", root, "--http-method", "GET", "--type", "MOCK",
                "--request-templates", "{\"application/json\": \"{\\\"statusCode\\\": 200}\"}")
            _ = try aws(
                "put-integration-response", "--rest-api-id", id, "--resource-id", root, "--http-method", "GET",
                "--status-code", "200", "--selection-pattern", "", "--response-templates",
                "{\"application/json\": \"{\\\"v\\\": 1}\"}")
            let first = try aws("create-deployment", "--rest-api-id", id, "--stage-name", "prod")["id"]?.string
            let root1 = try await HTTP.get(engine.url(id, "prod", "/"))
            #expect(root1.status == 200)
            #expect(root1.body == "{\"v\": 1}")
            let second = try aws(
                "create-deployment", "--rest-api-id", id, "--stage-name", "prod", "--canary-settings",
                "percentTraffic=10,useStageCache=false")["id"]?.string
            #expect(second != first)
            let stage = try aws("get-stage", "--rest-api-id", id, "--stage-name", "prod")
            #expect(stage["canarySettings"]?["deploymentId"]?.string == second)
            #expect(stage["canarySettings"]?["percentTraffic"]?.double == 10)
            let promoted = try aws(
                "update-stage", "--rest-api-id", id, "--stage-name", "prod", "--patch-operations",
                "op=replace,path=/canarySettings/percentTraffic,value=0.0",
                "op=copy,from=/canarySettings/deploymentId,path=/deploymentId")
            #expect(promoted["deploymentId"]?.string == second)
            #expect(try aws("get-rest-apis")["items"]?.array?.count == 1)
            #expect(try aws("get-deployments", "--rest-api-id", id)["items"]?.array?.count == 2)
            _ = try aws("delete-rest-api", "--rest-api-id", id)
            #expect(try aws("get-rest-apis")["items"]?.array?.count == 0)
        }

        /// Cases that AWS itself answered; those that need no more than what is built are run, all others come with it.
        @Test(
            .needs(.boto3),
            .enabled("the recorded cases are not here: ../shared/oracle") {
                FileManager.default.fileExists(atPath: EndToEnd.AwsClientTests.recordedCases.path)
            })
        func casesRecordedFromAwsPass() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            _ = try await engine.client.addAccessKey(accessKeyId: "test", secretAccessKey: "test")
            let cases = [
                "api_gateway_request_validator_with_ref_models", "create_rest_api_verify_defaults",
                "create_rest_api_with_endpoint_configuration",
                "create_update_deployments", "delete_vpc_link_invalid_id", "documentation_part_lifecycle",
                "documentation_parts_and_versions", "gateway_response_validation", "get_api_case_insensitive",
                "http_integration_method_http_proxy",
                "import_and_validate_rest_api_swagger_mock_cors_json", "import_api_bad_file",
                "import_documentation_parts",
                "import_rest_api_with_base_path_oas30_prepend", "import_rest_apis_with_base_path_swagger_ignore",
                "import_rest_apis_with_base_path_swagger_split", "import_with_stage_variables",
                "put_rest_api_mode_binary_media_types_overwrite",
                "integration_response_invalid_responsetemplates", "method_request_parameters",
                "mock_integration_response_never_path_based_get", "mock_integration_response_never_path_based_post",
                "mock_integration_response_when_no_match_path_based_get",
                "mock_integration_response_when_no_match_path_based_post",
                "mock_integration_response_when_no_templates_path_based_post", "model_lifecycle", "model_validation",
                "put_integration_response_templates",
                "put_integration_responses", "resource_lifecycle", "routing_not_found",
                "routing_with_hardcoded_resource_sibling_order", "update_rest_api_concatenation_of_errors",
                "update_stage_with_copy_ops", "update_api_key_invalid_description_length",
                "update_api_key_invalid_enabled_type", "update_vpc_link_invalid_id",
            ]
            try Self.replay(cases, on: engine)
        }

        /// Cases with AWS services behind the gateway: an emulator stands for them. Those of S3 and SQS ask for what moto
        /// 5.2.1 does not do: `ChecksumType`, `response-content-type`, and attributes named `MessageAttributes.1` in a form.
        @Test(
            .needs(.moto),
            .enabled("the recorded cases are not here: ../shared/oracle") {
                FileManager.default.fileExists(atPath: EndToEnd.AwsClientTests.recordedCases.path)
            })
        func casesWithServicesRecordedFromAwsPass() async throws {
            let moto = try await MotoServer()
            defer { moto.stop() }
            let engine = try await ServedEngine(arguments: ["--aws-endpoint", moto.url], environment: moto.environment)
            defer { engine.stop() }
            _ = try await engine.client.addAccessKey(accessKeyId: "test", secretAccessKey: "test")
            let cases = [
                "apigateway_with_step_function_integration_delete_state_machine",
                "rest_api_to_dynamodb_integration_query", "rest_api_to_dynamodb_integration_scan",
                "ssm_aws_integration",
            ]
            // The function that one of them names is never invoked.
            try Self.replay(cases, on: engine, options: ["--services", moto.url, "--lambda-endpoint", moto.url])
        }

        private static func replay(_ cases: [String], on engine: ServedEngine, options: [String] = []) throws {
            let port = engine.data.split(separator: ":").last.map(String.init) ?? ""
            let result = try Command.run(
                [
                    "/usr/bin/env", Tool.python, recordedCases.appending(path: "replay.py").path, "--control",
                    engine.control, "--invoke", "http://{api_id}.execute-api.localhost:\(port)",
                ] + options + cases)
            #expect(result.output.contains("\(cases.count) passed, 0 failed"), "\(result.output)\(result.errors)")
            #expect(result.status == 0)
        }

        static let recordedCases = packageRoot.appending(path: "../shared/oracle/aws-recorded").standardized
    }
}
