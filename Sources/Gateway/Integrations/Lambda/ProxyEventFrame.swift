import NIOCore

/// The parts of a method's events that no request changes, as JSON text, made when the stage is published. They stand in
/// AWS's own order, with the request's parts between them.
struct ProxyEventFrame: Sendable {
    /// `{"resource":"/pets/{id}","path":`
    let opening: [UInt8]
    /// The names of the path's variables, quoted.
    let pathParameters: [[UInt8]]
    /// `,"stageVariables":…,"requestContext":{"resourceId":…,"resourcePath":…,"httpMethod":`
    let context: [UInt8]
    /// `,"accountId":…,"protocol":`
    let account: [UInt8]
    /// `,"stage":…,"domainPrefix":`
    let stage: [UInt8]
    /// What is said of nobody: `"cognitoIdentityPoolId":null,…`, and the member behind is `sourceIp`.
    static let anonymous: StaticString =
        """
        "cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,"sourceIp":
        """
    /// Behind `sourceIp`, to the client's agent.
    static let unauthenticated: StaticString =
        """
        ,"principalOrgId":null,"accessKey":null,"cognitoAuthenticationType":null,\
        "cognitoAuthenticationProvider":null,"userArn":null,"userAgent":
        """
    /// `,"deploymentId":…,"apiId":…,"isCanaryRequest":…},"body":`
    let closing: [UInt8]

    init(_ site: MethodSite) {
        func text(_ build: (inout ByteBuffer) -> Void) -> [UInt8] {
            var buffer = ByteBuffer()
            build(&buffer)
            return Array(buffer.readableBytesView)
        }
        opening = text {
            $0.put(#"{"resource":"#)
            $0.put(quoted: site.resourcePath)
            $0.put(#","path":"#)
        }
        pathParameters = site.pathParameters.map { name in text { $0.put(quoted: name) } }
        context = text { buffer in
            buffer.put(#","stageVariables":"#)
            Self.write(site.variables, to: &buffer)
            buffer.put(#","requestContext":{"resourceId":"#)
            buffer.put(quoted: site.resourceId)
            buffer.put(#","resourcePath":"#)
            buffer.put(quoted: site.resourcePath)
            buffer.put(#","httpMethod":"#)
        }
        account = text {
            $0.put(#","accountId":"#)
            $0.put(quoted: site.account)
            $0.put(#","protocol":"#)
        }
        stage = text {
            $0.put(#","stage":"#)
            $0.put(quoted: site.stageName)
            $0.put(#","domainPrefix":"#)
        }
        closing = text { buffer in
            if !site.deploymentId.isEmpty {
                buffer.put(#","deploymentId":"#)
                buffer.put(quoted: site.deploymentId)
            }
            buffer.put(#","apiId":"#)
            buffer.put(quoted: site.apiId)
            if let isCanary = site.isCanary {
                buffer.put(isCanary ? #","isCanaryRequest":true"# : #","isCanaryRequest":false"#)
            }
            buffer.put(#"},"body":"#)
        }
    }

    private static func write(_ variables: [String: String], to buffer: inout ByteBuffer) {
        guard !variables.isEmpty else {
            buffer.put("null")
            return
        }
        for (place, variable) in variables.sorted(by: { $0.key < $1.key }).enumerated() {
            buffer.put(place == 0 ? "{" : ",")
            buffer.put(quoted: variable.key)
            buffer.put(":")
            buffer.put(quoted: variable.value)
        }
        buffer.put("}")
    }
}
