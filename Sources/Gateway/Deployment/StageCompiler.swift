import ControlAPI

/// Compiles a publication into a plan: reads every path, template, pattern, mapping and address once, so that no
/// request has to, and refuses what cannot work.
struct StageCompiler {
    let registry: PlanRegistry
    let templates: any TemplateEngine
    let cache: ResponseCache
    let throttles: ThrottleRegistry
    let region: String
    let account: String
    /// What the stage shows to HTTPS backends.
    let security: BackendSecurity
    let services: ServiceCredentials

    init(
        registry: PlanRegistry, templates: any TemplateEngine, cache: ResponseCache = ResponseCache(),
        throttles: ThrottleRegistry = ThrottleRegistry(account: nil), region: String = "us-east-1",
        account: String = "000000000000", security: BackendSecurity = BackendSecurity(contexts: BackendContexts()),
        services: ServiceCredentials = ServiceCredentials()
    ) {
        self.region = region
        self.account = account
        self.security = security
        self.services = services
        self.registry = registry
        self.templates = templates
        self.cache = cache
        self.throttles = throttles
    }

    /// What base and canary have of their own beside their deployment.
    private struct Scope {
        let stage: Stage
        var variables: [String: String]
        var isCanary = false
        var cache: StageCache?
        let limits: LimitCompiler
    }

    func compile(_ publication: StagePublication) throws -> StagePlan {
        let stage = publication.stage
        let caches = StageCaches(publication, in: cache)
        let limits = LimitCompiler(
            throttles: throttles, stage: registry.identity(apiId: publication.apiId, stageName: stage.stageName))
        var scope = Scope(stage: stage, variables: stage.variables ?? [:], cache: caches.base, limits: limits)
        let base = try variant(publication.base, scope)
        var canary: VariantPlan?
        var threshold: UInt32 = 0
        if let settings = stage.canarySettings {
            guard let snapshot = publication.canary else {
                throw PlanError.missingCanary(apiId: publication.apiId, stage: stage.stageName)
            }
            scope.isCanary = true
            scope.variables.merge(settings.stageVariableOverrides ?? [:]) { $1 }
            scope.cache = caches.canary ?? caches.base
            canary = try variant(snapshot, scope)
            threshold = Self.threshold(percent: settings.percentTraffic)
        }
        return StagePlan(
            publication: publication, identity: limits.stage, base: base, canary: canary, canaryThreshold: threshold,
            caches: caches, throttles: limits.throttles(of: [base, canary].compactMap(\.self)))
    }

    /// Percent of 2^24: fine enough for 0.01 %, and 100 % leaves no draw over.
    static func threshold(percent: Double) -> UInt32 {
        guard percent > 0 else { return 0 }
        return UInt32((min(percent, 100) / 100 * Double(1 << 24)).rounded())
    }

    private func variant(_ snapshot: DeploymentSnapshot, _ scope: Scope) throws -> VariantPlan {
        var payload = PayloadSettings(snapshot.restApi)
        var routes: [(path: String, methods: [String: MethodPlan])] = []
        let models = ModelSchemas(apiId: snapshot.restApi.id, models: snapshot.models ?? [])
        for resource in snapshot.resources {
            var methods: [String: MethodPlan] = [:]
            for (verb, method) in resource.resourceMethods ?? [:] {
                do {
                    let plan = try self.method(
                        method, verb: verb, of: resource, snapshot, models, scope)
                    if case .httpProxy(let http) = plan.integration, http.responses.handlesContent {
                        payload.changesProxiedResponses = true
                    }
                    methods[verb] = plan
                } catch let error as PlanError {
                    throw PlanError.method(resource: resource.path, verb: verb, cause: error.description)
                }
            }
            routes.append((resource.path, methods))
        }
        return VariantPlan(
            isCanary: scope.isCanary, deploymentId: snapshot.deploymentId, routes: try RouteTree(routes),
            variables: scope.variables, payload: payload,
            answers: try GatewayAnswerTable(snapshot.gatewayResponses ?? [:], variables: scope.variables))
    }

    private func method(
        _ method: Method, verb: String, of resource: Resource, _ snapshot: DeploymentSnapshot, _ models: ModelSchemas,
        _ scope: Scope
    ) throws -> MethodPlan {
        let parameters = Self.pathParameters(resource.path)
        let number = registry.number(ofPath: resource.path)
        let mapping = MappingScope(pathParameters: parameters, variables: scope.variables)
        let settings = EffectiveSettings(stage: scope.stage, resourcePath: resource.path, verb: verb)
        let site = MethodSite(
            region: region, account: account, apiId: snapshot.restApi.id, stageName: scope.stage.stageName,
            deploymentId: snapshot.deploymentId, isCanary: scope.stage.canarySettings.map { _ in scope.isCanary },
            resourceId: resource.id, resourcePath: resource.path, verb: verb, pathParameters: parameters,
            variables: scope.variables)
        let integration = try self.integration(method, scope: mapping, site: site)
        let metrics = PlanRegistry.MethodIdentity(
            apiId: snapshot.restApi.id, stageName: scope.stage.stageName, resourcePath: resource.path, verb: verb)
        return MethodPlan(
            resource: resource, number: number, pathParameters: parameters, settings: settings,
            metricsNumber: settings.metricsEnabled ? registry.number(ofMethod: metrics) : -1,
            validation: try ValidationPlan(
                method, pathParameters: parameters, validators: snapshot.requestValidators ?? [], models: models),
            integration: integration,
            cache: try CachePlan(
                scope.cache, settings: settings, verb: verb, resource: resource.id,
                integration: method.methodIntegration, plan: integration, scope: mapping),
            limits: scope.limits.limits(
                of: method, verb: verb, path: number, settings: settings, apiKeySource: snapshot.restApi.apiKeySource),
            authorizationRefusal: AuthorizationRefusal.text(authorizationType: method.authorizationType))
    }

    /// `/pets/{petId}/{rest+}` → `petId`, `rest`.
    static func pathParameters(_ path: String) -> [String] {
        path.split(separator: "/").compactMap { segment in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return nil }
            let name = segment.dropFirst().dropLast()
            return String(name.hasSuffix("+") ? name.dropLast() : name)
        }
    }

    private func integration(_ method: Method, scope: MappingScope, site: MethodSite) throws -> IntegrationPlan {
        guard let integration = method.methodIntegration else {
            return .unavailable(reason: "No integration defined for method")
        }
        switch integration.type {
        case "MOCK":
            return .mock(
                MockPlan(
                    contentHandling: integration.contentHandling.flatMap(ContentHandling.init),
                    request: try requestTemplates(integration), responses: try responses(method, scope: scope),
                    fault: MappingFaults.request(integration, method: method)))
        case "HTTP":
            return .http(try http(integration, of: method, scope: scope))
        case "HTTP_PROXY":
            return .httpProxy(try http(integration, of: method, scope: scope))
        case "AWS_PROXY" where FunctionAddress.isFunction(integration.uri),
            "AWS" where ServiceURI.isFunctionInvocation(scope.fillVariables(integration.uri ?? "")):
            return .lambda(try lambda(integration, of: method, scope: scope, site: site))
        case "AWS":
            let service = CompiledService(integration, scope: scope, services: services)
            return .http(try http(integration, of: method, scope: scope, service: service))
        default:
            return .unavailable(reason: "integrations of type \(integration.type) are not supported yet")
        }
    }

    private func http(
        _ integration: Integration, of method: Method, scope: MappingScope, service: CompiledService? = nil
    ) throws -> HTTPPlan {
        var headers: [(name: [UInt8], source: ParameterSource)] = []
        var query: [(name: [UInt8], source: ParameterSource)] = []
        var path: [String: ParameterSource] = [:]
        for (target, expression) in (integration.requestParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            let source = try scope.source(expression, target: target, side: .request)
            let parts = target.split(separator: ".", maxSplits: 3)
            guard parts.count == 4, parts[0] == "integration", parts[1] == "request" else {
                throw PlanError.mapping(
                    target: target, expression: expression,
                    reason: "the target has to be integration.request.{path|querystring|header}.{name}")
            }
            let name = String(parts[3])
            switch parts[2] {
            case "path": path[name] = source
            case "querystring": query.append((Array(name.utf8), source))
            case "header": headers.append((Array(name.utf8), source))
            default:
                throw PlanError.mapping(
                    target: target, expression: expression, reason: "\(parts[2]) is not path, querystring or header")
            }
        }
        let verb = integration.httpMethod.flatMap { $0 == "ANY" ? nil : Verb(named: $0) }
        let milliseconds = min(max(integration.timeoutInMillis ?? 29_000, 50), 29_000)
        var security = security
        // The stage's certificate is for its own backends.
        if service != nil { security.certificate = nil }
        security.insecureSkipVerification = integration.tlsConfig?.insecureSkipVerification ?? false
        let uri = try BackendURI(
            service?.url ?? integration.uri ?? "", scope: scope, path: path, registry: registry, security: security)
        return HTTPPlan(
            verb: verb, uri: uri, timeoutNanoseconds: UInt64(milliseconds) * 1_000_000, headers: headers, query: query,
            contentHandling: integration.contentHandling.flatMap(ContentHandling.init),
            request: try requestTemplates(integration), responses: try responses(method, scope: scope),
            fault: service?.fault ?? MappingFaults.request(integration, method: method), service: service?.action,
            vpcLink: VpcLinkPlan(integration, uri: uri, scope: scope, registry: registry),
            retry: integration.retry.map { RetryPlan($0, timeoutMilliseconds: milliseconds) })
    }

    func requestTemplates(_ integration: Integration) throws -> RequestTemplates {
        var result = RequestTemplates()
        switch integration.passthroughBehavior {
        case "NEVER": result.passthrough = .never
        case "WHEN_NO_TEMPLATES": result.passthrough = .whenNoTemplates
        default: result.passthrough = .whenNoMatch
        }
        for (type, source) in (integration.requestTemplates ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let source else { continue }
            result.byType.append((type.lowercased(), try Template(source, engine: templates)))
        }
        return result
    }

    func responses(_ method: Method, scope: MappingScope) throws -> ResponseSelection {
        var entries: [ResponseSelection.Entry] = []
        let isMock = method.methodIntegration?.type == "MOCK"
        for (code, response) in (method.methodIntegration?.integrationResponses ?? [:]).sorted(by: { $0.key < $1.key })
        {
            guard let status = Int(code), (100...599).contains(status) else {
                throw PlanError.statusCode(code, method: "integrationResponses")
            }
            var headers: [(name: [UInt8], source: ParameterSource)] = []
            for (target, expression) in (response.responseParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard target.hasPrefix("method.response.header.") else {
                    throw PlanError.mapping(
                        target: target, expression: expression,
                        reason: "the target has to be method.response.header.{name}")
                }
                let source = try scope.source(expression, target: target, side: .response)
                let name = Array(target.dropFirst("method.response.header.".count).utf8)
                guard let name = HeaderTreatment.responseName(name, isMock: isMock) else { continue }
                headers.append((name, source))
            }
            var compiled: [(type: String, template: Template?)] = []
            for (type, source) in (response.responseTemplates ?? [:]).sorted(by: { $0.key < $1.key }) {
                compiled.append((type.lowercased(), try source.map { try Template($0, engine: templates) }))
            }
            let pattern = response.selectionPattern.flatMap { $0.isEmpty ? nil : $0 }
            entries.append(
                ResponseSelection.Entry(
                    status: status, pattern: try pattern.map(SelectionPattern.init), headers: headers,
                    templates: compiled, contentHandling: response.contentHandling.flatMap(ContentHandling.init),
                    fault: MappingFaults.response(response, code: code, method: method)))
        }
        return ResponseSelection(entries: entries)
    }
}

/// What mapping expressions of one method may name.
struct MappingScope {
    var pathParameters: [String]
    var variables: [String: String]

    func source(_ expression: String, target: String, side: ParameterSource.Side) throws -> ParameterSource {
        try ParameterSource(
            expression: expression, target: target, side: side, pathParameters: pathParameters, variables: variables)
    }

    /// Fills in `${stageVariables.x}`; what is not defined becomes empty, as on AWS.
    func fillVariables(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let open = rest.range(of: "${stageVariables.") {
            result += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            guard let close = rest.firstIndex(of: "}") else { return result + "${stageVariables." + rest }
            result += variables[String(rest[..<close])] ?? ""
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

extension Substring {
    /// The standard library has no search for a part; Foundation's is not needed for this.
    fileprivate func range(of part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
