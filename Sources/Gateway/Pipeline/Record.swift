import NIOCore

extension Exchange {
    /// One record for metrics and access log. Requests that reached no stage belong to nobody's.
    func record(_ now: UInt64) {
        guard let stage else { return }
        let latency = (now &- started) / 1000
        let integration: UInt64? =
            integrationStarted == 0
            ? nil : ((integrationEnded == 0 ? now : integrationEnded) &- integrationStarted) / 1000
        let isCanary = variant?.isCanary ?? false
        let wall = loop.clock.wall(now)
        loop.counters.record(
            identity: stage.identity, isCanary: isCanary, second: Int(wall / 1_000_000_000), status: status,
            latency: latency, integrationLatency: integration)
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
