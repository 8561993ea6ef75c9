import Foundation
import Logging
import SigV4
import Testing

@testable import Gateway

/// Time that stands until it is moved, and a source that gives what it is told.
private final class Script: @unchecked Sendable {
    private let lock = NSLock()
    private var seconds = 1000
    private var answers: [Result<Credentials, CredentialsFault>] = []
    private var asked = 0

    var now: Int { lock.withLock { seconds } }
    var calls: Int { lock.withLock { asked } }
    func move(to second: Int) { lock.withLock { seconds = second } }
    func add(_ answer: Result<Credentials, CredentialsFault>) { lock.withLock { answers.append(answer) } }

    func next() throws -> Credentials {
        try lock.withLock {
            asked += 1
            guard !answers.isEmpty else { throw CredentialsFault.none }
            return try answers.removeFirst().get()
        }
    }

    func cached() -> CachedCredentials {
        CachedCredentials(name: "the script", logger: Logger(label: "test"), clock: { self.now }) { try self.next() }
    }
}

@Suite struct CachedCredentialsTests {
    private func key(_ id: String, until expiration: Int? = nil) -> Credentials {
        Credentials(accessKeyId: id, secretAccessKey: "s", expiration: expiration)
    }

    @Test func `they are asked for once, however many want them`() async throws {
        let script = Script()
        script.add(.success(key("A", until: 5000)))
        let cached = script.cached()
        #expect(cached.current() == nil)
        let found = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await cached.credentials().accessKeyId } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(found == ["A"])
        #expect(script.calls == 1)
        #expect(cached.current()?.accessKeyId == "A")
    }

    @Test func `they are renewed before they expire, and handed out meanwhile`() async throws {
        let script = Script()
        script.add(.success(key("A", until: 5000)))
        script.add(.success(key("B", until: 9000)))
        let cached = script.cached()
        _ = try await cached.credentials()
        script.move(to: 4699)
        #expect(cached.current()?.accessKeyId == "A")
        #expect(script.calls == 1)
        script.move(to: 4700)
        #expect(cached.current()?.accessKeyId == "A")
        #expect(await eventually { cached.current()?.accessKeyId == "B" })
        #expect(script.calls == 2)
    }

    @Test func `a renewal that fails leaves the old ones until their end`() async throws {
        let script = Script()
        script.add(.success(key("A", until: 5000)))
        let cached = script.cached()
        _ = try await cached.credentials()
        script.add(.failure(.unusable(source: "x", reason: "away")))
        script.move(to: 4800)
        #expect(cached.current()?.accessKeyId == "A")
        #expect(await eventually { script.calls == 2 })
        script.add(.failure(.unusable(source: "x", reason: "away")))
        script.move(to: 5000)
        #expect(cached.current() == nil)
        await #expect(throws: CredentialsFault.expired(source: "x", at: 5000, reason: "away")) {
            _ = try await cached.credentials()
        }
    }

    @Test func `what has expired already is no use`() async throws {
        let script = Script()
        script.add(.success(key("A", until: 900)))
        await #expect(throws: CredentialsFault.self) { _ = try await script.cached().credentials() }
    }

    @Test func `a failure is the answer for a while`() async throws {
        let script = Script()
        script.add(.failure(.none))
        let cached = script.cached()
        for _ in 0..<3 {
            await #expect(throws: CredentialsFault.none) { _ = try await cached.credentials() }
        }
        #expect(script.calls == 1)
        script.move(to: 1005)
        script.add(.success(key("A")))
        #expect(try await cached.credentials().accessKeyId == "A")
    }

    @Test func `those that do not say when they expire are read again`() async throws {
        let script = Script()
        script.add(.success(key("A")))
        script.add(.success(key("B")))
        let cached = script.cached()
        _ = try await cached.credentials()
        script.move(to: 1059)
        #expect(cached.current()?.accessKeyId == "A")
        script.move(to: 1060)
        #expect(cached.current()?.accessKeyId == "A")
        #expect(await eventually { cached.current()?.accessKeyId == "B" })
    }

    @Test func `what was discarded is fetched anew`() async throws {
        let script = Script()
        script.add(.success(key("A", until: 5000)))
        script.add(.success(key("B", until: 5000)))
        let cached = script.cached()
        _ = try await cached.credentials()
        cached.discard()
        #expect(cached.current() == nil)
        #expect(try await cached.credentials().accessKeyId == "B")
    }

    @Test(
        "times of expiry",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T00:00:00Z", 951_782_400), ("2015-08-30T12:36:00Z", 1_440_938_160),
            ("2026-11-21T03:18:56.789Z", 1_795_231_136), ("2026-11-21T04:18:56+01:00", 1_795_231_136),
            ("2026-11-20T22:18:56-0500", 1_795_231_136), ("2099-12-31T23:59:59Z", 4_102_444_799),
            ("2026-13-21T03:18:56Z", nil), ("tomorrow", nil), ("2026-11-21T03:18:56", nil), ("", nil),
            ("2026-11-21T03:18:5xZ", nil),
        ] as [(String, Int?)])
    func expirationTime(_ text: String, _ seconds: Int?) {
        #expect(ExpirationTime.seconds(text) == seconds)
    }
}
