import Crypto
import Dispatch
import NIOCore
import Synchronization
import Testing

@testable import Gateway

/// A request that joins calls and notes what it is told.
private final class Caller: Sendable {
    private let told = Mutex<[CacheFlight.Outcome]>([])

    var outcomes: [CacheFlight.Outcome] { told.withLock { $0 } }

    /// `lead`, `alone`, or the body of what was found.
    var words: [String] {
        outcomes.map { outcome in
            switch outcome {
            case .lead: "lead"
            case .alone: "alone"
            case .found(let response): response.text
            }
        }
    }

    var identity: CacheFlight.Identity { CacheFlight.Identity(exchange: ObjectIdentifier(self), serial: 1) }

    var waiter: CacheFlight.Waiter {
        CacheFlight.Waiter(identity: identity) { outcome in self.told.withLock { $0.append(outcome) } }
    }
}

extension CachedResponse {
    fileprivate var text: String {
        let writer = ByteWriter(capacity: 16)
        if let large = writeBody(to: writer) { return String(buffer: large) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Test-side view of a cache: keys as text, a hash of their own where one is given.
private struct Harness {
    let cache = StageCache()

    init(capacity: Int = 1 << 20) { cache.capacity = capacity }

    static func response(_ key: String, _ body: String, expires: UInt64 = 100, sequence: UInt64 = 1) -> CachedResponse {
        Array("HTTP/1.1 200 OK\r\n".utf8).withUnsafeBytes { head in
            .plain(
                CachedResponse.Head(status: 200, bytes: head, contentLength: body.utf8.count),
                body: ByteBuffer(string: body), key: Array(key.utf8), expires: expires, sequence: sequence)
        }
    }

    func find(_ key: String, hash: UInt64 = 1, now: UInt64 = 0) -> CachedResponse? {
        Array(key.utf8).withUnsafeBytes { cache.find(hash, $0, now: now) }
    }

    func join(_ key: String, hash: UInt64 = 1, now: UInt64 = 0, _ caller: Caller = Caller()) -> CacheShard.Step {
        cache.join(Array(key.utf8), hash: hash, now: now, as: caller.waiter)
    }

    func lead(_ key: String, hash: UInt64 = 1, now: UInt64 = 0, _ caller: Caller = Caller()) throws -> CacheFlight {
        guard case .leads(let flight) = join(key, hash: hash, now: now, caller) else {
            throw RawSocket.Failure(description: "\(key) has an entry or a call under way")
        }
        return flight
    }

    func wait(_ key: String, hash: UInt64 = 1, _ caller: Caller) throws -> CacheFlight {
        guard case .waits(let flight) = join(key, hash: hash, caller) else {
            throw RawSocket.Failure(description: "\(key) has no call under way")
        }
        return flight
    }

    func finish(_ flight: CacheFlight, _ body: String, expires: UInt64 = 100) {
        cache.finish(
            flight,
            with: Self.response(
                String(decoding: flight.key, as: UTF8.self), body, expires: expires,
                sequence: cache.sequence(of: flight)))
    }

    func store(_ key: String, _ body: String, hash: UInt64 = 1, expires: UInt64 = 100) throws {
        finish(try lead(key, hash: hash), body, expires: expires)
    }
}

@Suite struct StageCacheTests {
    @Test func `an entry is found until it expires`() throws {
        let harness = Harness()
        try harness.store("a", "one", expires: 100)
        #expect(harness.find("a", now: 0)?.text == "one")
        #expect(harness.find("a", now: 99)?.text == "one")
        #expect(harness.find("a", now: 100) == nil)
        // The expired one is gone, with all that it counted.
        #expect(harness.cache.entries == 0)
        #expect(harness.cache.bytes == 0)
        #expect(harness.find("b") == nil)
    }

    @Test func `keys with the same hash are told apart`() throws {
        let harness = Harness()
        for number in 0..<50 { try harness.store("key \(number)", "\(number)", hash: 7) }
        for number in 0..<50 { #expect(harness.find("key \(number)", hash: 7)?.text == "\(number)") }
        #expect(harness.find("key 50", hash: 7) == nil)
        #expect(harness.find("key 1", hash: 8) == nil)
    }

    @Test func `the least recently used go first`() throws {
        let cost = Harness.response("a", "one").cost
        let harness = Harness(capacity: cost * 3)
        for key in ["a", "b", "c"] { try harness.store(key, "one") }
        #expect(harness.find("a") != nil)
        try harness.store("d", "one")
        #expect(harness.find("b") == nil)
        #expect(["a", "c", "d"].map { harness.find($0) != nil } == [true, true, true])
        // An entry of twice the bytes makes two go.
        try harness.store("e", String(repeating: "x", count: cost + 3))
        #expect(["a", "c", "d", "e"].map { harness.find($0) != nil } == [false, false, true, true])
        #expect(harness.cache.bytes <= harness.cache.capacity)
        // The newest makes room in other shards too, where its own has no more to give.
        try harness.store("f", String(repeating: "x", count: cost * 2), hash: 1 << 63)
        #expect(harness.cache.entries == 1)
        #expect(harness.find("f", hash: 1 << 63) != nil)
    }

    @Test func `what is larger than the cache is handed on and not stored`() throws {
        let harness = Harness(capacity: 300)
        let waiter = Caller()
        let flight = try harness.lead("a")
        _ = try harness.wait("a", waiter)
        harness.finish(flight, String(repeating: "x", count: 300))
        #expect(waiter.words == [String(repeating: "x", count: 300)])
        #expect(harness.cache.bytes == 0)
        #expect(harness.find("a") == nil)
    }

    @Test func `any number of keys stays within the capacity`() throws {
        let harness = Harness(capacity: 200_000)
        for number in 0..<100_000 {
            let key = "key \(number)"
            try harness.store(key, "x", hash: Array(key.utf8).withUnsafeBytes { CacheKey.hash($0) })
            if number % 1000 == 0 { #expect(harness.cache.bytes <= 200_000) }
        }
        #expect(harness.cache.entries <= 200_000 / CachedResponse.overhead)
        #expect(harness.cache.entries > 200_000 / CachedResponse.overhead / 2)
        harness.cache.capacity = 10_000
        #expect(harness.cache.bytes <= 10_000)
        harness.cache.flush()
        #expect(harness.cache.bytes == 0)
        #expect(harness.cache.entries == 0)
    }

    /// Against a list that is searched from its front: finds, insertions and removals in any order.
    @Test(arguments: 1...8) func `the table does what a list does`(seed: UInt64) {
        var random = Seeded(state: seed)
        var table = CacheTable()
        /// Used last first.
        var list: [(key: String, response: CachedResponse)] = []
        for step in 0..<3_000 {
            let key = "\(random.next() % 40)"
            // Few hashes, so that most keys share theirs with others.
            let hash = UInt64(key.utf8.count)
            let bytes = Array(key.utf8)
            switch random.next() % 8 {
            case 0..<3:
                let response = Harness.response(key, "\(step)", expires: UInt64(step) + random.next() % 60, sequence: 1)
                let before = list.first { $0.key == key }?.response.cost ?? 0
                let grown = bytes.withUnsafeBytes { table.insert(response, hash: hash, key: $0) }
                #expect(grown == response.cost - before)
                list.removeAll { $0.key == key }
                list.insert((key, response), at: 0)
            case 3..<7:
                let found = bytes.withUnsafeBytes { table.find(hash, $0, now: UInt64(step)) }.response
                if let place = list.firstIndex(where: { $0.key == key }) {
                    let one = list.remove(at: place)
                    if one.response.expires > UInt64(step) {
                        #expect(found === one.response)
                        list.insert(one, at: 0)
                    } else {
                        #expect(found == nil)
                    }
                } else {
                    #expect(found == nil)
                }
            default:
                let freed = table.removeOldest(keepsNewest: true)
                #expect(freed == (list.count > 1 ? list.removeLast().response.cost : 0))
            }
            #expect(table.count == list.count)
        }
        #expect(table.removeAll() == list.reduce(0) { $0 + $1.response.cost })
    }

    // MARK: One call for all who miss

    @Test func `one leads, the others get its answer`() throws {
        let harness = Harness()
        let waiters = (0..<20).map { _ in Caller() }
        let flight = try harness.lead("a")
        for waiter in waiters { #expect(try harness.wait("a", waiter) === flight) }
        // Another key has a call of its own.
        _ = try harness.lead("b")
        #expect(waiters.allSatisfy { $0.outcomes.isEmpty })
        harness.finish(flight, "one")
        #expect(waiters.allSatisfy { $0.words == ["one"] })
        guard case .found(let response) = harness.join("a") else {
            Issue.record("not stored")
            return
        }
        #expect(response.text == "one")
    }

    @Test func `when the leader goes, the one that waits longest leads`() throws {
        let harness = Harness()
        let (leader, first, second) = (Caller(), Caller(), Caller())
        let flight = try harness.lead("a", leader)
        _ = try harness.wait("a", first)
        _ = try harness.wait("a", second)
        harness.cache.leave(flight, leader.identity)
        #expect(first.words == ["lead"])
        #expect(second.words == [])
        // Who has left already does nothing more.
        harness.cache.leave(flight, leader.identity)
        #expect(second.words == [])
        harness.finish(flight, "one")
        #expect(first.words == ["lead"])
        #expect(second.words == ["one"])
        #expect(harness.find("a")?.text == "one")
    }

    @Test func `a waiter that goes is not told`() throws {
        let harness = Harness()
        let (leader, first, second) = (Caller(), Caller(), Caller())
        let flight = try harness.lead("a", leader)
        _ = try harness.wait("a", first)
        _ = try harness.wait("a", second)
        harness.cache.leave(flight, first.identity)
        harness.cache.leave(flight, leader.identity)
        #expect(first.words == [])
        // Promoted, and gone before it could begin.
        #expect(second.words == ["lead"])
        harness.cache.leave(flight, second.identity)
        // Nobody is left: the next one begins anew.
        #expect(try harness.lead("a") !== flight)
    }

    @Test func `what cannot be stored lets all go their own way`() throws {
        let harness = Harness()
        let waiter = Caller()
        let flight = try harness.lead("a")
        _ = try harness.wait("a", waiter)
        harness.cache.finish(flight, with: .pass(key: flight.key, expires: 50, sequence: 1))
        #expect(waiter.words == ["alone"])
        // Those who come later do not wait for one another either, for a while.
        for _ in 0..<3 {
            guard case .alone = harness.join("a", now: 49) else {
                Issue.record("waits")
                return
            }
        }
        #expect(harness.find("a", now: 49)?.isPass == true)
        _ = try harness.lead("a", now: 50)
    }

    @Test func `a flush outlives the calls under way`() throws {
        let harness = Harness()
        try harness.store("b", "old")
        let waiter = Caller()
        let flight = try harness.lead("a")
        _ = try harness.wait("a", waiter)
        harness.cache.flush()
        #expect(harness.find("b") == nil)
        // Asked for after the flush: a call of its own, whose answer is stored.
        let later = try harness.lead("a")
        harness.finish(flight, "before")
        #expect(waiter.words == ["before"])
        #expect(harness.find("a") == nil)
        harness.finish(later, "after")
        #expect(harness.find("a")?.text == "after")
    }

    @Test func `of two answers the one asked for later stays`() throws {
        let harness = Harness()
        let early = try harness.lead("a")
        let late = harness.cache.refresh(Array("a".utf8), hash: 1, by: Caller().identity)
        harness.finish(late, "new")
        harness.finish(early, "old")
        #expect(harness.find("a")?.text == "new")
        // A fresh answer replaces the one that is there, which is given out until then.
        let fresh = harness.cache.refresh(Array("a".utf8), hash: 1, by: Caller().identity)
        #expect(harness.find("a")?.text == "new")
        harness.finish(fresh, "newest")
        #expect(harness.find("a")?.text == "newest")
    }

    @Test func `threads agree`() {
        let harness = Harness(capacity: 40_000)
        let calls = Atomic(0)
        let answered = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for round in 0..<2_000 {
                let key = "\(round / 4 % 60)"
                let hash = UInt64(key.utf8.count) << 61 | UInt64(round / 4 % 60)
                let caller = Caller()
                switch harness.join(key, hash: hash, caller) {
                case .found(let response):
                    #expect(response.text == "body of \(key)")
                    answered.add(1, ordering: .relaxed)
                case .leads(let flight):
                    calls.add(1, ordering: .relaxed)
                    if round % 7 == 0 {
                        harness.cache.leave(flight, caller.identity)
                    } else {
                        harness.finish(flight, "body of \(key)")
                    }
                case .waits(let flight):
                    // Whoever is made the leader has to go on or to leave.
                    harness.cache.leave(flight, caller.identity)
                case .alone: Issue.record("nothing was too large")
                }
                if round % 500 == 0, thread == 0 { harness.cache.flush() }
            }
        }
        #expect(calls.load(ordering: .relaxed) > 0)
        #expect(harness.cache.bytes <= 40_000)
        harness.cache.flush()
        #expect(harness.cache.bytes == 0)
    }

    // MARK: Encryption

    @Test func `encrypted entries hold nothing in the clear`() throws {
        let secret = SymmetricKey(size: .bits256)
        let key = Array("key".utf8)
        let head = Array("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n".utf8)
        let body = ByteBuffer(string: String(repeating: "the secret ", count: 100))
        let sealed = try #require(
            head.withUnsafeBytes { bytes in
                CachedResponse.sealed(
                    CachedResponse.Head(status: 200, bytes: bytes, contentLength: body.readableBytes), body: body,
                    with: secret, key: key, expires: 1, sequence: 1)
            })
        let writer = ByteWriter(capacity: 16)
        sealed.writeHead(to: writer)
        #expect(sealed.writeBody(to: writer) == nil)
        #expect(writer.count == body.readableBytes + head.count + 4 + CachedResponse.sealOverhead)
        let stored = String(decoding: writer.bytes, as: UTF8.self)
        #expect(!stored.contains("secret"))
        #expect(!stored.contains("text/plain"))
        let opened = try #require(sealed.opened(with: secret))
        #expect(opened.head == head)
        #expect(opened.body == body)
        #expect(sealed.opened(with: SymmetricKey(size: .bits256)) == nil)
    }
}

/// A small generator with a seed, so that a failure can be had again.
private struct Seeded {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
