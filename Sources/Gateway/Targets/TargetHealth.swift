import ControlAPI

/// What active checks say of one address, as ELB has it: the first success makes a new target healthy; after that it
/// takes `unhealthyThresholdCount` failures in a row to lose it and `healthyThresholdCount` successes to win it back.
struct TargetHealth: Sendable {
    enum State: Sendable { case initial, healthy, unhealthy }

    private(set) var state: State
    /// Why the last check failed; `nil` after a success.
    private(set) var reason: String?
    private var successes = 0
    private var failures = 0

    init(isChecked: Bool) {
        state = isChecked ? .initial : .healthy
    }

    /// `failure` is `nil` for a success. Whether the state changed.
    mutating func note(_ failure: String?, _ check: TargetPool.HealthCheck) -> Bool {
        let before = state
        reason = failure
        if failure == nil {
            failures = 0
            successes = min(successes + 1, check.healthyThresholdCount)
            if state == .initial || successes >= check.healthyThresholdCount { state = .healthy }
        } else {
            successes = 0
            failures = min(failures + 1, check.unhealthyThresholdCount)
            if failures >= check.unhealthyThresholdCount { state = .unhealthy }
        }
        return state != before
    }
}
