import ControlAPI

/// What a request to a method has to pass before anything else is done for it.
struct MethodLimits: Sendable {
    enum ApiKeyRequirement: Sendable {
        case none
        /// `x-api-key`.
        case header
        /// `usageIdentifierKey` of a Lambda authorizer.
        case authorizer
    }

    var apiKey = ApiKeyRequirement.none
    /// What plans' limits for the method are kept by.
    var identity = MethodIdentity(stage: -1, path: .max, verb: .other)
    /// The stage's limit; `nil` where there is none but the account's.
    var throttle: StageThrottle?
}

/// Resolves the limits of one stage's methods.
struct LimitCompiler {
    let throttles: ThrottleRegistry
    /// The stage's identity.
    let stage: Int

    func limits(
        of method: Method, verb: String, path: UInt32, settings: EffectiveSettings, apiKeySource: String?
    ) -> MethodLimits {
        let identity = MethodIdentity(stage: stage, path: path, method: verb)
        var limits = MethodLimits(identity: identity)
        if method.apiKeyRequired == true { limits.apiKey = apiKeySource == "AUTHORIZER" ? .authorizer : .header }
        limits.throttle = throttles.throttle(stage: stage, method: identity, settings: settings)
        return limits
    }

    /// The buckets that the variants take from, each once.
    func throttles(of variants: [VariantPlan]) -> [StageThrottle] {
        var seen: Set<ObjectIdentifier> = []
        return variants.flatMap(\.routes.allMethods).compactMap(\.limits.throttle)
            .filter { seen.insert(ObjectIdentifier($0.bucket)).inserted }
    }
}
