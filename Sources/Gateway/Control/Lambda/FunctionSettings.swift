import ControlAPI
import Foundation
import JSON

/// What `CreateFunction` and `UpdateFunctionConfiguration` set of a version; `nil` leaves it as it is.
///
/// Limits are AWS's. What this machine cannot give a function is refused (layers, file systems, container images);
/// what only says where AWS would run it is kept and shown (`VpcConfig`, `DeadLetterConfig`, `KMSKeyArn`).
struct FunctionSettings: Sendable {
    var runtime: String?
    var role: String?
    var handler: String?
    var description: String?
    var timeout: Int?
    var memorySize: Int?
    var environment: [String: String]?
    var architectures: [String]?
    private var body: RequestBody

    static let largestEnvironment = 4096

    /// Reads and checks the members. `violations` has those that are found before and is thrown with those found here.
    init(_ body: RequestBody, violations: Violations) throws {
        self.body = body
        runtime = try body.string("Runtime")
        role = try body.string("Role")
        handler = try body.string("Handler")
        description = try body.string("Description")
        timeout = try body.int("Timeout")
        memorySize = try body.int("MemorySize")
        environment = try body.structure("Environment").map { try $0.stringMap("Variables") ?? [:] }
        architectures = try body.strings("Architectures")
        var violations = violations
        try checkModel(&violations)
        try violations.throwIfAny()
        try checkValues()
    }

    private func checkModel(_ violations: inout Violations) throws {
        if let role, !Self.isRole(role) {
            violations.add(
                role, at: "role",
                #"Member must satisfy regular expression pattern: "#
                    + #"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"#)
        }
        violations.check(handler, at: "handler", longest: 128)
        if let handler, handler.isEmpty || handler.contains(where: \.isWhitespace) {
            violations.add(handler, at: "handler", #"Member must satisfy regular expression pattern: [^\s]+"#)
        }
        violations.check(description, at: "description", longest: 256)
        violations.check(timeout, at: "timeout", in: 1...900)
        violations.check(memorySize, at: "memorySize", in: 128...10_240)
        violations.check(try body.string("PackageType"), at: "packageType", oneOf: ["Zip", "Image"])
        if let architectures {
            let isKnown = architectures.count == 1 && ["x86_64", "arm64"].contains(architectures[0])
            if !isKnown {
                violations.add(
                    "[\(architectures.joined(separator: ", "))]", at: "architectures",
                    "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must "
                        + "not be null]")
            }
        }
        for name in (environment ?? [:]).keys.sorted() where !Self.isVariableName(name) {
            violations.add(
                name, at: "environment.variables",
                "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "
                    + "[a-zA-Z]([a-zA-Z0-9_])+]")
        }
        violations.check(
            try body.structure("EphemeralStorage")?.int("Size"), at: "ephemeralStorage.size", in: 512...10_240)
        violations.check(
            try body.structure("TracingConfig")?.string("Mode"), at: "tracingConfig.mode",
            oneOf: ["Active", "PassThrough"])
        violations.check(
            try body.structure("SnapStart")?.string("ApplyOn"), at: "snapStart.applyOn",
            oneOf: ["PublishedVersions", "None"])
        if let logging = try body.structure("LoggingConfig") {
            violations.check(try logging.string("LogFormat"), at: "loggingConfig.logFormat", oneOf: ["JSON", "Text"])
            violations.check(
                try logging.string("ApplicationLogLevel"), at: "loggingConfig.applicationLogLevel",
                oneOf: ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])
            violations.check(
                try logging.string("SystemLogLevel"), at: "loggingConfig.systemLogLevel",
                oneOf: ["DEBUG", "INFO", "WARN"])
            violations.check(try logging.string("LogGroup"), at: "loggingConfig.logGroup", longest: 512)
        }
    }

    private func checkValues() throws {
        if let runtime { try FunctionRuntimes.check(runtime) }
        if try body.string("PackageType") == "Image" || body.has("ImageConfig") {
            throw ApiError.invalidParameter(
                "Container images are not run by this engine: send a zip file (Code.ZipFile) with PackageType Zip")
        }
        for member in ["Layers", "FileSystemConfigs"] where body.object[member]?.array?.isEmpty == false {
            throw ApiError.invalidParameter(
                "\(member) are not supported by this engine: put what they hold into the function's own code")
        }
        if let environment { try Self.check(environment) }
    }

    private static func check(_ environment: [String: String]) throws {
        let reserved = environment.keys.filter(reservedVariables.contains).sorted()
        guard reserved.isEmpty else {
            throw ApiError.invalidParameter(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided contains reserved keys that are currently not supported for modification. Reserved "
                    + "keys used in this request: \(reserved.joined(separator: ", "))")
        }
        for (name, value) in environment where value.utf8.contains(0) {
            throw ApiError.invalidParameter("The value of the environment variable \(name) has a NUL in it")
        }
        let text = JSON.object(
            JSONObject(environment.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) })
        ).text()
        guard text.utf8.count <= largestEnvironment else {
            throw ApiError.invalidParameter(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                    + "provided exceeded the 4KB limit. String measured: \(text.prefix(largestEnvironment))")
        }
    }

    static let reservedVariables: Set<String> = [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ]

    private static func isRole(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[1].hasPrefix("aws") && parts[2] == "iam"
            && parts[3].isEmpty && parts[4].utf8.count == 12 && parts[4].utf8.allSatisfy { (48...57).contains($0) }
            && parts[5].hasPrefix("role") && parts[5].utf8.count > 5
            && parts[5].utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"#$%&'()*:;<>?[\\]^`{|}~!".utf8.contains($0) }
    }

    private static func isVariableName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard bytes.count >= 2, isLetter(bytes[0]) else { return false }
        return bytes.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// Puts what was given into a version.
    func apply(to configuration: inout FunctionConfiguration, region: String) throws {
        if let runtime { configuration.runtime = runtime }
        if let role { configuration.role = role }
        if let handler { configuration.handler = handler }
        if let description { configuration.description = description }
        if let timeout { configuration.timeout = timeout }
        if let memorySize { configuration.memorySize = memorySize }
        if let architectures { configuration.architectures = architectures }
        if let environment {
            configuration.environment = environment.isEmpty ? nil : FunctionEnvironment(variables: environment)
        }
        if let key = try body.string("KMSKeyArn") { configuration.kmsKeyArn = key.isEmpty ? nil : key }
        if let size = try body.structure("EphemeralStorage")?.int("Size") { configuration.ephemeralStorage.size = size }
        if let mode = try body.structure("TracingConfig")?.string("Mode") { configuration.tracingConfig.mode = mode }
        if let applyOn = try body.structure("SnapStart")?.string("ApplyOn") {
            configuration.snapStart.applyOn = applyOn
        }
        if let target = try body.structure("DeadLetterConfig")?.string("TargetArn") {
            configuration.deadLetterConfig = target.isEmpty ? nil : FunctionDeadLetterConfig(targetArn: target)
        }
        if let vpc = try body.structure("VpcConfig") {
            configuration.vpcConfig = FunctionVpcConfig(
                subnetIds: try vpc.strings("SubnetIds") ?? [],
                securityGroupIds: try vpc.strings("SecurityGroupIds") ?? [],
                ipv6AllowedForDualStack: try vpc.bool("Ipv6AllowedForDualStack") ?? false)
        }
        try applyLogging(to: &configuration.loggingConfig)
        configuration.runtimeVersionConfig = FunctionRuntimeVersion(
            runtimeVersionArn: "arn:aws:lambda:\(region)::runtime:\(configuration.runtime ?? "")")
    }

    private func applyLogging(to logging: inout FunctionLogging) throws {
        guard let given = try body.structure("LoggingConfig") else { return }
        if let format = try given.string("LogFormat") { logging.logFormat = format }
        if let group = try given.string("LogGroup"), !group.isEmpty { logging.logGroup = group }
        let isText = logging.logFormat == "Text"
        let application = try given.string("ApplicationLogLevel")
        let system = try given.string("SystemLogLevel")
        if isText, application != nil || system != nil {
            throw ApiError.invalidParameter(
                "To use ApplicationLogLevel or SystemLogLevel, you must set LogFormat to JSON.")
        }
        logging.applicationLogLevel = isText ? nil : application ?? logging.applicationLogLevel ?? "INFO"
        logging.systemLogLevel = isText ? nil : system ?? logging.systemLogLevel ?? "INFO"
    }
}
