package import ControlAPI

/// An address to listen on.
package struct HostPort: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    /// 0 picks a free port.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// How one engine is to run.
package struct EngineConfiguration: Sendable {
    /// Absolute path of the folder with the database and the lock.
    package var home: String
    package var socketPath: String
    package var listen: HostPort
    /// The control plane over TCP; `nil` turns it off.
    package var control: HostPort?
    package var region: String
    package var account: String
    /// Event loops of the data plane; `nil` is one a core.
    package var loops: Int?
    /// Of all requests together. `nil` limits nothing: the ceiling of an AWS account would be in the way on a machine
    /// of one's own.
    package var accountThrottle: ThrottleSettings?
    package var version: String
    /// Where integrations find AWS's services, `http://127.0.0.1:5000`; `nil` for AWS's own endpoints.
    package var awsEndpoint: String?
    /// Where functions are invoked that are not on this machine: a Lambda service.
    package var lambdaEndpoint: String?
    /// A PEM file of certificate authorities that may sign backends' certificates, beside those of the machine.
    package var backendCA: String?
    /// Bytes that the response caches of all stages together may hold. A stage gets its `cacheClusterSize`; where the
    /// sizes of all add up to more than this, each gets its part of it.
    package var cacheMemory = EngineConfiguration.standardCacheMemory

    /// 256 MiB.
    package static let standardCacheMemory = 268_435_456

    package init(
        home: String, socketPath: String, listen: HostPort, control: HostPort?, region: String, account: String,
        loops: Int? = nil, accountThrottle: ThrottleSettings? = nil, version: String
    ) {
        self.home = home
        self.socketPath = socketPath
        self.listen = listen
        self.control = control
        self.region = region
        self.account = account
        self.loops = loops
        self.accountThrottle = accountThrottle
        self.version = version
    }
}
