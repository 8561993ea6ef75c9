import NIOCore

extension Exchange {
    /// Answers from the stage's cache. Where there is no entry, the first request calls the backend and others with the
    /// same key wait for its answer, at most as long as the integration may take.
    func lookUpCache() -> Verdict {
        guard let plan = method?.cache, plan.caches(head.wantedVerb) else { return .next }
        var wantsFresh = false
        if asksForFreshAnswer() {
            switch plan.invalidation {
            case .allowed: wantsFresh = true
            // Callers with IAM credentials are not known yet, so that nobody may.
            case .refused(.failWith403):
                return .answer(.accessDenied, cause: "Cache invalidation: the caller is not authorized")
            case .refused(.succeedWithResponseHeader): warnsOfCacheControl = true
            case .refused(.succeedWithoutResponseHeader): break
            }
        }
        cacheResult = .miss
        let writer = loop.cacheKey
        guard write(plan.key, to: writer) else {
            collectsResponse = warnsOfCacheControl
            return .next
        }
        let hash = CacheKey.hash(writer.bytes)
        if !wantsFresh, let found = plan.cache.find(hash, writer.bytes, now: started), !found.isPass {
            return take(found, plan)
        }
        return miss(plan, key: Array(writer.bytes), hash: hash, wantsFresh: wantsFresh)
    }

    /// AWS gives `max-age=0` this meaning, and no other directive any.
    private func asksForFreshAnswer() -> Bool {
        let table = loop.requestTable
        for index in 0..<table.count where table[index].id == .cacheControl {
            if withBytes({ ByteScan.listHolds($0, table[index].value, "max-age=0") }) { return true }
        }
        return false
    }

    private var cacheIdentity: CacheFlight.Identity {
        CacheFlight.Identity(exchange: ObjectIdentifier(self), serial: serial)
    }

    private func miss(_ plan: CachePlan, key: [UInt8], hash: UInt64, wantsFresh: Bool) -> Verdict {
        if wantsFresh {
            cacheFlight = plan.cache.refresh(key, hash: hash, by: cacheIdentity)
            collectsResponse = true
            return .next
        }
        let serial = serial
        let waiter = CacheFlight.Waiter(identity: cacheIdentity) { [self] outcome in
            loop.eventLoop.execute { self.resumeFromCache(serial, outcome) }
        }
        switch plan.cache.join(key, hash: hash, now: started, as: waiter) {
        case .found(let found):
            return take(found, plan)
        case .leads(let flight):
            cacheFlight = flight
            collectsResponse = true
            return .next
        case .alone:
            collectsResponse = warnsOfCacheControl
            return .next
        case .waits(let flight):
            cacheFlight = flight
            deadline = LoopClock.monotonic() &+ plan.patience
            loop.watch(self)
            return .wait
        }
    }

    /// The call that this request waited for is over, or is now its own to make.
    private func resumeFromCache(_ serial: UInt64, _ outcome: CacheFlight.Outcome) {
        guard isActive, self.serial == serial, phase == .cacheLookup, cacheFlight != nil, let plan = method?.cache
        else { return }
        loop.unwatch(self)
        deadline = .max
        refreshHeaders()
        switch outcome {
        case .found(let found):
            cacheFlight = nil
            switch take(found, plan) {
            case .skip(let later): phase = later
            case .answer(let response, let cause, let message): return answer(response, cause: cause, message: message)
            case .next, .wait, .done: return finish()
            }
        case .lead:
            collectsResponse = true
            phase = .integrationRequest
        case .alone:
            cacheFlight = nil
            collectsResponse = warnsOfCacheControl
            phase = .integrationRequest
        }
        run()
    }

    /// The request ends before its answer was stored.
    func leaveCacheFlight() {
        guard let flight = cacheFlight else { return }
        cacheFlight = nil
        flight.cache.leave(flight, cacheIdentity)
    }

    // MARK: Hits

    /// Writes a stored answer as it is. Where phases behind the cache have something to do with it, it is taken apart
    /// for them.
    private func take(_ found: CachedResponse, _ plan: CachePlan) -> Verdict {
        if found.isSealed || executionLog != nil || variant?.payload.minimumCompressionSize != nil {
            return unpack(found, plan)
        }
        cacheResult = .hit
        status = found.status
        let writer = loop.writer
        writer.removeAll()
        found.writeHead(to: writer)
        if warnsOfCacheControl {
            writer.append("Warning: ")
            writer.append(Self.cacheControlWarning)
            writer.append("\r\n")
        }
        finishHead(contentLength: found.contentLength)
        guard head.verb != .head else {
            connection.write(loop.takeOutput())
            return .done
        }
        responseLength = found.bodyLength
        if let large = found.writeBody(to: writer) {
            connection.write(loop.takeOutput())
            connection.write(large)
        } else {
            connection.write(loop.takeOutput())
        }
        return .done
    }

    private func unpack(_ found: CachedResponse, _ plan: CachePlan) -> Verdict {
        guard let (head, body) = found.opened(with: plan.cache.secret) else {
            return .answer(.apiConfigurationError, cause: "Execution failed: a cached response cannot be decrypted")
        }
        cacheResult = .hit
        status = found.status
        answerHeaders = Self.fields(ofHead: head)
        answerContentType = ""
        outcome.body = body
        outcome.announcedLength = found.contentLength
        warnOfCacheControl()
        return .skip(to: .compression)
    }

    /// The header lines of a stored head, which the gateway wrote itself.
    private static func fields(ofHead head: [UInt8]) -> [(name: [UInt8], value: [UInt8])] {
        head.split(separator: 0x0A).dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: 0x3A) else { return nil }
            return (Array(line[..<colon]), Array(line[(colon + 1)...].dropFirst().dropLast()))
        }
    }

    /// AWS's own text.
    static let cacheControlWarning: StaticString =
        "199 Cache-control headers were ignored because the caller was unauthorized."

    func warnOfCacheControl() {
        guard warnsOfCacheControl else { return }
        answerHeaders.append((Array("Warning".utf8), Array(Self.cacheControlWarning.description.utf8)))
    }
}
