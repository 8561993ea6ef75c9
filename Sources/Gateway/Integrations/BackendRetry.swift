import NIOCore

/// When a request goes to the backend again.
///
/// Always, once: an idempotent request that never reached the backend (no connection, or a kept one that the backend
/// had closed meanwhile), over a new connection, and to another target where there is a pool. A connection that could
/// not be made has taken nothing of a body; one that was lost may have, so that a body that was streamed goes only
/// where it was kept.
///
/// More where the integration has `retry`: what it names, after a wait, as long as attempts, the budget and the
/// integration's own timeout allow it. Verbs that are not idempotent only when the request never reached the backend.
/// The body of such an integration is collected first, at most 10 MB as all bodies that are, so that it can go again.
/// Nothing is tried again once a byte of the response's head has come, but for the statuses that `retry` names.
extension Exchange {
    /// When all attempts together have to be over.
    var callDeadline: UInt64 { integrationStarted &+ timeout }

    /// Whether the request goes out once more.
    func triesAgain(after failure: UpstreamFailure, _ now: UInt64) -> Bool {
        guard !responseStarted, outcome.status == 0, let plan = httpPlan, now < callDeadline else { return false }
        let isIdempotent = (plan.verb ?? head.wantedVerb).isIdempotent
        let cause: RetryCauses
        let reason: String
        switch failure {
        case .refused(let text):
            (cause, reason) = (.connectFailure, text)
            if !hasRetried, isIdempotent { return sendAgain(plan, reason) }
        case .closed(beforeResponse: false, _): return false
        case .closed(_, let reused):
            (cause, reason) = (.reset, "connection closed")
            if reused, !hasRetried, isIdempotent, canSendBodyAgain(plan) { return sendAgain(plan, reason) }
        case .timedOut: (cause, reason) = (.timeout, "no response in time")
        case .tls(let fault):
            // Another target may have a better certificate; the same one has not.
            guard !triedTargets.isEmpty else { return false }
            (cause, reason) = (.connectFailure, "\(fault)")
            if !hasRetried, isIdempotent { return sendAgain(plan, reason) }
        case .malformed: return false
        }
        guard let retry = plan.retry, retry.causes.contains(cause), isIdempotent || cause == .connectFailure else {
            return false
        }
        return schedule(retry, because: reason, now)
    }

    /// A response whose status `retry` names: it is dropped with its connection.
    func triesAgain(afterStatus response: ResponseHead, _ bytes: ByteBuffer) -> Bool {
        guard let plan = httpPlan, let retry = plan.retry, retry.causes.contains(RetryCauses(status: response.status)),
            !RetryCauses(status: response.status).isEmpty, (plan.verb ?? head.wantedVerb).isIdempotent
        else { return false }
        let wait = retryAfter(bytes)
        let now = LoopClock.monotonic()
        guard schedule(retry, because: "status \(response.status)", notBefore: wait, now) else { return false }
        if response.status == 429 { leaveTarget() } else { failTarget() }
        dropUpstream()
        return true
    }

    private func canSendBodyAgain(_ plan: HTTPPlan) -> Bool {
        !isProxy || head.body == .none || plan.retry != nil
    }

    /// At once, over a new connection.
    private func sendAgain(_ plan: HTTPPlan, _ reason: String) -> Bool {
        hasRetried = true
        trace("Sending the request again over a new connection: \(reason)")
        call(plan)
        return true
    }

    /// Nanoseconds that the backend asks to wait for, where it says so in seconds.
    private func retryAfter(_ bytes: ByteBuffer) -> UInt64 {
        let name = Array("retry-after".utf8)
        return bytes.withUnsafeReadableBytes { all in
            guard let base = all.baseAddress else { return 0 }
            let table = loop.responseTable
            for index in 0..<table.count where table[index].name.length == name.count {
                let field = table[index]
                let isNamed = name.indices.allSatisfy {
                    ByteScan.lowercased(base.load(fromByteOffset: field.name.lower + $0, as: UInt8.self)) == name[$0]
                }
                if isNamed {
                    return UInt64(min(max(ByteScan.decimal(base, field.value) ?? 0, 0), 3600)) * 1_000_000_000
                }
            }
            return 0
        }
    }

    private func schedule(_ retry: RetryPlan, because reason: String, notBefore wait: UInt64 = 0, _ now: UInt64) -> Bool
    {
        guard attempts < retry.maxAttempts else { return false }
        let delay = max(wait, retry.delay(before: attempts + 1, random: &loop.random))
        guard now &+ delay < callDeadline else {
            traceError("Not tried again within the integration's timeout: \(reason)")
            return false
        }
        guard retry.budget.withdraw(at: now) else {
            traceError("Not tried again, because the retry budget is spent: \(reason)")
            return false
        }
        traceError(
            "Attempt \(attempts + 1) of \(retry.maxAttempts) follows in \(delay / 1_000_000) ms: \(reason)")
        deadline = callDeadline
        let serial = serial
        let attempt = attempts
        loop.eventLoop.scheduleTask(in: .nanoseconds(Int64(delay))) { [weak self] in
            guard let self, isActive, self.serial == serial, attempts == attempt, let plan = httpPlan else { return }
            refreshHeaders()
            call(plan)
        }
        return true
    }

    private func call(_ plan: HTTPPlan) {
        if !isProxy, let keptBody { outcome.body = keptBody }
        if case .answer(let response, let cause, let message) = callBackend(plan) {
            integrationEnded = LoopClock.monotonic()
            answer(response, cause: cause, message: message)
        }
    }
}
