import NIOCore

extension Exchange {
    @inline(never)
    private func writeAccessLog(_ plan: AccessLogPlan, _ now: UInt64) {
        loop.logOutbox?.add(to: plan.file) { lines in
            plan.format.write(to: &lines) { accessLogValue(of: $0, now: now) }
            lines.append(0x0A)
        }
    }

    /// One record for metrics and access log. Requests that reached no stage belong to nobody's.
    func record(_ now: UInt64) {
        if executionLog != nil { closeExecutionLog() }
        if let test { return test.finish(self, now) }
        guard let stage else { return }
        let latency = (now &- started) / 1000
        let integration = integrationNanoseconds(now).map { $0 / 1000 }
        let isCanary = variant?.isCanary ?? false
        let wall = loop.clock.wall(now)
        loop.counters.record(
            identity: stage.identity, isCanary: isCanary, second: Int(wall / 1_000_000_000), status: status,
            latency: latency, integrationLatency: integration, cache: cacheResult)
        if let method, method.metricsNumber >= 0 {
            loop.methodCounters.record(
                identity: method.metricsNumber, isCanary: isCanary, second: Int(wall / 1_000_000_000), status: status,
                latency: latency, integrationLatency: integration, cache: cacheResult)
        }
        if let plan = stage.accessLog { writeAccessLog(plan, now) }
        let entry = AccessLogRing.Entry(
            wallMilliseconds: loop.clock.wall(started) / 1_000_000,
            requestId: (requestId.high, requestId.low), identity: UInt32(truncatingIfNeeded: stage.identity),
            isCanary: isCanary, resourcePath: method?.resourcePathNumber ?? .max,
            status: UInt16(truncatingIfNeeded: status), minorVersion: head.minorVersion, latency: latency,
            integrationLatency: integration ?? .max, responseLength: UInt64(responseLength))
        withBytes { base in
            loop.accessLog.append(
                entry,
                method: UnsafeRawBufferPointer(start: base + head.wantedMethod.lower, count: head.wantedMethod.length),
                path: UnsafeRawBufferPointer(start: base + stagePath.lower, count: stagePath.length),
                source: connection.peer, error: errorMessage)
        }
    }
}
