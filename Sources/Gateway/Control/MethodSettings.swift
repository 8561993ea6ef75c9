import ControlAPI

/// Paths of method settings in `UpdateStage`: `/{resource path}/{verb}/{group}/{setting}`.
enum MethodSettingPath: String, CaseIterable {
    case metricsEnabled = "/metrics/enabled"
    case dataTrace = "/logging/dataTrace"
    case logLevel = "/logging/loglevel"
    case burstLimit = "/throttling/burstLimit"
    case rateLimit = "/throttling/rateLimit"
    case cachingEnabled = "/caching/enabled"
    case ttl = "/caching/ttlInSeconds"
    case dataEncrypted = "/caching/dataEncrypted"
    case requireAuthorization = "/caching/requireAuthorizationForCacheControl"
    case headerStrategy = "/caching/unauthorizedCacheControlHeaderStrategy"

    static let headerStrategies = [
        "FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER",
    ]

    /// What a method has before the first of its settings is changed. AWS shows no `loggingLevel` until one is set.
    static var defaults: MethodSetting {
        var setting = MethodSetting()
        setting.metricsEnabled = false
        setting.dataTraceEnabled = false
        setting.throttlingBurstLimit = 5000
        setting.throttlingRateLimit = 10_000
        setting.cachingEnabled = false
        setting.cacheTtlInSeconds = 300
        setting.cacheDataEncrypted = false
        setting.requireAuthorizationForCacheControl = true
        setting.unauthorizedCacheControlHeaderStrategy = "SUCCEED_WITH_RESPONSE_HEADER"
        return setting
    }

    /// The key in `methodSettings` and the setting; `nil` if the path is none. `/~1pets/GET/metrics/enabled` and
    /// `/pets/GET/metrics/enabled` both have the key `pets/GET`; the root's is `/GET`.
    static func parse(_ path: String) -> (key: String, setting: MethodSettingPath)? {
        guard let setting = allCases.first(where: { path.hasSuffix($0.rawValue) }) else { return nil }
        let method = String(path.dropLast(setting.rawValue.count))
        guard let slash = method.lastIndex(of: "/"), slash != method.startIndex else { return nil }
        let verb = method[method.index(after: slash)...]
        let resource = method[..<slash]
        if resource == "/*" || verb == "*" {
            guard resource == "/*", verb == "*" else { return nil }
        } else {
            guard Verbs.all.contains(String(verb)) else { return nil }
        }
        return (key(of: method), setting)
    }

    /// A path without its first slash, unescaped; a resource path without its own first slash.
    static func key(of path: String) -> String {
        let text = Patch.parts(path).joined(separator: "/")
        return text.hasPrefix("/") ? String(text.dropFirst()) : text
    }

    func applied(_ step: Patch.Step, to setting: MethodSetting) throws -> MethodSetting {
        var setting = setting
        switch self {
        case .metricsEnabled: setting.metricsEnabled = try Patch.bool(step)
        case .dataTrace: setting.dataTraceEnabled = try Patch.bool(step)
        case .logLevel:
            guard let level = step.value?.uppercased(), ["OFF", "ERROR", "INFO"].contains(level) else {
                throw ApiError.badRequest("Invalid logging level specified. Valid options are OFF,ERROR,INFO")
            }
            setting.loggingLevel = level
        case .burstLimit: setting.throttlingBurstLimit = try Patch.int(step, in: -1...Int(Int32.max))
        case .rateLimit:
            guard let rate = step.value.flatMap({ Double($0) }), rate.isFinite, rate >= -1 else {
                throw ApiError.badRequest(
                    "Invalid patch value  '\(step.value ?? "null")' specified for path \(step.path). Must be a number")
            }
            setting.throttlingRateLimit = rate
        case .cachingEnabled: setting.cachingEnabled = try Patch.bool(step)
        case .ttl: setting.cacheTtlInSeconds = try Patch.int(step, in: 0...3600)
        case .dataEncrypted: setting.cacheDataEncrypted = try Patch.bool(step)
        case .requireAuthorization: setting.requireAuthorizationForCacheControl = try Patch.bool(step)
        case .headerStrategy:
            guard let strategy = step.value, Self.headerStrategies.contains(strategy) else {
                throw ApiError.badRequest(
                    "Invalid unauthorizedCacheControlHeaderStrategy specified. Valid options are "
                        + Self.headerStrategies.joined(separator: ","))
            }
            setting.unauthorizedCacheControlHeaderStrategy = strategy
        }
        return setting
    }
}
