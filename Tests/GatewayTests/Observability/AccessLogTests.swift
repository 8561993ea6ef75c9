import ControlAPI
import Foundation
import Logging
import Testing

@testable import Gateway

/// Access logs (specification 19.2) and every variable of `$context` (8.4).
@Suite struct AccessLogTests {
    // MARK: Formats

    static let values: [ContextVariable: String] = [
        .identitySourceIp: "192.0.2.1", .identityUser: "ada", .requestTime: "10/Oct/2000:13:55:36 +0000",
        .httpMethod: "GET", .resourcePath: "/pets/{id}", .protocolName: "HTTP/1.1", .status: "200",
        .responseLength: "7", .requestId: "rid", .extendedRequestId: "ext",
    ]

    static let formats = [
        (
            "CLF",
            #"$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "#
                + #""$context.httpMethod $context.resourcePath $context.protocol" $context.status "#
                + "$context.responseLength $context.requestId $context.extendedRequestId",
            #"192.0.2.1 - ada [10/Oct/2000:13:55:36 +0000] "GET /pets/{id} HTTP/1.1" 200 7 rid ext"#
        ),
        (
            "JSON",
            #"{ "requestId":"$context.requestId", "extendedRequestId":"$context.extendedRequestId", "#
                + #""ip":"$context.identity.sourceIp", "caller":"$context.identity.caller", "#
                + #""user":"$context.identity.user", "requestTime":"$context.requestTime", "#
                + #""httpMethod":"$context.httpMethod", "resourcePath":"$context.resourcePath", "#
                + #""status":"$context.status", "protocol":"$context.protocol", "#
                + #""responseLength":"$context.responseLength" }"#,
            #"{ "requestId":"rid", "extendedRequestId":"ext", "ip":"192.0.2.1", "caller":"-", "user":"ada", "#
                + #""requestTime":"10/Oct/2000:13:55:36 +0000", "httpMethod":"GET", "resourcePath":"/pets/{id}", "#
                + #""status":"200", "protocol":"HTTP/1.1", "responseLength":"7" }"#
        ),
        (
            "XML",
            #"<request id="$context.requestId"> <ip>$context.identity.sourceIp</ip> "#
                + "<caller>$context.identity.caller</caller> <user>$context.identity.user</user> "
                + "<requestTime>$context.requestTime</requestTime> <httpMethod>$context.httpMethod</httpMethod> "
                + "<resourcePath>$context.resourcePath</resourcePath> <status>$context.status</status> "
                + "<protocol>$context.protocol</protocol> <responseLength>$context.responseLength</responseLength> "
                + "<extendedRequestId>$context.extendedRequestId</extendedRequestId> </request>",
            #"<request id="rid"> <ip>192.0.2.1</ip> <caller>-</caller> <user>ada</user> "#
                + "<requestTime>10/Oct/2000:13:55:36 +0000</requestTime> <httpMethod>GET</httpMethod> "
                + "<resourcePath>/pets/{id}</resourcePath> <status>200</status> <protocol>HTTP/1.1</protocol> "
                + "<responseLength>7</responseLength> <extendedRequestId>ext</extendedRequestId> </request>"
        ),
        (
            "CSV",
            "$context.identity.sourceIp,$context.identity.caller,$context.identity.user,$context.requestTime,"
                + "$context.httpMethod,$context.resourcePath,$context.protocol,$context.status,"
                + "$context.responseLength,$context.requestId,$context.extendedRequestId",
            "192.0.2.1,-,ada,10/Oct/2000:13:55:36 +0000,GET,/pets/{id},HTTP/1.1,200,7,rid,ext"
        ),
    ]

    private func render(_ format: String, _ values: [ContextVariable: String] = values) -> String {
        var line: [UInt8] = []
        AccessLogFormat(format).write(to: &line) { values[$0] }
        return String(decoding: line, as: UTF8.self)
    }

    @Test(arguments: formats) func format(_ name: String, _ format: String, _ line: String) {
        #expect(render(format) == line)
    }

    @Test(
        "what clients choose forges neither lines nor fields",
        arguments: [
            ("$context.identity.userAgent", "a\r\nb\"", "a  b\""),
            (#"{"ua":"$context.identity.userAgent"}"#, #"a"b\c"#, #"{"ua":"a\"b\\c"}"#),
            (#"{"n":$context.identity.userAgent}"#, "\u{0}", #"{"n": }"#),
            ("<ua>$context.identity.userAgent</ua>", "<&\">", "<ua>&lt;&amp;&quot;&gt;</ua>"),
            ("$context.requestId.", "", "rid."), ("$context.nonsense $context. $context", "", "- $context. $context"),
            ("$context.requestId-$context.status", "", "rid-200"),
            ("$context.requestId\n", "", "rid"),
        ])
    func escaping(_ format: String, _ userAgent: String, _ line: String) {
        var values = Self.values
        values[.identityUserAgent] = userAgent
        #expect(render(format, values) == line)
    }

    // MARK: Every variable

    /// Expected text of a GET through `/pets/{id}` of a backend that answers 503; what is missing here is `-`. A text
    /// that begins with `^` is a regular expression.
    static let expected: [ContextVariable: String] = [
        .accountId: "000000000000", .apiId: TestPlane.apiId, .deploymentId: "base",
        .domainName: "\(TestPlane.apiId).execute-api.us-east-1.localhost", .domainPrefix: TestPlane.apiId,
        .endpointType: "EDGE", .extendedRequestId: "^[A-Za-z0-9_-]{15}=$", .httpMethod: "GET",
        .identitySourceIp: "127.0.0.1", .identityUserAgent: "curl/8", .integrationDotIntegrationStatus: "503",
        .integrationDotLatency: "^[0-9]+$", .integrationDotStatus: "503", .integrationLatency: "^[0-9]+$",
        .integrationStatus: "503", .isCanaryRequest: "false", .path: "/prod/pets/7", .protocolName: "HTTP/1.1",
        .requestId: "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$",
        .requestTime: "^[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+]0000$",
        .requestTimeEpoch: "^[0-9]{13}$", .resourceId: "/pets/{id}", .resourcePath: "/pets/{id}",
        .responseLatency: "^[0-9]+$", .responseLength: "4", .stage: "prod", .status: "503",
    ]

    @Test func everyVariableHasItsValueOrADash() async throws {
        let folder = TemporaryHome()
        let backend = try ScriptedBackend.serving { _ in "HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nlate" }
        let plane = try await TestPlane([]) { $0.logDirectory = folder.path }
        var integration = Integration(type: "HTTP_PROXY")
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.accessLogSettings = AccessLogSettings(
            format: ContextVariable.allCases.map { "$context.\($0.rawValue)" }.joined(separator: "|"),
            destinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:all")
        try await plane.publish([TestPlane.resource("/pets/{id}", integration)], stage: stage)
        #expect(try await plane.call("/prod/pets/7", headers: "User-Agent: curl/8\r\n").status == 503)
        await plane.stop()
        let text = try String(contentsOfFile: folder.path + "/log-group/all.log", encoding: .utf8)
        #expect(text.hasSuffix("\n"))
        let parts = text.dropLast().split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == ContextVariable.allCases.count)
        for (variable, part) in zip(ContextVariable.allCases, parts) {
            let wanted = Self.expected[variable] ?? "-"
            let isEqual = wanted.hasPrefix("^") ? part.wholeMatch(of: try Regex(wanted)) != nil : part == wanted
            #expect(isEqual, "\(variable.rawValue): \(part) is not \(wanted)")
        }
    }

    /// Templates find booleans and numbers as such, and nothing of access logs.
    @Test func templatesSeeTheSameWithTypes() async throws {
        let plane = try await TestPlane([]) { $0.templates = VelocityTemplates() }
        let template =
            "#if($context.isCanaryRequest)canary#{else}base#end $context.requestTimeEpoch.getClass().getName()"
            + "|$context.resourcePath|$context.identity.sourceIp|[$context.identity.caller]|$context.status|"
            + "[$context.authorizer.principalId]"
        var integration = TestPlane.mock(template.replacing(".getClass().getName()", with: ""))
        integration.requestTemplates = ["application/json": #"{"statusCode": 200}"#]
        try await plane.publish(
            [TestPlane.resource("/pets/{id}", integration)], stage: Stage(stageName: "prod", deploymentId: "base"))
        let text = try await plane.call("/prod/pets/7").text
        let wanted = #"^base [0-9]{13}\|/pets/\{id\}\|127\.0\.0\.1\|\[\]\|\$context\.status\|\[\]$"#
        #expect(text.wholeMatch(of: try Regex(wanted)) != nil, "\(text)")
        await plane.stop()
    }

    @Test func aStageWithoutBothSettingsWritesNothing() {
        let arn = "arn:aws:logs:us-east-1:000000000000:log-group:g"
        #expect(AccessLogPlan(format: nil, destinationArn: arn) == nil)
        #expect(AccessLogPlan(format: "", destinationArn: arn) == nil)
        #expect(AccessLogPlan(format: "$context.requestId", destinationArn: nil) == nil)
        #expect(AccessLogPlan(format: "$context.requestId", destinationArn: "arn:aws:sns:r:a:t") == nil)
        #expect(AccessLogPlan(format: "$context.requestId", destinationArn: arn) != nil)
    }

    // MARK: Files

    @Test(arguments: [
        ("arn:aws:logs:us-east-1:000000000000:log-group:shop", "log-group/shop.log"),
        ("arn:aws:logs:us-east-1:000000000000:log-group:shop:*", "log-group/shop.log"),
        ("arn:aws:logs:us-east-1:000000000000:log-group:/aws/shop", "log-group/%2Faws%2Fshop.log"),
        ("arn:aws:logs:us-east-1:000000000000:log-group:../../etc", "log-group/%2E.%2F..%2Fetc.log"),
        ("arn:aws:logs:us-east-1:000000000000:log-group:.", "log-group/%2E.log"),
        ("arn:aws:logs:us-east-1:000000000000:log-group:", nil),
        (
            "arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-x",
            "firehose/amazon-apigateway-x.log"
        ),
        ("arn:aws:s3:::bucket", nil), ("x", nil),
    ])
    func destination(_ arn: String, _ path: String?) {
        #expect(LogFile(destinationArn: arn)?.path == path)
    }

    @Test func executionLogsHaveAGroupOfTheirStage() {
        let group = "API-Gateway-Execution-Logs_a1/prod"
        #expect(LogFile(executionLogOf: "a1", stage: "prod", isCanary: false).path == group + ".log")
        #expect(LogFile(executionLogOf: "a1", stage: "prod", isCanary: true).path == group + "/Canary.log")
    }

    @Test func longNamesStayApart() {
        let name = String(repeating: "/", count: 500)
        #expect(LogFile.safe(name).utf8.count <= 230)
        #expect(LogFile.safe(name) != LogFile.safe(name + "/"))
    }

    @Test func filesRotateAtTheirLimit() throws {
        let folder = TemporaryHome()
        let writer = LogWriter(directory: folder.path, logger: Logger(label: "test"))
        let file = LogFile(executionLogOf: "a", stage: "s", isCanary: false)
        for number in 0..<7 {
            let block = [UInt8](repeating: UInt8(ascii: "0") + UInt8(number), count: 6 << 20) + [0x0A]
            writer.submit([file: block], bytes: block.count, dropped: 0)
            // The queue is bounded: each block has gone before the next one comes.
            writer.close()
        }
        let path = folder.path + "/" + file.path
        func first(_ path: String) -> String? {
            FileManager.default.contents(atPath: path).map { String(decoding: $0.prefix(1), as: UTF8.self) }
        }
        #expect(first(path) == "6")
        #expect((1...5).map { first("\(path).\($0)") } == ["5", "4", "3", "2", nil])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func executionLogsGoToTheirFiles() async throws {
        let folder = TemporaryHome()
        let plane = try await TestPlane([]) { $0.logDirectory = folder.path }
        var setting = MethodSetting()
        setting.loggingLevel = "INFO"
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = ["*/*": setting]
        stage.canarySettings = CanarySettings(percentTraffic: 100, deploymentId: "canary")
        let resources = [TestPlane.resource("/", TestPlane.mock("{}"))]
        try await plane.publish(resources, stage: stage, canary: resources)
        _ = try await plane.call("/prod")
        stage.canarySettings = nil
        try await plane.publish(resources, stage: stage)
        _ = try await plane.call("/prod")
        await plane.stop()
        let group = folder.path + "/API-Gateway-Execution-Logs_\(TestPlane.apiId)/prod"
        for path in [group + ".log", group + "/Canary.log"] {
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 8)
            #expect(lines.last?.hasSuffix(") Method completed with status: 200") == true)
        }
    }
}

/// CloudWatch's dimensions of methods with detailed metrics (specification 19.1).
@Suite struct MethodMetricsTests {
    @Test func onlyMethodsWithTheSettingAreCountedByThemselves() async throws {
        let mock = TestPlane.mock("{}")
        let plane = try await TestPlane([])
        var setting = MethodSetting()
        setting.metricsEnabled = true
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = ["pets/GET": setting]
        var pets = TestPlane.resource("/pets", mock, verb: "GET")
        pets.resourceMethods?["POST"] = TestPlane.method(mock, verb: "POST")
        try await plane.publish([pets, TestPlane.resource("/dogs", mock)], stage: stage)
        for _ in 0..<3 { _ = try await plane.call("/prod/pets") }
        _ = try await plane.call("/prod/pets", verb: "POST")
        _ = try await plane.call("/prod/dogs")
        let all = await eventually {
            await plane.plane.metrics(apiId: nil, stageName: nil, since: 0).map(\.count).reduce(0, +) == 5
        }
        #expect(all)
        let methods = await plane.plane.methodMetrics(apiId: TestPlane.apiId, stageName: "prod", since: 0)
        #expect(methods.map(\.count).reduce(0, +) == 3)
        #expect(Set(methods.map(\.resourcePath)) == ["/pets"])
        #expect(Set(methods.map(\.httpMethod)) == ["GET"])
        let stages = await plane.plane.metrics(apiId: nil, stageName: nil, since: 0)
        #expect(stages.allSatisfy { $0.resourcePath == nil && $0.httpMethod == nil })
        #expect(await plane.plane.methodMetrics(apiId: "other", stageName: nil, since: 0).isEmpty)
        await plane.stop()
    }
}
