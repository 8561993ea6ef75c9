import ControlAPI
import Lambda

extension StageCompiler {
    /// `AWS_PROXY`, and `AWS` with a function's address.
    func lambda(
        _ integration: Integration, of method: Method, scope: MappingScope, site: MethodSite
    ) throws -> LambdaPlan {
        var address: FunctionAddress?
        var fault = MappingFaults.request(integration, method: method) ?? Self.verbFault(integration)
        do throws(FunctionAddress.Fault) {
            address = try FunctionAddress(scope.fillVariables(integration.uri ?? ""))
        } catch {
            fault = fault ?? error.description
        }
        let hasCredentials = !scope.fillVariables(integration.credentials ?? "").isEmpty
        let milliseconds = min(max(integration.timeoutInMillis ?? 29_000, 50), 29_000)
        return LambdaPlan(
            isProxy: integration.type == "AWS_PROXY", address: address,
            timeoutNanoseconds: UInt64(milliseconds) * 1_000_000,
            caller: hasCredentials ? .account : .apiGateway(sourceArn: site.sourceArn),
            headers: try functionHeaders(integration, scope: scope),
            contentHandling: integration.contentHandling.flatMap(ContentHandling.init),
            request: try requestTemplates(integration), responses: try responses(method, scope: scope),
            frame: ProxyEventFrame(site), fault: fault)
    }

    /// Lambda's `Invoke` is a POST. What Lambda answers to others is AWS's own text.
    private static func verbFault(_ integration: Integration) -> String? {
        guard let verb = integration.httpMethod, verb != "POST" else { return nil }
        return "Unable to determine service/operation name to be authorized: "
            + "the integration's HTTP method has to be POST for a function, and is \(verb)"
    }

    /// Of an invocation only headers can be mapped; query and path are Lambda's own.
    private func functionHeaders(
        _ integration: Integration, scope: MappingScope
    ) throws -> [(name: [UInt8], source: ParameterSource)] {
        let prefix = "integration.request.header."
        var headers: [(name: [UInt8], source: ParameterSource)] = []
        for (target, expression) in (integration.requestParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            let source = try scope.source(expression, target: target, side: .request)
            guard target.hasPrefix("integration.request.") else {
                throw PlanError.mapping(
                    target: target, expression: expression,
                    reason: "the target has to be integration.request.{path|querystring|header}.{name}")
            }
            if target.hasPrefix(prefix) { headers.append((Array(target.dropFirst(prefix.count).utf8), source)) }
        }
        return headers
    }
}
