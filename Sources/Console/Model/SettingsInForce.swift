import ControlAPI

/// What a stage's method settings say for one method: its own, over those of `*/*`.
struct SettingsInForce: Equatable {
    /// `OFF`, `ERROR` or `INFO`.
    var loggingLevel = "OFF"
    /// Seconds that answers are kept; `nil` where nothing is cached.
    var cacheTtl: Int?
    /// The method's own limit, in requests a second.
    var ownRate: Double?

    /// Keys have a resource's path without its first slash: `pets/{id}/GET`, the root's is `/GET`.
    init(_ stage: Stage, path: String, verb: String) {
        let settings = stage.methodSettings ?? [:]
        let all = settings["*/*"]
        let own = settings["\(path.hasPrefix("/") ? String(path.dropFirst()) : path)/\(verb)"]
        loggingLevel = own?.loggingLevel ?? all?.loggingLevel ?? "OFF"
        ownRate = own?.throttlingRateLimit
        // What is set for all methods caches GET alone.
        let caches = own?.cachingEnabled ?? (verb == "GET" || verb == "ANY" ? all?.cachingEnabled : nil) ?? false
        let ttl = own?.cacheTtlInSeconds ?? all?.cacheTtlInSeconds ?? 300
        if stage.cacheClusterEnabled == true, caches, ttl > 0 { cacheTtl = ttl }
    }
}
