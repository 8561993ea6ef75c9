extension Exchange {
    /// Each request is drawn anew, as API Gateway does it: a client has no canary of its own.
    func drawCanary() -> Verdict {
        guard let stage else { return .answer(.forbidden, cause: nil) }
        if let canary = stage.canary, UInt32(truncatingIfNeeded: loop.random.next() >> 40) < stage.canaryThreshold {
            variant = canary
        } else {
            variant = stage.base
        }
        return .next
    }
}
