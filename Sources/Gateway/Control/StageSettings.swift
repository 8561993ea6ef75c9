import ControlAPI

/// Settings of a stage that `CreateStage` and `CreateDeployment` both take, and their rules.
struct StageSettings {
    var description: String?
    var cacheClusterEnabled: Bool?
    var cacheClusterSize: String?
    var variables: [String: String]?
    var tracingEnabled: Bool?

    /// In GB, as AWS offers them.
    static let cacheSizes = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"]
    static let largestVariableCount = 100
    static let longestVariableName = 64
    static let longestVariableValue = 512

    func check() throws {
        try Self.checkVariables(variables)
    }

    func apply(to stage: inout Stage) {
        if let description { stage.description = description.isEmpty ? nil : description }
        if let tracingEnabled { stage.tracingEnabled = tracingEnabled }
        if let cacheClusterEnabled { Self.setCache(cacheClusterEnabled, of: &stage) }
        if let cacheClusterSize { stage.cacheClusterSize = cacheClusterSize }
        if let variables, !variables.isEmpty {
            stage.variables = (stage.variables ?? [:]).merging(variables) { $1 }
        }
    }

    static func setCache(_ enabled: Bool, of stage: inout Stage) {
        stage.cacheClusterEnabled = enabled
        stage.cacheClusterStatus = enabled ? "AVAILABLE" : "NOT_AVAILABLE"
        if enabled, stage.cacheClusterSize == nil { stage.cacheClusterSize = "0.5" }
    }

    static func checkName(_ name: String) throws {
        guard !name.isEmpty else { throw ApiError.badRequest("Stage name must be non-empty") }
        guard name.utf8.count <= 128, name.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "-") }) else {
            throw ApiError.badRequest("Stage name only allows a-zA-Z0-9_- and at most 128 characters: \(name)")
        }
    }

    static func checkVariables(_ variables: [String: String]?) throws {
        guard let variables else { return }
        guard variables.count <= largestVariableCount else {
            throw ApiError.badRequest("Too many stage variables: a stage can have at most \(largestVariableCount)")
        }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            guard (1...longestVariableName).contains(name.utf8.count), name.utf8.allSatisfy(isWord) else {
                throw ApiError.badRequest(
                    "Invalid stage variable name: \(name). Please use 1 to \(longestVariableName) alphanumeric "
                        + "characters and underscores.")
            }
            guard value.utf8.count <= longestVariableValue, value.utf8.allSatisfy(isValueByte) else {
                throw ApiError.badRequest(
                    "Invalid stage variable value: \(value). Please use values with at most \(longestVariableValue) "
                        + "alphanumeric characters and the symbols '-', '.', '_', '~', ':', '/', '?', '#', '&', '=', "
                        + "and ','.")
            }
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isValueByte(_ byte: UInt8) -> Bool {
        isWord(byte) || "-.~:/?#&=,".utf8.contains(byte)
    }
}

/// Rules of a canary's settings.
enum CanaryRules {
    static let unknownDeployment = ApiError.badRequest("Deployment id does not exist")

    static func check(_ canary: CanarySettings?) throws {
        guard let canary else { return }
        guard (0...100).contains(canary.percentTraffic) else {
            throw ApiError.badRequest(
                "Invalid percentTraffic: \(canary.percentTraffic). It must be a number from 0.0 to 100.0")
        }
        try StageSettings.checkVariables(canary.stageVariableOverrides)
    }
}
