import ControlAPI
import Foundation
import JSON
import Logging
import Testing

@testable import Gateway

/// Custom domain names on their way to a stage (specification 16).
@Suite struct DomainLookupTests {
    /// Two APIs with stages that say where a request has come.
    private static func plane(_ domains: [DomainPublication.Domain], loops: Int = 1) async throws -> TestPlane {
        let plane = try await TestPlane([], loops: loops) { $0.templates = VelocityTemplates() }
        for (api, stage) in [("abc123", "prod"), ("abc123", "test"), ("def456", "prod")] {
            try await publish(api, stage, to: plane)
        }
        await plane.plane.publish(domains: DomainPublication(domains: domains))
        return plane
    }

    static func publish(
        _ api: String, _ stage: String, disablesDefault: Bool? = nil, to plane: TestPlane
    ) async throws {
        let mock = TestPlane.mock(
            "\(api) $context.stage $context.domainName $context.domainPrefix $context.path $context.resourcePath")
        var snapshot = TestPlane.snapshot(
            [TestPlane.resource("/", mock), TestPlane.resource("/pets/{id}", mock)], id: "d")
        snapshot.restApi.disableExecuteApiEndpoint = disablesDefault
        let publication = StagePublication(
            apiId: api, stage: Stage(stageName: stage, deploymentId: "d"), base: snapshot, canary: nil)
        await plane.plane.publish(try plane.plane.prepare(publication))
    }

    private static func get(_ path: String, host: String, _ plane: TestPlane) async throws -> Message {
        try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            return try socket.message()
        }
    }

    private static func mapping(_ path: String, _ api: String, _ stage: String?) -> BasePathMapping {
        BasePathMapping(basePath: path, restApiId: api, stage: stage)
    }

    static let domains = [
        DomainPublication.Domain(
            name: "customer1.example.com",
            mappings: [
                mapping("(none)", "abc123", "prod"), mapping("orders", "def456", "prod"),
                mapping("any", "abc123", nil), mapping("gone", "zzz999", "prod"),
            ]),
        DomainPublication.Domain(name: "customer2.example.com", mappings: [mapping("orders", "abc123", "test")]),
        DomainPublication.Domain(name: "open.example.com", mappings: [mapping("(none)", "abc123", nil)]),
        DomainPublication.Domain(name: "*.example.com", mappings: [mapping("(none)", "def456", "prod")]),
        DomainPublication.Domain(name: "localhost", mappings: [mapping("(none)", "def456", "prod")]),
    ]

    /// Host, path, and what the mock says; an empty text is 403 `Forbidden`.
    static let rows: [(host: String, path: String, text: String)] = [
        // The empty base path; the port of a host and its case do not count, nor does the dot of a full name.
        ("customer1.example.com", "/", "abc123 prod customer1.example.com customer1 / /"),
        ("customer1.example.com:8080", "/pets/1", "abc123 prod customer1.example.com customer1 /pets/1 /pets/{id}"),
        ("Customer1.Example.COM", "/pets/1", "abc123 prod Customer1.Example.COM Customer1 /pets/1 /pets/{id}"),
        ("customer1.example.com.:80", "/", "abc123 prod customer1.example.com. customer1 / /"),
        // A base path of its own comes first, and is no part of what is routed.
        ("customer1.example.com", "/orders", "def456 prod customer1.example.com customer1 /orders /"),
        ("customer1.example.com", "/orders/", "def456 prod customer1.example.com customer1 /orders/ /"),
        (
            "customer1.example.com", "/orders/pets/1",
            "def456 prod customer1.example.com customer1 /orders/pets/1 /pets/{id}"
        ),
        ("customer1.example.com", "/orders?a=/b", "def456 prod customer1.example.com customer1 /orders /"),
        // Not a part of a segment, not in another case: those go to the empty base path, which has no such resource.
        ("customer1.example.com", "/ordersx", "Missing Authentication Token"),
        ("customer1.example.com", "/Orders", "Missing Authentication Token"),
        ("customer1.example.com", "//orders", "Missing Authentication Token"),
        // Without a stage the next segment names it.
        (
            "customer1.example.com", "/any/test/pets/1",
            "abc123 test customer1.example.com customer1 /any/test/pets/1 /pets/{id}"
        ),
        ("customer1.example.com", "/any/prod", "abc123 prod customer1.example.com customer1 /any/prod /"),
        ("customer1.example.com", "/any/none", ""), ("customer1.example.com", "/any", ""),
        ("customer1.example.com", "/any/", ""),
        ("open.example.com", "/test/pets/1", "abc123 test open.example.com open /test/pets/1 /pets/{id}"),
        ("open.example.com", "/", ""),
        // A base path that leads nowhere, and a domain name without an empty one.
        ("customer1.example.com", "/gone", ""), ("customer2.example.com", "/", ""),
        ("customer2.example.com", "/order", ""),
        (
            "customer2.example.com", "/orders/pets/1",
            "abc123 test customer2.example.com customer2 /orders/pets/1 /pets/{id}"
        ),
        // A wildcard stands for one label, and only where the name has no entry of its own.
        ("other.example.com", "/", "def456 prod other.example.com other / /"),
        ("a.b.example.com", "/", ""), ("example.com", "/", ""), (".example.com", "/", ""),
        ("unknown.test", "/", ""), ("[::1]:80", "/", ""),
        // Default endpoints go before domain names, also by path.
        (
            "abc123.execute-api.us-east-1.localhost", "/prod",
            "abc123 prod abc123.execute-api.us-east-1.localhost abc123 /prod /"
        ),
        ("localhost", "/", "def456 prod localhost localhost / /"),
        ("localhost", "/_aws/execute-api/abc123/test", "abc123 test localhost localhost /test /"),
    ]

    @Test func findsTheStageOfADomainName() async throws {
        let plane = try await Self.plane(Self.domains)
        for row in Self.rows {
            let answer = try await Self.get(row.path, host: row.host, plane)
            let isMissing = row.text == "Missing Authentication Token"
            #expect(answer.status == (row.text.isEmpty || isMissing ? 403 : 200), "\(row.host) \(row.path)")
            let text =
                row.text.isEmpty ? #"{"message":"Forbidden"}"# : isMissing ? #"{"message":"\#(row.text)"}"# : row.text
            #expect(answer.text == text, "\(row.host) \(row.path)")
        }
        await plane.stop()
    }

    @Test(arguments: [
        ("/orders", "orders /orders"), ("/", "(none) /"), ("/any/test", "any /any/test"),
    ])
    func logsTheBasePath(_ path: String, _ line: String) async throws {
        let folder = TemporaryHome()
        let plane = try await TestPlane([]) { $0.logDirectory = folder.path }
        var settings = AccessLogSettings()
        settings.format = "$context.customDomain.basePathMatched $context.path $context.requestId"
        settings.destinationArn = "arn:aws:logs:us-east-1:000000000000:log-group:access"
        for (api, name) in [("abc123", "prod"), ("abc123", "test"), ("def456", "prod")] {
            var stage = Stage(stageName: name, deploymentId: "d")
            stage.accessLogSettings = settings
            let publication = StagePublication(
                apiId: api, stage: stage,
                base: TestPlane.snapshot([TestPlane.resource("/", TestPlane.mock("{}"))], id: "d"), canary: nil)
            await plane.plane.publish(try plane.plane.prepare(publication))
        }
        await plane.plane.publish(domains: DomainPublication(domains: Self.domains))
        let answer = try await Self.get(path, host: "customer1.example.com", plane)
        #expect(answer.status == 200)
        _ = try await Self.get("/prod", host: "abc123.execute-api.x", plane)
        let id = answer["x-amzn-requestid"] ?? ""
        await plane.stop()
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let text = files.compactMap { try? String(contentsOfFile: folder.path + "/" + $0, encoding: .utf8) }.joined()
        #expect(text.contains("\(line) \(id)\n"), "\(text)")
        #expect(text.contains("- /prod "), "\(text)")
    }

    /// Both ways to the default endpoint are shut; domain names still lead there. What is not deployed yet does not count.
    @Test func apisCanTurnTheirDefaultEndpointOff() async throws {
        let plane = try await Self.plane(Self.domains)
        func statuses() async throws -> [Int] {
            [
                try await Self.get("/prod", host: "abc123.execute-api.us-east-1.localhost", plane).status,
                try await Self.get("/_aws/execute-api/abc123/prod", host: "127.0.0.1", plane).status,
                try await Self.get("/", host: "customer1.example.com", plane).status,
            ]
        }
        #expect(try await statuses() == [200, 200, 200])
        try await Self.publish("abc123", "prod", disablesDefault: true, to: plane)
        #expect(try await statuses() == [403, 403, 200])
        try await Self.publish("abc123", "prod", disablesDefault: false, to: plane)
        #expect(try await statuses() == [200, 200, 200])
        await plane.stop()
    }

    /// One connection may ask for one host after the other; nothing of the one reaches the other.
    @Test func hostsOfOneConnectionAreKeptApart() async throws {
        let plane = try await Self.plane(Self.domains)
        let texts = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            var texts: [String] = []
            for (host, path) in [
                ("customer1.example.com", "/orders"), ("abc123.execute-api.x", "/prod"), ("customer2.example.com", "/"),
                ("customer1.example.com", "/"),
            ] {
                try socket.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                texts.append(try socket.message().text)
            }
            return texts
        }
        #expect(
            texts == [
                "def456 prod customer1.example.com customer1 /orders /",
                "abc123 prod abc123.execute-api.x abc123 /prod /",
                #"{"message":"Forbidden"}"#, "abc123 prod customer1.example.com customer1 / /",
            ])
        await plane.stop()
    }

    @Test func changesAreLiveOnEveryLoopWhenTheyAreAnswered() async throws {
        let plane = try await Self.plane([], loops: 4)
        for round in 0..<40 {
            let api = round % 2 == 0 ? "abc123" : "def456"
            await plane.plane.publish(
                domains: DomainPublication(domains: [
                    .init(name: "a.test", mappings: [Self.mapping("(none)", api, "prod")])
                ]))
            #expect(try await Self.get("/", host: "a.test", plane).text.hasPrefix(api))
        }
        await plane.plane.publish(domains: DomainPublication())
        #expect(try await Self.get("/", host: "a.test", plane).status == 403)
        await plane.stop()
    }

    // MARK: The control plane's side

    private static let certificate = JSON.string("arn:aws:acm:us-east-1:000000000000:certificate/c")

    private func domain(_ name: String, _ type: String = "REGIONAL", mode: String = "BASE_PATH_MAPPING_ONLY") -> JSON {
        [
            "domainName": .string(name), "regionalCertificateArn": Self.certificate, "certificateArn": Self.certificate,
            "endpointConfiguration": ["types": [.string(type)]], "routingMode": .string(mode),
        ]
    }

    @Test func everyChangeOfADomainNameIsPublished() async throws {
        let harness = try ControlHarness()
        let (api, _) = try await harness.deployedApi()
        func last() -> [DomainPublication.Domain] { harness.publisher.publishedDomains.last?.domains ?? [] }
        try await harness.done("POST", "/domainnames", domain("a.test"))
        #expect(last() == [.init(name: "a.test", mappings: [])])
        try await harness.done(
            "POST", "/domainnames/a.test/basepathmappings", ["restApiId": .string(api), "stage": "prod"])
        #expect(last() == [.init(name: "a.test", mappings: [Self.mapping("(none)", api, "prod")])])
        try await harness.patch(
            "/domainnames/a.test/basepathmappings/(none)",
            [.replace("/basePath", "shop"), .replace("/stage", "")])
        #expect(last() == [.init(name: "a.test", mappings: [Self.mapping("shop", api, nil)])])
        try await harness.patch("/domainnames/a.test", [.replace("/routingMode", "ROUTING_RULE_ONLY")])
        #expect(last() == [.init(name: "a.test", mappings: [])])
        try await harness.patch("/domainnames/a.test", [.replace("/routingMode", "BASE_PATH_MAPPING_ONLY")])
        #expect(last().first?.mappings.count == 1)
        try await harness.done("DELETE", "/domainnames/a.test/basepathmappings/shop")
        #expect(last() == [.init(name: "a.test", mappings: [])])
        try await harness.done("DELETE", "/domainnames/a.test")
        #expect(last().isEmpty)
        #expect(harness.publisher.publishedDomains.count == 7)
    }

    @Test func privateDomainNamesAnswerNobodyHere() async throws {
        let harness = try ControlHarness()
        let (api, _) = try await harness.deployedApi()
        try await harness.done("POST", "/domainnames", domain("p.test", "PRIVATE"))
        try await harness.done("POST", "/domainnames/p.test/basepathmappings", ["restApiId": .string(api)])
        #expect(harness.publisher.publishedDomains.last?.domains == [.init(name: "p.test", mappings: [])])
    }

    @Test func domainNamesAreLiveAgainAfterARestart() async throws {
        let home = TemporaryHome()
        let first = try ControlHarness(home: home)
        let (api, _) = try await first.deployedApi()
        try await first.done("POST", "/domainnames", domain("a.test"))
        try await first.done("POST", "/domainnames/a.test/basepathmappings", ["restApiId": .string(api)])
        try first.store.close()
        let second = try ControlHarness(home: home)
        try await second.plane.republishAll()
        #expect(
            second.publisher.publishedDomains
                == [DomainPublication(domains: [.init(name: "a.test", mappings: [Self.mapping("(none)", api, nil)])])])
    }
}
