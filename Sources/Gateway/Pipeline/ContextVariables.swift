import JSON

/// The variables of `$context` that have a fixed name, as REST APIs have them.
enum ContextVariable: String, CaseIterable, Sendable {
    case accountId
    case apiId
    case authorizerPrincipalId = "authorizer.principalId"
    case awsEndpointRequestId
    case deploymentId
    case domainName
    case domainPrefix
    case errorMessage = "error.message"
    case errorMessageString = "error.messageString"
    case errorResponseType = "error.responseType"
    case errorValidationErrorString = "error.validationErrorString"
    case extendedRequestId
    case httpMethod
    case identityAccessKey = "identity.accessKey"
    case identityAccountId = "identity.accountId"
    case identityApiKey = "identity.apiKey"
    case identityApiKeyId = "identity.apiKeyId"
    case identityCaller = "identity.caller"
    case identityCognitoAuthenticationProvider = "identity.cognitoAuthenticationProvider"
    case identityCognitoAuthenticationType = "identity.cognitoAuthenticationType"
    case identityCognitoIdentityId = "identity.cognitoIdentityId"
    case identityCognitoIdentityPoolId = "identity.cognitoIdentityPoolId"
    case identityPrincipalOrgId = "identity.principalOrgId"
    case identitySourceIp = "identity.sourceIp"
    case identityUser = "identity.user"
    case identityUserAgent = "identity.userAgent"
    case identityUserArn = "identity.userArn"
    case identityClientCertPem = "identity.clientCert.clientCertPem"
    case identityClientCertSubjectDN = "identity.clientCert.subjectDN"
    case identityClientCertIssuerDN = "identity.clientCert.issuerDN"
    case identityClientCertSerialNumber = "identity.clientCert.serialNumber"
    case identityClientCertNotBefore = "identity.clientCert.validity.notBefore"
    case identityClientCertNotAfter = "identity.clientCert.validity.notAfter"
    case identityVpcId = "identity.vpcId"
    case identityVpceId = "identity.vpceId"
    case isCanaryRequest
    case path
    case protocolName = "protocol"
    case requestId
    case requestTime
    case requestTimeEpoch
    case resourceId
    case resourcePath
    case stage
    case wafResponseCode
    case webaclArn

    // In access logs alone.
    case authenticateError = "authenticate.error"
    case authenticateLatency = "authenticate.latency"
    case authenticateStatus = "authenticate.status"
    case authorizeError = "authorize.error"
    case authorizeLatency = "authorize.latency"
    case authorizeStatus = "authorize.status"
    case authorizerError = "authorizer.error"
    case authorizerIntegrationLatency = "authorizer.integrationLatency"
    case authorizerIntegrationStatus = "authorizer.integrationStatus"
    case authorizerLatency = "authorizer.latency"
    case authorizerRequestId = "authorizer.requestId"
    case authorizerStatus = "authorizer.status"
    case customDomainBasePathMatched = "customDomain.basePathMatched"
    case endpointType
    case integrationDotError = "integration.error"
    case integrationDotIntegrationStatus = "integration.integrationStatus"
    case integrationDotLatency = "integration.latency"
    case integrationDotRequestId = "integration.requestId"
    case integrationDotStatus = "integration.status"
    case integrationErrorMessage
    case integrationLatency
    case integrationStatus
    case responseLatency
    case responseLength
    case status
    case wafError = "waf.error"
    case wafLatency = "waf.latency"
    case wafStatus = "waf.status"
    case xrayTraceId

    /// Whether only access logs have it: templates and mappings come before the answer.
    var isOfAccessLogAlone: Bool {
        switch self {
        case .authenticateError, .authenticateLatency, .authenticateStatus, .authorizeError, .authorizeLatency,
            .authorizeStatus, .authorizerError, .authorizerIntegrationLatency, .authorizerIntegrationStatus,
            .authorizerLatency, .authorizerRequestId, .authorizerStatus, .customDomainBasePathMatched, .endpointType,
            .integrationDotError, .integrationDotIntegrationStatus, .integrationDotLatency, .integrationDotRequestId,
            .integrationDotStatus, .integrationErrorMessage, .integrationLatency, .integrationStatus,
            .responseLatency, .responseLength, .status, .wafError, .wafLatency, .wafStatus, .xrayTraceId:
            true
        default: false
        }
    }

    /// Whether templates find an empty string where the request has no such value: AWS's own passthrough template
    /// prints these for callers that nobody authenticated.
    var isEmptyInTemplates: Bool {
        switch self {
        case .authorizerPrincipalId, .identityAccessKey, .identityAccountId, .identityApiKey, .identityApiKeyId,
            .identityCaller, .identityCognitoAuthenticationProvider, .identityCognitoAuthenticationType,
            .identityCognitoIdentityId, .identityCognitoIdentityPoolId, .identityPrincipalOrgId, .identityUser,
            .identityUserAgent, .identityUserArn:
            true
        default: false
        }
    }

    /// Those that templates and mappings know, with the parts of their names.
    static let ofTemplates: [(variable: ContextVariable, parts: [String])] = allCases.filter { !$0.isOfAccessLogAlone }
        .map { ($0, $0.rawValue.split(separator: ".").map(String.init)) }
}

extension Exchange {
    /// `$context`, as far as this request has got. Everything is a string, as on API Gateway, but for
    /// `isCanaryRequest`, which conditions test, and `requestTimeEpoch`.
    func contextObject() -> JSONObject {
        var context = JSONObject()
        for (variable, parts) in ContextVariable.ofTemplates {
            guard let text = value(of: variable) ?? (variable.isEmptyInTemplates ? "" : nil) else { continue }
            let value: JSON =
                switch variable {
                case .isCanaryRequest: .bool(text == "true")
                case .requestTimeEpoch: .number(JSONNumber(Int(text) ?? 0))
                default: .string(text)
                }
            Self.put(value, at: parts[...], in: &context)
        }
        return context
    }

    private static func put(_ value: JSON, at parts: ArraySlice<String>, in object: inout JSONObject) {
        guard let name = parts.first else { return }
        guard parts.count > 1 else {
            object[name] = value
            return
        }
        var inner = object[name]?.object ?? JSONObject()
        put(value, at: parts.dropFirst(), in: &inner)
        object[name] = .object(inner)
    }

    /// One `$context` variable by its name after the `$context.`; `nil` for those that this request has not, and for
    /// those of access logs alone.
    func contextValue(_ name: String) -> String? {
        guard let variable = ContextVariable(rawValue: name), !variable.isOfAccessLogAlone else { return nil }
        return value(of: variable)
    }

    /// What this request has of a variable before it is answered.
    func value(of variable: ContextVariable) -> String? {
        switch variable {
        case .accountId: loop.configuration.account
        case .apiId: stage?.apiId
        // The deployment that a test-invoke makes for itself has no id.
        case .deploymentId: variant.flatMap { $0.deploymentId.isEmpty ? nil : $0.deploymentId }
        case .domainName:
            test == nil ? text(head.host).split(separator: ":").first.map(String.init) : "testPrefix.testDomainName"
        case .domainPrefix:
            test == nil ? text(head.host).split(separator: ".").first.map(String.init) : "testPrefix"
        case .awsEndpointRequestId: backendHeader("x-amzn-requestid") ?? backendHeader("x-amz-request-id")
        case .errorMessage: gatewayError?.escaped
        case .errorMessageString: gatewayError?.quoted
        case .errorResponseType: gatewayError?.type.row.type.description
        case .errorValidationErrorString: validationError
        case .extendedRequestId: extendedId
        case .httpMethod: text(head.wantedMethod)
        case .identityApiKey:
            test == nil ? apiKey.map { String(decoding: $0.value, as: UTF8.self) } : "test-invoke-api-key"
        case .identityApiKeyId: test == nil ? apiKey?.id : "test-invoke-api-key-id"
        case .identitySourceIp:
            test == nil ? String(decoding: connection.peer, as: UTF8.self) : "test-invoke-source-ip"
        case .identityUserAgent: requestHeader("user-agent")
        case .isCanaryRequest: variant?.isCanary == true ? "true" : "false"
        case .path: text(stagePath)
        case .protocolName: head.minorVersion == 1 || test != nil ? "HTTP/1.1" : "HTTP/1.0"
        case .requestId: requestId.text
        case .requestTime: LoopClock.commonLogTime(second: loop.clock.wall(started) / 1_000_000_000)
        case .requestTimeEpoch: String(loop.clock.wall(started) / 1_000_000)
        case .resourceId: method?.resourceId
        case .resourcePath: method?.resourcePath
        case .stage: stage?.stageName
        default: nil
        }
    }

    private func text(_ span: ByteSpan) -> String { withBytes { ByteScan.string($0, span) } }

    /// What the access log says of a variable once the request is answered, at `now`.
    func accessLogValue(of variable: ContextVariable, now: UInt64) -> String? {
        switch variable {
        case .customDomainBasePathMatched: domainMapping?.basePath
        case .endpointType: stage?.endpointType
        case .integrationDotError, .integrationErrorMessage:
            integrationStarted != 0 && status >= 500 ? errorMessage : nil
        case .integrationDotLatency, .integrationLatency: integrationNanoseconds(now).map { String($0 / 1_000_000) }
        case .integrationDotStatus, .integrationDotIntegrationStatus, .integrationStatus:
            integrationStarted != 0 && outcome.status != 0 ? String(outcome.status) : nil
        case .integrationDotRequestId: value(of: .awsEndpointRequestId)
        case .responseLatency: String((now &- started) / 1_000_000)
        case .responseLength: String(responseLength)
        case .status: String(status)
        default: value(of: variable)
        }
    }

    /// How long the backend took, or takes at `now`; `nil` where none was called.
    func integrationNanoseconds(_ now: UInt64) -> UInt64? {
        integrationStarted == 0 ? nil : (integrationEnded == 0 ? now : integrationEnded) &- integrationStarted
    }
}
