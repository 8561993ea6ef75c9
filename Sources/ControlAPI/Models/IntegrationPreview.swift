/// The request that a method's backend would get: the answer of
/// `POST /sluice/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/preview`, which takes the body of
/// `TestInvokeMethod` and calls nothing.
public struct IntegrationPreview: Codable, Sendable, Hashable {
    public struct Header: Codable, Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// `HTTP`, `HTTP_PROXY`, `AWS`, `AWS_PROXY`, `MOCK`.
    public var type: String
    /// `POST`; `nil` for a mock.
    public var httpMethod: String?
    /// The whole address, or the function's ARN.
    public var uri: String?
    public var headers: [Header]
    /// As text; base64 where it is no UTF-8, see `isBase64Encoded`.
    public var body: String
    public var isBase64Encoded: Bool
    /// Why no request would be sent: the gateway's own answer comes instead.
    public var status: Int?
    public var reason: String?

    public init(type: String) {
        self.type = type
        headers = []
        body = ""
        isBase64Encoded = false
    }
}
