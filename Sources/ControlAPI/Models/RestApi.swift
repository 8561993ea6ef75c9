/// An API as `GetRestApi` returns it. Members are named as on AWS's wire; those that are `nil` are left out.
public struct RestApi: Codable, Sendable, Hashable {
    public var id: String
    public var name: String
    public var description: String?
    public var createdDate: Timestamp
    public var version: String?
    public var warnings: [String]?
    public var binaryMediaTypes: [String]?
    /// Bytes, 0–10,485,760; `nil` turns compression off.
    public var minimumCompressionSize: Int?
    /// `HEADER` or `AUTHORIZER`.
    public var apiKeySource: String?
    public var endpointConfiguration: EndpointConfiguration?
    public var policy: String?
    public var tags: [String: String]?
    public var disableExecuteApiEndpoint: Bool?
    public var rootResourceId: String?

    public init(id: String, name: String, createdDate: Timestamp) {
        self.id = id
        self.name = name
        self.createdDate = createdDate
    }
}

public struct EndpointConfiguration: Codable, Sendable, Hashable {
    /// One of `EDGE`, `REGIONAL`, `PRIVATE`.
    public var types: [String]?
    /// `ipv4` or `dualstack`.
    public var ipAddressType: String?
    public var vpcEndpointIds: [String]?

    public init(types: [String]? = nil, ipAddressType: String? = nil, vpcEndpointIds: [String]? = nil) {
        self.types = types
        self.ipAddressType = ipAddressType
        self.vpcEndpointIds = vpcEndpointIds
    }
}
