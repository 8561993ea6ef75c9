/// All about a function, as Lambda's `GetFunction` returns it.
public struct FunctionDescription: Codable, Sendable, Hashable {
    public var configuration: FunctionConfiguration
    public var code: FunctionCodeLocation
    /// Left out where there are none.
    public var tags: [String: String]?
    public var concurrency: FunctionConcurrency?

    public init(configuration: FunctionConfiguration, code: FunctionCodeLocation) {
        self.configuration = configuration
        self.code = code
    }

    enum CodingKeys: String, CodingKey {
        case configuration = "Configuration"
        case code = "Code"
        case tags = "Tags"
        case concurrency = "Concurrency"
    }
}

public struct FunctionCodeLocation: Codable, Sendable, Hashable {
    /// `S3`, as AWS says of every zip file; `Sluice` of a folder that is used in place.
    public var repositoryType: String
    /// A `file://` URL of the zip file or the folder, on the engine's machine.
    public var location: String

    public init(repositoryType: String, location: String) {
        self.repositoryType = repositoryType
        self.location = location
    }

    enum CodingKeys: String, CodingKey {
        case repositoryType = "RepositoryType"
        case location = "Location"
    }
}

public struct FunctionConcurrency: Codable, Sendable, Hashable {
    public var reservedConcurrentExecutions: Int

    public init(reservedConcurrentExecutions: Int) {
        self.reservedConcurrentExecutions = reservedConcurrentExecutions
    }

    enum CodingKeys: String, CodingKey { case reservedConcurrentExecutions = "ReservedConcurrentExecutions" }
}
