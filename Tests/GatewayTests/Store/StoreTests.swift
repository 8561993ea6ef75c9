import ControlAPI
import Foundation
import GRDB
import JSON
import Testing

@testable import Gateway

@Suite struct HomeTests {
    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `the home and what is in it are the owner's alone`() async throws {
        let place = TemporaryHome()
        let home = try Home(path: place.path + "/deep/er/")
        try home.acquire()
        let store = try Store(file: home.databasePath)
        #expect(home.path == place.path + "/deep/er")
        #expect(try mode(home.path) == 0o700)
        for file in try FileManager.default.contentsOfDirectory(atPath: home.path) {
            #expect(try mode(home.path + "/" + file) == 0o600, "\(file)")
        }
        try store.close()
    }

    @Test func `one engine at a time, and the refusal names the other`() throws {
        let place = TemporaryHome()
        let first = try Home(path: place.path)
        try first.acquire()
        let second = try Home(path: place.path)
        #expect(throws: StoreError.alreadyServed(home: place.path, pid: Int(getpid()))) { try second.acquire() }
        first.release()
        try second.acquire()
    }

    @Test func `a home that is a file`() throws {
        let place = TemporaryHome()
        try Data().write(to: URL(fileURLWithPath: place.path))
        #expect(throws: StoreError.notWritable(path: place.path, reason: "it is a file, not a directory")) {
            try Home(path: place.path)
        }
    }

    @Test func `a home below something that is no directory`() throws {
        #expect(throws: StoreError.self) { try Home(path: "/dev/null/sluice") }
        do {
            _ = try Home(path: "/dev/null/sluice")
        } catch {
            #expect(
                "\(error)".hasPrefix("cannot write /dev/null/sluice: Not a directory. Choose another home with --home"))
        }
    }
}

@Suite struct StoreTests {
    private func file(_ place: TemporaryHome) throws -> String { try Home(path: place.path).databasePath }

    @Test func `write-ahead log, synced at each commit`() async throws {
        let place = TemporaryHome()
        let store = try Store(file: try file(place))
        let (journal, sync) = try await store.write { db in
            (try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"))
        }
        #expect(journal == "wal")
        #expect(sync == 2)
    }

    @Test(
        "a damaged file is named and left as it is",
        arguments: ["not a database at all, just text", "SQLite format 3\u{0}and then nonsense"])
    func damaged(_ text: String) throws {
        let place = TemporaryHome()
        let path = try file(place)
        let content = Data(text.utf8) + Data(repeating: 0x5A, count: 5000)
        try content.write(to: URL(fileURLWithPath: path))
        do {
            _ = try Store(file: path)
            Issue.record("it was opened")
        } catch StoreError.corrupt(let named, _) {
            #expect(named == path)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test func `the file alone is a backup of an engine that was stopped`() async throws {
        let place = TemporaryHome()
        let store = try Store(file: try file(place))
        try await store.write { db in
            try RestApiTable.insert(db, RestApi(id: "a", name: "kept", createdDate: .now))
        }
        let before = try await store.contents()
        try store.close()
        let other = TemporaryHome()
        let copy = try file(other)
        try FileManager.default.copyItem(atPath: store.file, toPath: copy)
        #expect(try await Store(file: copy).contents() == before)
    }

    @Test func `a damaged page is found at the start`() async throws {
        let place = TemporaryHome()
        let harness = try ControlHarness(home: place)
        for _ in 0..<30 { _ = try await harness.deployedApi() }
        try harness.store.close()
        let path = harness.store.file
        var content = try Data(contentsOf: URL(fileURLWithPath: path))
        try #require(content.count > 60_000)
        content.replaceSubrange(8192..<40_000, with: Data(repeating: 0xA5, count: 40_000 - 8192))
        try content.write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.self) { try Store(file: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
    }

    @Test func `a file of a newer version is refused by name`() async throws {
        let place = TemporaryHome()
        let path = try file(place)
        let store = try Store(file: path)
        try await store.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99 from the future')")
        }
        try store.close()
        #expect(throws: StoreError.newer(file: path, migrations: ["99 from the future"])) { try Store(file: path) }
    }

    @Test func `a transaction that fails leaves nothing`() async throws {
        let place = TemporaryHome()
        let store = try Store(file: try file(place))
        let before = try await store.contents()
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await store.write { db in
                try RestApiTable.insert(db, RestApi(id: "a", name: "a", createdDate: .now))
                try CredentialTable.put(db, AccessKey(accessKeyId: "k", secretAccessKey: "s", createdDate: .now))
                throw Stop()
            }
        }
        #expect(try await store.contents() == before)
    }

    /// The files as a machine that lost its power would leave them: copied while the engine has them open, in the
    /// middle of a transaction.
    @Test func `after an abrupt end, what was acknowledged is there and nothing else`() async throws {
        let place = TemporaryHome()
        let harness = try ControlHarness(home: place)
        let (id, _) = try await harness.deployedApi()
        let acknowledged = try await harness.contents()
        let crashed = TemporaryHome()
        try await harness.store.write { db in
            try RestApiTable.insert(db, RestApi(id: "lost", name: "lost", createdDate: .now))
            // Larger than the page cache, so that pages of an open transaction are in the log.
            try db.execute(sql: "PRAGMA cache_size = 5")
            for number in 0..<500 {
                _ = try JournalTable.append(
                    db,
                    JournalEntry(
                        sequence: 0, time: .now, actor: "x", operation: "y",
                        resource: String(repeating: "z", count: 900),
                        before: nil, after: .string("\(number)")), api: nil)
            }
            try FileManager.default.copyItem(atPath: place.path, toPath: crashed.path)
        }
        let again = try ControlHarness(home: crashed)
        #expect(try await again.contents() == acknowledged)
        #expect(try await again.call("GET", "/restapis/\(id)/stages/prod").status == 200)
        #expect(try await again.call("GET", "/restapis/lost").status == 404)
    }
}
