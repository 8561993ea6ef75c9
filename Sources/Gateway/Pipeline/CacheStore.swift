import NIOCore

extension Exchange {
    /// Stores the integration's answer, and hands it to the requests that wait for it.
    func storeInCache() -> Verdict {
        if let flight = cacheFlight, let plan = method?.cache {
            cacheFlight = nil
            store(flight, plan)
        }
        warnOfCacheControl()
        return .next
    }

    private func store(_ flight: CacheFlight, _ plan: CachePlan) {
        let now = LoopClock.monotonic()
        let sequence = plan.cache.sequence(of: flight)
        let body = status == 204 || status == 304 ? ByteBuffer() : outcome.body
        let limit = CachePlan.largestResponse - (plan.isEncrypted ? CachedResponse.sealOverhead : 0)
        var response: CachedResponse?
        if body.readableBytes <= limit {
            let writer = loop.writer
            writer.removeAll()
            writeAnswerHead()
            let head = CachedResponse.Head(status: status, bytes: writer.bytes, contentLength: answerLength)
            let expires = now &+ plan.timeToLive
            response =
                plan.isEncrypted
                ? .sealed(
                    head, body: body, with: plan.cache.secret, key: flight.key, expires: expires, sequence: sequence)
                : .plain(head, body: body, key: flight.key, expires: expires, sequence: sequence)
        }
        let passes = min(plan.timeToLive, UInt64(CachePlan.passSeconds) * 1_000_000_000)
        plan.cache.finish(
            flight, with: response ?? .pass(key: flight.key, expires: now &+ passes, sequence: sequence))
    }
}
