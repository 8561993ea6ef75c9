import ControlAPI

/// `retry` of an integration: a member that is Sluice's own and that AWS's clients never see unless they set it.
enum IntegrationRetryRules {
    static let attempts = 1...5
    private static let delays = 0...29_000
    private static let timeouts = 10...29_000
    private static let percents = 0...100

    static func read(_ body: RequestBody) throws -> IntegrationRetry {
        guard let maxAttempts = try body.int("maxAttempts") else {
            throw ApiError.badRequest("Invalid retry specified: maxAttempts must be given, a number from 1 to 5")
        }
        var retry = IntegrationRetry(maxAttempts: maxAttempts)
        retry.baseDelayMillis = try body.int("baseDelayMillis")
        retry.maxDelayMillis = try body.int("maxDelayMillis")
        retry.attemptTimeoutMillis = try body.int("attemptTimeoutMillis")
        retry.budgetPercent = try body.int("budgetPercent")
        retry.retryOn = try body.strings("retryOn")
        return retry
    }

    /// What has to hold after any change.
    static func check(_ integration: Integration) throws {
        guard let retry = integration.retry else { return }
        guard integration.type == "HTTP" || integration.type == "HTTP_PROXY" else {
            throw ApiError.badRequest(
                "Invalid retry specified: integrations of type \(integration.type) are never tried again, only HTTP and "
                    + "HTTP_PROXY are")
        }
        try check(retry.maxAttempts, "maxAttempts", in: attempts)
        try check(retry.baseDelayMillis, "baseDelayMillis", in: delays)
        try check(retry.maxDelayMillis, "maxDelayMillis", in: delays)
        try check(retry.attemptTimeoutMillis, "attemptTimeoutMillis", in: timeouts)
        try check(retry.budgetPercent, "budgetPercent", in: percents)
        for cause in retry.retryOn ?? [] where !IntegrationRetry.causes.contains(cause) {
            throw ApiError.badRequest(
                "Invalid retry.retryOn specified: '\(cause)'. Valid options are "
                    + IntegrationRetry.causes.joined(separator: ","))
        }
    }

    private static func check(_ value: Int?, _ name: String, in range: ClosedRange<Int>) throws {
        guard let value, !range.contains(value) else { return }
        throw ApiError.badRequest(
            "Invalid retry.\(name) specified: \(value). It must be a number from \(range.lowerBound) to "
                + "\(range.upperBound)")
    }

    // MARK: UpdateIntegration

    private static let paths = [
        "/retry", "/retry/maxAttempts", "/retry/baseDelayMillis", "/retry/maxDelayMillis",
        "/retry/attemptTimeoutMillis", "/retry/budgetPercent", "/retry/retryOn",
    ]

    /// `remove /retry`, or `replace`, `add` or `remove` of one of its members; `retryOn` is a list with commas. Setting
    /// a member where there is no `retry` makes one with two attempts.
    static func apply(_ step: Patch.Step, to retry: inout IntegrationRetry?) throws {
        guard paths.contains(step.path) else { throw Patch.invalidPath(step, oneOf: paths) }
        if step.path == "/retry" {
            guard step.op == "remove" else { throw Patch.onlyOps(["remove"]) }
            retry = nil
            return
        }
        guard ["add", "replace", "remove"].contains(step.op) else { throw Patch.onlyOps(["add", "replace", "remove"]) }
        var changed = retry ?? IntegrationRetry(maxAttempts: 2)
        let isRemoved = step.op == "remove"
        func number(_ range: ClosedRange<Int>) throws -> Int? { isRemoved ? nil : try Patch.int(step, in: range) }
        switch step.parts[1] {
        case "maxAttempts":
            guard let attempts = try number(attempts) else { throw Patch.onlyOps(["add", "replace"]) }
            changed.maxAttempts = attempts
        case "baseDelayMillis": changed.baseDelayMillis = try number(delays)
        case "maxDelayMillis": changed.maxDelayMillis = try number(delays)
        case "attemptTimeoutMillis": changed.attemptTimeoutMillis = try number(timeouts)
        case "budgetPercent": changed.budgetPercent = try number(percents)
        default:
            let names = step.nonEmptyValue?.split(separator: ",").map { String($0.drop { $0 == " " }) }
            changed.retryOn = isRemoved ? nil : names
        }
        retry = changed
    }
}
