/// A version of a function as Lambda's `GetFunctionConfiguration` returns it.
public struct FunctionConfiguration: Codable, Sendable, Hashable {
    public var functionName: String
    public var functionArn: String
    public var runtime: String?
    public var role: String?
    public var handler: String?
    /// Bytes of the zip file; of a folder, of its files when it was registered.
    public var codeSize: Int
    public var description: String
    /// Seconds.
    public var timeout: Int
    /// Mebibytes.
    public var memorySize: Int
    /// `2026-11-21T17:52:31.000+0000`.
    public var lastModified: String
    /// Base64.
    public var codeSha256: String
    /// `$LATEST` or a number.
    public var version: String
    public var vpcConfig: FunctionVpcConfig?
    public var deadLetterConfig: FunctionDeadLetterConfig?
    public var environment: FunctionEnvironment?
    public var kmsKeyArn: String?
    public var tracingConfig: FunctionTracing
    public var revisionId: String
    /// The next four are left out of lists.
    public var state: String?
    public var lastUpdateStatus: String?
    public var packageType: String
    public var architectures: [String]
    public var ephemeralStorage: FunctionStorage
    public var snapStart: FunctionSnapStart
    public var runtimeVersionConfig: FunctionRuntimeVersion?
    public var loggingConfig: FunctionLogging

    public init(functionName: String, functionArn: String, version: String, revisionId: String) {
        self.functionName = functionName
        self.functionArn = functionArn
        self.version = version
        self.revisionId = revisionId
        codeSize = 0
        description = ""
        timeout = 3
        memorySize = 128
        lastModified = ""
        codeSha256 = ""
        tracingConfig = FunctionTracing(mode: "PassThrough")
        packageType = "Zip"
        architectures = ["x86_64"]
        ephemeralStorage = FunctionStorage(size: 512)
        snapStart = FunctionSnapStart(applyOn: "None", optimizationStatus: "Off")
        loggingConfig = FunctionLogging(logFormat: "Text", logGroup: "/aws/lambda/\(functionName)")
    }

    enum CodingKeys: String, CodingKey {
        case functionName = "FunctionName"
        case functionArn = "FunctionArn"
        case runtime = "Runtime"
        case role = "Role"
        case handler = "Handler"
        case codeSize = "CodeSize"
        case description = "Description"
        case timeout = "Timeout"
        case memorySize = "MemorySize"
        case lastModified = "LastModified"
        case codeSha256 = "CodeSha256"
        case version = "Version"
        case vpcConfig = "VpcConfig"
        case deadLetterConfig = "DeadLetterConfig"
        case environment = "Environment"
        case kmsKeyArn = "KMSKeyArn"
        case tracingConfig = "TracingConfig"
        case revisionId = "RevisionId"
        case state = "State"
        case lastUpdateStatus = "LastUpdateStatus"
        case packageType = "PackageType"
        case architectures = "Architectures"
        case ephemeralStorage = "EphemeralStorage"
        case snapStart = "SnapStart"
        case runtimeVersionConfig = "RuntimeVersionConfig"
        case loggingConfig = "LoggingConfig"
    }
}

public struct FunctionEnvironment: Codable, Sendable, Hashable {
    public var variables: [String: String]

    public init(variables: [String: String]) {
        self.variables = variables
    }

    enum CodingKeys: String, CodingKey { case variables = "Variables" }
}

public struct FunctionTracing: Codable, Sendable, Hashable {
    /// `PassThrough` or `Active`.
    public var mode: String

    public init(mode: String) {
        self.mode = mode
    }

    enum CodingKeys: String, CodingKey { case mode = "Mode" }
}

public struct FunctionStorage: Codable, Sendable, Hashable {
    /// Of `/tmp`, in mebibytes.
    public var size: Int

    public init(size: Int) {
        self.size = size
    }

    enum CodingKeys: String, CodingKey { case size = "Size" }
}

public struct FunctionSnapStart: Codable, Sendable, Hashable {
    /// `None` or `PublishedVersions`.
    public var applyOn: String
    public var optimizationStatus: String

    public init(applyOn: String, optimizationStatus: String) {
        self.applyOn = applyOn
        self.optimizationStatus = optimizationStatus
    }

    enum CodingKeys: String, CodingKey {
        case applyOn = "ApplyOn"
        case optimizationStatus = "OptimizationStatus"
    }
}

public struct FunctionRuntimeVersion: Codable, Sendable, Hashable {
    public var runtimeVersionArn: String

    public init(runtimeVersionArn: String) {
        self.runtimeVersionArn = runtimeVersionArn
    }

    enum CodingKeys: String, CodingKey { case runtimeVersionArn = "RuntimeVersionArn" }
}

public struct FunctionLogging: Codable, Sendable, Hashable {
    /// `Text` or `JSON`.
    public var logFormat: String
    /// Of `JSON` alone.
    public var applicationLogLevel: String?
    public var systemLogLevel: String?
    public var logGroup: String

    public init(logFormat: String, logGroup: String) {
        self.logFormat = logFormat
        self.logGroup = logGroup
    }

    enum CodingKeys: String, CodingKey {
        case logFormat = "LogFormat"
        case applicationLogLevel = "ApplicationLogLevel"
        case systemLogLevel = "SystemLogLevel"
        case logGroup = "LogGroup"
    }
}

/// Kept as it was given: functions here run in the network of this machine.
public struct FunctionVpcConfig: Codable, Sendable, Hashable {
    public var subnetIds: [String]
    public var securityGroupIds: [String]
    public var vpcId: String
    public var ipv6AllowedForDualStack: Bool

    public init(subnetIds: [String], securityGroupIds: [String], ipv6AllowedForDualStack: Bool = false) {
        self.subnetIds = subnetIds
        self.securityGroupIds = securityGroupIds
        self.ipv6AllowedForDualStack = ipv6AllowedForDualStack
        vpcId = ""
    }

    enum CodingKeys: String, CodingKey {
        case subnetIds = "SubnetIds"
        case securityGroupIds = "SecurityGroupIds"
        case vpcId = "VpcId"
        case ipv6AllowedForDualStack = "Ipv6AllowedForDualStack"
    }
}

/// Kept as it was given: nothing is sent there.
public struct FunctionDeadLetterConfig: Codable, Sendable, Hashable {
    public var targetArn: String

    public init(targetArn: String) {
        self.targetArn = targetArn
    }

    enum CodingKeys: String, CodingKey { case targetArn = "TargetArn" }
}
