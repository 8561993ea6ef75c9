import Console
import ControlAPI
import Foundation
import Gateway
import JSON
import NIOCore
import NIOPosix

/// Two customers' host names on one gateway: two pools of servers, a function, documents, orders and shipments behind it.
actor ArchitectureSample: DemoSample {
    static let customers = ["customer1.example.com", "customer2.example.com"]

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let names = AwsStandIn.Names()
    private var aws: AwsStandIn?
    private var backends: [DemoBackend] = []
    private var tasks: [Task<Void, Never>] = []
    private var home = ""

    func prepare(_ configuration: EngineConfiguration) async throws -> EngineConfiguration {
        home = configuration.home
        aws = try await AwsStandIn.start()
        try await aws?.furnish(names)
        var configuration = configuration
        configuration.awsEndpoint = aws?.endpoint
        return configuration
    }

    func start(engine: EngineInfo, rate: Double) async throws -> StageKey {
        let client = ControlClient(endpoint: .unixSocket(path: engine.socket))
        let service1 = try await pool(
            "service1", client, servers: 3, DemoBehaviour(typicalMilliseconds: 7, slowShare: 0.01, slowMilliseconds: 60)
        )
        let service2 = try await pool("service2", client, servers: 4, DemoBehaviour(typicalMilliseconds: 11))
        let function = try await hello(client)
        let document = ArchitectureDocument(
            service1Link: service1, service2Link: service2, functionArn: function, hasAws: aws != nil, names: names)
        let api = try await client.importRestApi(document: Array(document.text.utf8)).id
        _ = try await client.createDeployment(
            apiId: api, stageName: "prod", description: "services, documents, orders", variables: nil)
        _ = try await client.updateStage(
            apiId: api, stageName: "prod",
            patchOperations: [.replace("/*/*/logging/loglevel", "INFO"), .replace("/*/*/logging/dataTrace", "true")])
        for name in Self.customers {
            try await client.send(ControlRequest(.post, ["domainnames"], body: ["domainName": .string(name)]))
            try await client.send(
                ControlRequest(
                    .post, ["domainnames", name, "basepathmappings"],
                    body: ["restApiId": .string(api), "stage": "prod"]))
        }
        for (name, share) in zip(Self.customers, [0.65, 0.35]) {
            let clients = DemoTraffic(
                .domain(data: engine.data, name: name), rate: rate * share,
                requests: requests(customer: String(name.prefix { $0 != "." }), hasFunction: function != nil))
            tasks.append(Task.detached { await clients.run() })
        }
        return StageKey(api, "prod")
    }

    /// A VPC link to servers of this process. Its id.
    private func pool(
        _ name: String, _ client: ControlClient, servers: Int, _ behaviour: DemoBehaviour
    ) async throws -> String {
        var targets: [JSON] = []
        for number in 1...servers {
            let backend = try await DemoBackend.start("\(name) #\(number)", behaviour, on: group)
            backends.append(backend)
            targets.append(["host": "127.0.0.1", "port": .number(JSONNumber(backend.port))])
        }
        let arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/\(name)/0123456789abcdef"
        let link = try await client.send(
            ControlRequest(.post, ["vpclinks"], body: ["name": .string(name), "targetArns": [.string(arn)]]))
        let id = link["id"]?.string ?? ""
        try await client.send(
            ControlRequest(
                .put, ["sluice", "vpclinks", id, "targetpool"],
                body: [
                    "algorithm": "least_outstanding_requests", "targets": .array(targets),
                    "healthCheck": ["path": "/health", "intervalSeconds": 2],
                ]))
        return id
    }

    /// The function's ARN; `nil` where the machine has no Python to run it.
    private func hello(_ client: ControlClient) async throws -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        guard ChildProcess.find("python3", in: path) != nil else { return nil }
        let folder = home + "/hello"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.code.write(toFile: folder + "/app.py", atomically: true, encoding: .utf8)
        let function = try await client.send(
            ControlRequest(
                .post, ["2015-03-31", "functions"],
                body: [
                    "FunctionName": "hello", "Runtime": "python3.12", "Handler": "app.handler",
                    "Role": .string(ArchitectureDocument.role), "Code": ["SluiceFolder": .string(folder)],
                ]))
        try await client.send(
            ControlRequest(
                .post, ["2015-03-31", "functions", "hello", "policy"],
                body: [
                    "StatementId": "gateway", "Action": "lambda:InvokeFunction",
                    "Principal": "apigateway.amazonaws.com",
                ]))
        return function["FunctionArn"]?.string
    }

    private static let code = """
        import json


        def handler(event, context):
            caller = event["requestContext"]["domainName"]
            print(f"saying hello to {caller}")
            return {
                "statusCode": 200,
                "headers": {"Content-Type": "application/json"},
                "body": json.dumps({"message": f"hello, {caller}", "request": context.aws_request_id}),
            }

        """

    private func requests(customer: String, hasFunction: Bool) -> [DemoRequest] {
        var requests = [
            DemoRequest("GET", "/service1/items/{n}", weight: 6), DemoRequest("GET", "/service2/carts/{n}", weight: 4),
            DemoRequest("POST", "/service2/carts", weight: 1, body: "{\"item\": 7}"),
            DemoRequest("GET", "/nowhere", weight: 0.02),
        ]
        if hasFunction { requests.append(DemoRequest("GET", "/hello", weight: 1)) }
        if aws != nil {
            requests += [
                DemoRequest("GET", "/docs/index.html", weight: 0.3),
                DemoRequest("GET", "/docs/prices.html", weight: 0.2),
                DemoRequest("GET", "/docs/gone.html", weight: 0.01), DemoRequest("GET", "/orders", weight: 0.2),
                DemoRequest(
                    "POST", "/orders", weight: 0.2, body: "{\"article\": \"bowl\", \"customer\": \"\(customer)\"}"),
                DemoRequest("POST", "/shipments", weight: 0.1, body: "{\"order\": \"bowl-\(customer)\"}"),
            ]
        }
        return requests
    }

    func stop() async {
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        for backend in backends { await backend.stop() }
        try? await group.shutdownGracefully()
        aws?.stop()
    }
}
