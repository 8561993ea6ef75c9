/// What a running engine says of itself: the answer of `GET /sluice/health`.
public struct EngineInfo: Codable, Sendable, Hashable {
    public var version: String
    public var pid: Int
    public var region: String
    public var account: String
    public var home: String
    /// Base URL of the data plane, for example `http://127.0.0.1:8080`.
    public var data: String
    /// Base URL of the control plane over TCP; `nil` if it is off.
    public var control: String?
    public var socket: String
    public var startedDate: Timestamp

    public init(
        version: String, pid: Int, region: String, account: String, home: String, data: String, control: String?,
        socket: String, startedDate: Timestamp
    ) {
        self.version = version
        self.pid = pid
        self.region = region
        self.account = account
        self.home = home
        self.data = data
        self.control = control
        self.socket = socket
        self.startedDate = startedDate
    }
}

/// A key for the control plane over TCP: what `/sluice/credentials` lists, makes and stores.
public struct AccessKey: Codable, Sendable, Hashable {
    public var accessKeyId: String
    public var secretAccessKey: String
    public var createdDate: Timestamp

    public init(accessKeyId: String, secretAccessKey: String, createdDate: Timestamp) {
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.createdDate = createdDate
    }
}
