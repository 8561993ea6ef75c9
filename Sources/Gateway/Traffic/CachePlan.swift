import ControlAPI

/// How one method's answers are cached, compiled from the stage's settings and the method's integration.
///
/// AWS's guide does not say which answers are stored. As its users report, all that an integration gives are, errors
/// (4xx, 5xx) among them; what the gateway answers itself (timeouts, refused requests) never is. A backend's
/// `Cache-Control` does not count.
final class CachePlan: Sendable {
    /// What `Cache-Control: max-age=0` of a client does.
    enum Invalidation: Sendable, Equatable {
        case allowed
        /// The caller needs `execute-api:InvalidateCache`.
        case refused(EffectiveSettings.UnauthorizedCacheControl)
    }

    /// Bytes of the largest body that is stored.
    static let largestResponse = 1_048_576
    /// Seconds for which it is remembered that an answer was larger.
    static let passSeconds = 60

    let cache: StageCache
    let key: CacheKey
    /// Nanoseconds.
    let timeToLive: UInt64
    let isEncrypted: Bool
    /// `ANY` methods cache `GET` alone, unless a setting of their own says that they cache.
    let cachesOnlyGet: Bool
    let invalidation: Invalidation
    /// Whether an answer that is to be stored has to be whole and plain, whatever the request that asks for it could do
    /// with: see ``asksForOwnForm(_:)``. Not where such a header is part of the key.
    let wantsWholeAnswers: Bool
    /// Nanoseconds for which a request waits for another's backend call: the integration's timeout.
    let patience: UInt64

    /// `nil` where the stage's cache or the method's caching is off. Throws where a key parameter is none.
    init?(
        _ cache: StageCache?, settings: EffectiveSettings, verb: String, resource: String, integration: Integration?,
        plan: IntegrationPlan, scope: MappingScope
    ) throws {
        guard let cache, let integration, settings.cachingEnabled, settings.cacheTtl > 0 else { return nil }
        if case .unavailable = plan { return nil }
        self.cache = cache
        timeToLive = UInt64(min(settings.cacheTtl, 3600)) * 1_000_000_000
        isEncrypted = settings.cacheDataEncrypted
        cachesOnlyGet = verb == "ANY" && !settings.cachesByOwnSetting
        invalidation =
            settings.requireAuthorizationForCacheControl ? .refused(settings.unauthorizedCacheControl) : .allowed
        let milliseconds = min(max(integration.timeoutInMillis ?? 29_000, 50), 29_000)
        patience = UInt64(milliseconds) * 1_000_000
        var isProxy = false
        if case .httpProxy = plan { isProxy = true }
        if case .lambda(let function) = plan, function.isProxy { isProxy = true }
        var parts: [(name: String, value: CacheKey.Value)] = []
        for name in Set(integration.cacheKeyParameters ?? []).sorted() {
            guard let value = try Self.value(name, of: integration, isProxy: isProxy, scope: scope) else { continue }
            parts.append((name, value))
        }
        let namespace = integration.cacheNamespace.flatMap { $0.isEmpty ? nil : $0 } ?? resource
        wantsWholeAnswers = !parts.contains { part in
            guard case .header(let name, _) = part.value else { return false }
            let text = String(decoding: name, as: UTF8.self)
            return HeaderID.allCases.contains { Self.asksForOwnForm($0) && $0.name.description == text }
        }
        key = CacheKey(
            namespace: namespace, isEncrypted: isEncrypted, parts: parts, dependsOnAccept: plan.answersByAccept)
    }

    /// `nil` where the parameter does not go to the backend, so that it cannot change the answer.
    private static func value(
        _ name: String, of integration: Integration, isProxy: Bool, scope: MappingScope
    ) throws -> CacheKey.Value? {
        let target = "cacheKeyParameters"
        let side = "integration.request."
        var expression = name
        if name.hasPrefix(side) {
            if let mapped = integration.requestParameters?[name] {
                expression = mapped
            } else {
                let rest = name.dropFirst(side.count)
                guard rest.hasPrefix("querystring.") || rest.hasPrefix("header.") || rest.hasPrefix("path.") else {
                    throw PlanError.mapping(target: target, expression: name, reason: Self.rule)
                }
                // A proxied request's own query and headers go on as they are.
                guard isProxy, !rest.hasPrefix("path.") else { return nil }
                expression = "method.request." + rest
            }
        } else if !["path.", "querystring.", "multivaluequerystring.", "header.", "multivalueheader."].contains(
            where: { name.hasPrefix("method.request." + $0) })
        {
            throw PlanError.mapping(target: target, expression: name, reason: Self.rule)
        }
        switch try scope.source(expression, target: target, side: .request) {
        case .path(let place): return .path(place)
        case .query(let name, let multi): return .query(name: name, multi: multi)
        case .header(let name, let multi): return .header(name: name.map(ByteScan.lowercased), multi: multi)
        case .literal: return nil
        case let source: return .source(source)
        }
    }

    private static let rule =
        "a cache key parameter has to be {method|integration}.request.{path|querystring|header}.{name} or "
        + "method.request.{multivaluequerystring|multivalueheader}.{name}"

    /// Headers by which a client asks for a part of an answer, for none if it has it already, or for a coding. On the
    /// way to fill the cache `HTTP_PROXY` leaves them out: their answer would be given to others that asked for none.
    @inline(__always)
    static func asksForOwnForm(_ id: HeaderID) -> Bool {
        switch id {
        case .ifMatch, .ifModifiedSince, .ifNoneMatch, .ifRange, .ifUnmodifiedSince, .range, .acceptEncoding: true
        default: false
        }
    }

    @inline(__always)
    func caches(_ verb: Verb) -> Bool { !cachesOnlyGet || verb == .get }
}

extension IntegrationPlan {
    /// Whether a response has more than one template, so that `Accept` chooses.
    fileprivate var answersByAccept: Bool {
        switch self {
        case .mock(let plan): plan.responses.offersTypes
        case .http(let plan): plan.responses.offersTypes
        case .lambda(let plan): !plan.isProxy && plan.responses.offersTypes
        case .httpProxy, .unavailable: false
        }
    }
}

extension ResponseSelection {
    fileprivate var offersTypes: Bool { entries.contains { $0.templates.count > 1 } }
}

/// What the cache did for a request.
enum CacheResult: Sendable {
    /// The method does not cache.
    case notCached
    /// Answered from the cache, or with the answer that another request's backend call brought.
    case hit
    /// The backend was called.
    case miss
}
