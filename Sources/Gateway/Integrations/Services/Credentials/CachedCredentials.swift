import Dispatch
import Foundation
package import Logging
import NIOConcurrencyHelpers
package import SigV4

/// Credentials of one source, kept as long as they are good. They are renewed some minutes before they expire, once for
/// all who ask, and handed out until they do; loops look at them without waiting.
package final class CachedCredentials: CredentialsProvider, Sendable {
    /// `throws`: ``CredentialsFault``, or whatever else the source fails with.
    package typealias Source = @Sendable () async throws -> Credentials

    typealias Waiter = @Sendable (Result<Void, CredentialsFault>) -> Void

    private struct State {
        var known: Credentials?
        /// From when on they are renewed, while they are still handed out.
        var renewFrom = 0
        /// What the last attempt failed with, and until when that is the answer.
        var fault: (CredentialsFault, until: Int)?
        var waiters: [Waiter] = []
        var isFetching = false
        var isClosed = false
    }

    /// What errors and log lines call the source.
    let name: String
    private let source: Source
    private let logger: Logger
    private let clock: @Sendable () -> Int
    private let state = NIOLockedValueBox(State())

    /// Seconds before the end at which credentials are renewed.
    static let margin = 300
    /// Seconds after which credentials that do not say when they expire are read again: somebody may have renewed them
    /// in the file that they come from.
    static let longestKept = 60
    /// Seconds in which an attempt that failed is not made again.
    static let pause = 5

    /// `clock` in seconds since 1970.
    package init(
        name: String, logger: Logger, clock: @escaping @Sendable () -> Int = CachedCredentials.wallClock,
        source: @escaping Source
    ) {
        self.name = name
        self.logger = logger
        self.clock = clock
        self.source = source
    }

    package static let wallClock: @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }

    /// What can be signed with right now, if anything. Starts the renewal when it is time.
    func current() -> Credentials? {
        let now = clock()
        let (usable, isDue) = state.withLockedValue { state -> (Credentials?, Bool) in
            guard let known = state.known, known.expiration.map({ now < $0 }) ?? true else { return (nil, false) }
            let isDue = now >= state.renewFrom && !state.isFetching && !state.isClosed
            if isDue { state.isFetching = true }
            return (known, isDue)
        }
        if isDue { fetch() }
        return usable
    }

    /// The last that there were, expired or not: for a request that was let through a moment ago.
    func latest() -> Credentials? { state.withLockedValue(\.known) }

    /// Calls back, on any thread, once ``current()`` has something or the source failed.
    func whenReady(_ completion: @escaping Waiter) {
        if current() != nil { return completion(.success(())) }
        let now = clock()
        enum Step { case fetch, wait, fail(CredentialsFault) }
        let step = state.withLockedValue { state -> Step in
            if state.isClosed { return .fail(.unusable(source: name, reason: "the engine is stopping")) }
            if let (fault, until) = state.fault, now < until { return .fail(fault) }
            state.waiters.append(completion)
            if state.isFetching { return .wait }
            state.isFetching = true
            return .fetch
        }
        switch step {
        case .fetch: fetch()
        case .wait: break
        case .fail(let fault): completion(.failure(fault))
        }
    }

    package func credentials() async throws -> Credentials {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            whenReady { done.resume(with: $0.mapError { $0 as any Error }) }
        }
        guard let known = latest() else { throw CredentialsFault.none }
        return known
    }

    /// The service refused them: what the source has is read again.
    func discard() { state.withLockedValue { $0.known = nil } }

    /// Nobody is called back any more.
    func close() {
        state.withLockedValue { state in
            state.isClosed = true
            state.waiters = []
        }
    }

    // MARK: Fetching

    private func fetch() {
        Task {
            do {
                take(try await source())
            } catch {
                take(failure: error)
            }
        }
    }

    private func take(_ new: Credentials) {
        let now = clock()
        if let expiration = new.expiration, expiration <= now {
            return take(
                failure: CredentialsFault.expired(
                    source: name, at: expiration, reason: "its source has none that are newer. Renew them there"))
        }
        let waiters = state.withLockedValue { state -> [Waiter] in
            state.known = new
            // Short-lived ones are renewed at half of their time.
            state.renewFrom = new.expiration.map { $0 - min(Self.margin, ($0 - now) / 2) } ?? now + Self.longestKept
            state.fault = nil
            state.isFetching = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter(.success(())) }
    }

    private func take(failure error: any Error) {
        let now = clock()
        let reason = error as? CredentialsFault ?? .unusable(source: name, reason: String(describing: error))
        let (waiters, fault, isStillGood) = state.withLockedValue { state -> ([Waiter], CredentialsFault, Bool) in
            state.isFetching = false
            // Not at once again, whether the old ones are good or not.
            state.renewFrom = now + Self.pause
            let isStillGood = state.known.map { known in known.expiration.map { now < $0 } ?? true } ?? false
            var fault = reason
            if let expiration = state.known?.expiration, expiration <= now, case .unusable(let source, let why) = reason
            {
                fault = .expired(source: source, at: expiration, reason: why)
            }
            if !isStillGood { state.fault = (fault, now + Self.pause) }
            defer { state.waiters = [] }
            return (state.waiters, fault, isStillGood)
        }
        logger.warning(
            isStillGood ? "AWS credentials could not be renewed; the old ones are still good" : "no AWS credentials",
            metadata: ["reason": "\(fault)"])
        for waiter in waiters { waiter(.failure(fault)) }
    }
}
