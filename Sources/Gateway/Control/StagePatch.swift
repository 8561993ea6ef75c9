import ControlAPI

/// Carries out the steps of an `UpdateStage` call, one after the other, with AWS's refusals.
struct StagePatch {
    private(set) var stage: Stage
    let deploymentExists: (String) throws -> Bool

    mutating func apply(_ step: Patch.Step) throws {
        if step.op == "copy" { return try copy(step) }
        let parts = step.parts
        if parts[0] == "canarySettings" { return try patchCanary(step, parts: parts) }
        if step.op == "remove" { return try remove(step, parts: parts) }
        guard step.op == "replace" || step.op == "add" else {
            throw ApiError.badRequest("Invalid \(step.op) operation with path: \(step.path)")
        }
        switch (parts[0], parts.count) {
        case ("deploymentId", 1):
            stage.deploymentId = try deployment(step)
        case ("description", 1):
            stage.description = step.nonEmptyValue
        case ("documentationVersion", 1):
            stage.documentationVersion = step.nonEmptyValue
        case ("cacheClusterEnabled", 1):
            StageSettings.setCache(try Patch.bool(step), of: &stage)
        case ("cacheClusterSize", 1):
            guard let size = step.value, StageSettings.cacheSizes.contains(size) else {
                throw ApiError.badRequest(
                    "Invalid cacheClusterSize specified. Valid options are "
                        + StageSettings.cacheSizes.joined(separator: ","))
            }
            stage.cacheClusterSize = size
        case ("clientCertificateId", 1):
            stage.clientCertificateId = step.nonEmptyValue
        case ("tracingEnabled", 1):
            stage.tracingEnabled = try Patch.bool(step)
        case ("variables", 2):
            stage.variables = (stage.variables ?? [:]).merging([parts[1]: step.value ?? ""]) { $1 }
        case ("accessLogSettings", _):
            try patchAccessLog(step, parts: parts)
        default:
            guard let (key, setting) = MethodSettingPath.parse(step.path) else { throw Self.invalidPath(step.path) }
            var settings = stage.methodSettings ?? [:]
            settings[key] = try setting.applied(step, to: settings[key] ?? MethodSettingPath.defaults)
            stage.methodSettings = settings
        }
    }

    private func deployment(_ step: Patch.Step) throws -> String {
        guard let id = step.value, try deploymentExists(id) else { throw CanaryRules.unknownDeployment }
        return id
    }

    private mutating func patchAccessLog(_ step: Patch.Step, parts: [String]) throws {
        guard parts.count == 2, ["destinationArn", "format"].contains(parts[1]) else {
            throw ApiError.badRequest(
                "Invalid accessLogSettings path. "
                    + "Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]")
        }
        guard let value = step.nonEmptyValue else { throw ApiError.badRequest("Access Log value must not be empty") }
        var settings = stage.accessLogSettings ?? AccessLogSettings()
        if parts[1] == "format" {
            try AccessLogRules.check(format: value)
            settings.format = value
        } else {
            try AccessLogRules.check(destinationArn: value)
            settings.destinationArn = value
        }
        stage.accessLogSettings = settings
    }

    private mutating func remove(_ step: Patch.Step, parts: [String]) throws {
        switch (parts[0], parts.count) {
        case ("variables", 2):
            guard stage.variables?.removeValue(forKey: parts[1]) != nil else {
                throw ApiError.badRequest("Cannot remove stage variable \(parts[1]) because the stage does not have it")
            }
            if stage.variables?.isEmpty == true { stage.variables = nil }
        case ("accessLogSettings", 1):
            stage.accessLogSettings = nil
        default:
            let key = MethodSettingPath.key(of: step.path)
            guard stage.methodSettings?.removeValue(forKey: key) != nil else { throw Self.noSetting(step) }
        }
    }

    // MARK: Canary

    /// Promotion: `/canarySettings/deploymentId` to `/deploymentId`, the overrides to `/variables`.
    private mutating func copy(_ step: Patch.Step) throws {
        guard let from = step.from, ["/deploymentId", "/variables"].contains(step.path),
            ["/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides"].contains(from)
        else {
            throw ApiError.badRequest(
                "Invalid copy operation with path: \(step.path) and from \(step.from ?? "null"). "
                    + "Valid copy:path are [/deploymentId, /variables] and valid copy:from are "
                    + "[/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]")
        }
        guard let canary = stage.canarySettings else {
            throw ApiError.badRequest("Promotion not available. Canary does not exist.")
        }
        if step.path == "/deploymentId" {
            stage.deploymentId = canary.deploymentId
        } else if let overrides = canary.stageVariableOverrides {
            stage.variables = (stage.variables ?? [:]).merging(overrides) { $1 }
        }
    }

    private mutating func patchCanary(_ step: Patch.Step, parts: [String]) throws {
        let member = parts.count > 1 ? parts[1] : ""
        let isOverride = member == "stageVariableOverrides" && parts.count == 3
        let isMember = ["percentTraffic", "deploymentId", "useStageCache"].contains(member) && parts.count == 2
        if step.op == "remove", parts.count == 1 {
            stage.canarySettings = nil
            return
        }
        if step.op == "remove", isOverride, stage.canarySettings?.stageVariableOverrides?[parts[2]] != nil {
            stage.canarySettings?.stageVariableOverrides?[parts[2]] = nil
            if stage.canarySettings?.stageVariableOverrides?.isEmpty == true {
                stage.canarySettings?.stageVariableOverrides = nil
            }
            return
        }
        guard step.op == "replace" else {
            guard isMember || isOverride else { throw Self.noSetting(step) }
            throw ApiError.badRequest("Invalid \(step.op) operation with path: \(step.path)")
        }
        guard isMember || isOverride else { throw Self.invalidPath(step.path) }
        // The first step makes the canary, with the stage's own deployment and no traffic.
        var canary = stage.canarySettings ?? CanarySettings(percentTraffic: 0, deploymentId: stage.deploymentId)
        switch member {
        case "percentTraffic":
            guard let percent = step.value.flatMap({ Double($0) }), (0...100).contains(percent) else {
                throw ApiError.badRequest(
                    "Invalid percentTraffic: \(step.value ?? "null"). It must be a number from 0.0 to 100.0")
            }
            canary.percentTraffic = percent
        case "deploymentId":
            canary.deploymentId = try deployment(step)
        case "useStageCache":
            canary.useStageCache = try Patch.bool(step)
        default:
            canary.stageVariableOverrides =
                (canary.stageVariableOverrides ?? [:]).merging([parts[2]: step.value ?? ""]) { $1 }
        }
        stage.canarySettings = canary
    }

    // MARK: Refusals

    /// AWS's own text, with the blank at its end.
    private static func noSetting(_ step: Patch.Step) -> ApiError {
        .badRequest(
            "Cannot \(step.op) method setting \(MethodSettingPath.key(of: step.path)) "
                + "because there is no method setting for this method ")
    }

    private static func invalidPath(_ path: String) -> ApiError {
        .badRequest("Invalid method setting path: \(path). Must be one of: [\(validPaths)]")
    }

    /// As AWS prints them, with the commas that it forgets.
    private static let validPaths = [
        "/deploymentId", "/description", "/cacheClusterEnabled", "/cacheClusterSize", "/clientCertificateId",
        "/accessLogSettings", "/accessLogSettings/destinationArn", "/accessLogSettings/format",
        "/{resourcePath}/{httpMethod}/metrics/enabled", "/{resourcePath}/{httpMethod}/logging/dataTrace",
        "/{resourcePath}/{httpMethod}/logging/loglevel",
        "/{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit"
            + "/{resourcePath}/{httpMethod}/caching/ttlInSeconds",
        "/{resourcePath}/{httpMethod}/caching/enabled", "/{resourcePath}/{httpMethod}/caching/dataEncrypted",
        "/{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl",
        "/{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy", "/*/*/metrics/enabled",
        "/*/*/logging/dataTrace", "/*/*/logging/loglevel",
        "/*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds", "/*/*/caching/enabled",
        "/*/*/caching/dataEncrypted", "/*/*/caching/requireAuthorizationForCacheControl",
        "/*/*/caching/unauthorizedCacheControlHeaderStrategy", "/variables/{variable_name}", "/tracingEnabled",
    ].joined(separator: ", ")
}
