package import ControlAPI
import JSON

extension ControlService {
    /// The control plane that a client calls.
    package init(_ client: ControlClient) {
        self.init(
            endpoint: client.endpoint.description,
            apis: { try await client.restApis() },
            resources: { try await client.resources(apiId: $0) },
            stages: { try await client.stages(apiId: $0) },
            deployments: { try await client.deployments(apiId: $0) },
            deployment: { api, id in
                let request = ControlRequest(
                    .get, ["restapis", api, "deployments", id], query: [(name: "embed", value: "apisummary")])
                return try await client.send(request).decode(Deployment.self)
            },
            metrics: { try await client.metrics(seconds: $0) },
            journal: { try await client.journal() },
            accessLog: { try await client.accessLog($0) },
            change: { key, change in
                try await client.updateStage(
                    apiId: key.apiId, stageName: key.stageName, patchOperations: change.patchOperations)
            },
            answer: { try await client.answer($0) },
            perform: { try await client.perform($0) },
            test: { key, verb, request in
                try await client.testInvokeMethod(
                    apiId: key.apiId, resourceId: key.resourceId, httpMethod: verb, request)
            },
            invoke: { try await client.invocation(of: $0, payload: $1) },
            events: { client.events($0) })
    }
}
