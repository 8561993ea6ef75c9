import ControlAPI
import SigV4

/// What an `AWS` integration adds to a plan of `HTTP`: an action's wire form and a signature.
struct ServiceAction: Sendable {
    /// Where no mapping and no override sets `Content-Type`.
    enum ContentType: Sendable, Hashable {
        /// As `HTTP` has it: the client's, else JSON.
        case clients
        case form
        /// `application/x-amz-json-{version}`.
        case json(version: String)
    }

    let signingName: String
    let signingRegion: String
    let pathCoding: PathCoding
    let contentType: ContentType
    /// `DynamoDB_20120810.PutItem`, for an action of a service that speaks JSON.
    let target: String?
    /// `PutItem`; `nil` for a path.
    let action: String?
    /// The address itself has parameters for the action.
    let hasParameters: Bool
    let credentials: CachedCredentials
}

/// An `AWS` integration's address and signature, for ``StageCompiler``.
struct CompiledService {
    /// As an `HTTP` integration would have it, `https://dynamodb.us-east-1.amazonaws.com/?Action=PutItem`.
    var url: String
    var action: ServiceAction?
    /// Why no request can be sent, if that is so.
    var fault: String?

    init(_ integration: Integration, scope: MappingScope, services: ServiceCredentials) {
        do throws(ServiceURI.Fault) {
            let uri = try ServiceURI(scope.fillVariables(integration.uri ?? ""))
            let role = integration.credentials.map(scope.fillVariables).flatMap { $0.isEmpty ? nil : $0 }
            let signer = try services.signer(role: role, uri: uri)
            self.init(uri, credentials: signer, override: services.endpoint)
            fault = Self.forbiddenMapping(integration)
        } catch {
            self.init(fault: error.text)
        }
    }

    private init(fault: String) {
        url = ""
        self.fault = fault
    }

    private init(_ uri: ServiceURI, credentials: CachedCredentials, override: String?) {
        let endpoint = ServiceEndpoint(uri, override: override)
        let json = ServiceProtocols.json(uri)
        var contentType = ServiceAction.ContentType.clients
        if ServiceProtocols.isQuery(uri) { contentType = .form }
        let start = endpoint.base + endpoint.pathPrefix
        var target: String?
        var action: String?
        var hasParameters = false
        switch uri.call {
        case .path(let path): url = start + path
        case .action(_, let query) where uri.service == "s3": url = start + Self.objectPath(query)
        case .action(let name, let query):
            url = start + "/?Action=" + name + (query.isEmpty ? "" : "&" + query)
            action = name
            hasParameters = !query.isEmpty
            contentType = .form
            if let json {
                target = json.prefix + "." + name
                contentType = .json(version: json.version)
            }
        }
        self.action = ServiceAction(
            signingName: endpoint.signingName, signingRegion: endpoint.signingRegion,
            pathCoding: endpoint.signingName == "s3" ? .once : .twice, contentType: contentType, target: target,
            action: action, hasParameters: hasParameters, credentials: credentials)
    }

    /// `Bucket={bucket}&Key={key}&…` → `/{bucket}/{key}?…`: S3 has no actions but paths.
    private static func objectPath(_ query: String) -> String {
        var bucket = ""
        var key = ""
        var rest: [Substring] = []
        for item in query.split(separator: "&") {
            if item.hasPrefix("Bucket=") {
                bucket = "/" + item.dropFirst("Bucket=".count)
            } else if item.hasPrefix("Key=") {
                key = "/" + item.dropFirst("Key=".count)
            } else {
                rest.append(item)
            }
        }
        let path = bucket + key
        return (path.isEmpty ? "/" : path) + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&"))
    }

    /// AWS answers requests of integrations that map these with 500.
    private static func forbiddenMapping(_ integration: Integration) -> String? {
        let prefix = "integration.request.header."
        let names = (integration.requestParameters ?? [:]).keys.filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }.sorted()
        return names.first { HeaderTreatment.isForbiddenTowardsServices(HeaderID(named: $0.utf8)) }
            .map { "\($0) header already present" }
    }
}

extension HeaderTreatment {
    /// What neither a mapping nor an override may set towards an AWS service: the signature's own header, and those of
    /// the connection.
    static func isForbiddenTowardsServices(_ id: HeaderID) -> Bool {
        switch id {
        case .authorization, .connection, .expect, .proxyAuthenticate, .te: true
        case .contentLength, .transferEncoding, .amznTraceId, .amznApigatewayApiId: true
        default: false
        }
    }
}
