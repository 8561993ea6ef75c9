extension Exchange {
    /// The limit of the method or else of its stage, then that of the account. Those of the usage plan came before.
    func throttle() -> Verdict {
        if let throttle = method?.limits.throttle, !throttle.bucket.take(at: started) {
            traceError(usagePlanLines.stageThrottled(throttle.limit))
            return refuse()
        }
        if let account = loop.accountThrottle, !account.bucket.take(at: started) {
            traceError(usagePlanLines.accountThrottled(loop.configuration.account, account.limit))
            return refuse()
        }
        return .next
    }

    /// What is throttled does not count in the quota.
    private func refuse() -> Verdict {
        if let client {
            client.usage.giveBack(client.plan.quota, today: today)
            self.client = nil
        }
        return .answer(.throttled, cause: nil)
    }
}
