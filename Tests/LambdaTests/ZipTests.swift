import Foundation
import Testing

@testable import Lambda

/// A folder of its own, gone with the value.
private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/sluice-zip-\(UUID().uuidString.prefix(8))"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func text(_ name: String) -> String? { try? String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
    }
}

@Suite struct ZipTests {
    @Test(arguments: [ZipFixture.deflated, ZipFixture.long])
    func `files with their executable bits, folders and links`(_ bytes: [UInt8]) throws {
        let folder = Folder()
        try ZipArchive(bytes).extract(to: folder.path)
        #expect(folder.text("app.py")?.utf8.count == 920)
        #expect(folder.text("bin/run") == "#!/bin/sh\n")
        #expect(try folder.mode("app.py") == 0o644)
        #expect(try folder.mode("bin/run") == 0o755)
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/lib/link.py")
        #expect(link == "../app.py")
        #expect(folder.text("lib/link.py") == folder.text("app.py"))
    }

    struct Refused: CustomTestStringConvertible {
        let what: String
        let zip: ZipBytes
        let reason: String
        var testDescription: String { what }

        init(_ what: String, _ entries: [ZipBytes.Entry], _ reason: String) {
            self.what = what
            zip = ZipBytes(entries: entries)
            self.reason = reason
        }
    }

    @Test(
        "what has no place in the folder is refused, and nothing stands beside it",
        arguments: [
            Refused("zip slip", [.init("../evil")], "leads out of the folder"),
            Refused("zip slip within", [.init("a/../../evil")], "leads out of the folder"),
            Refused("absolute", [.init("/etc/passwd")], "has an absolute name"),
            Refused("NUL", [.init("a\u{0}b")], "has a name with a NUL in it"),
            Refused("twice", [.init("a", "1"), .init("a", "2")], "comes twice"),
            Refused("twice, in two spellings", [.init("a", "1"), .init("./a", "2")], "comes twice"),
            Refused("file and folder", [.init("a"), .init("a/b")], "stands below 'a', which is no folder"),
            Refused("folder and file", [.init("a/b"), .init("a")], "comes twice"),
            Refused("encrypted", [.init("a", "x").with { $0.flags = 1 }], "is encrypted"),
            Refused(
                "bzip2", [.init("a", "x").with { $0.method = 12 }],
                "is compressed with method 12, not stored or deflated"),
            Refused("device", [.init("a", mode: 0o020644)], "is a device, a socket or a pipe"),
            Refused("link out", [.init("a", "../x", mode: 0o120777)], "is a link that leads out of the folder"),
            Refused(
                "absolute link", [.init("a", "/etc/passwd", mode: 0o120777)],
                "is a link to '/etc/passwd', which is not inside the folder"),
            Refused(
                "link through a link",
                [.init("d/e/l", "../..", mode: 0o120777), .init("m", "d/e/l/..", mode: 0o120777)],
                "is a link that leads through another link"),
            Refused(
                "file below a link", [.init("l", "d", mode: 0o120777), .init("d/"), .init("l/f")],
                "stands below 'l', which is no folder"),
            Refused("checksum", [.init("a", "x").with { $0.crc = 7 }], "has another checksum than it says"),
            Refused(
                "too long a name", [.init(String(repeating: "n", count: 256))],
                "has a part that is longer than 255 bytes"),
            Refused("no deflate", [.init("a", "\u{7}xx").with { $0.method = 8 }], "is not deflated as it says"),
        ])
    func refused(_ one: Refused) throws {
        let folder = Folder()
        let error = try #require(throws: ZipError.self) { try ZipArchive(one.zip.bytes).extract(to: folder.path) }
        guard case .refusedEntry(_, let reason) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(reason == one.reason)
        #expect(folder.text("../evil") == nil)
    }

    @Test func `what is no zip file, or a cut one`() {
        let whole = ZipBytes(entries: [.init("a", "text"), .init("b", "more")]).bytes
        for length in 0..<whole.count {
            #expect(throws: ZipError.self) { try ZipArchive(Array(whole.prefix(length))) }
        }
        #expect(throws: ZipError.self) { try ZipArchive(Array(repeating: 0x50, count: 100_000)) }
        #expect(throws: ZipError.self) { try ZipArchive(whole + [0]) }
        #expect(throws: ZipError.malformed("it has no entries")) { try ZipArchive(ZipBytes(entries: []).bytes) }
    }

    @Test func `any byte that is changed is read or refused, and never more than that`() throws {
        let whole = ZipFixture.deflated
        for place in whole.indices {
            for value in [0, 0x7F, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[place] = value
                guard let archive = try? ZipArchive(bytes), let layout = try? ZipLayout(archive) else { continue }
                for file in layout.files {
                    var size = 0
                    try? ZipEntryReader(archive, file.entry).read { part throws(ZipError) in size += part.count }
                    #expect(size <= file.entry.size)
                }
            }
        }
    }

    @Test func `a comment at the end`() throws {
        var zip = ZipBytes(entries: [.init("a", "text")])
        zip.comment = "made by hand"
        let folder = Folder()
        try ZipArchive(zip.bytes).extract(to: folder.path)
        #expect(folder.text("a") == "text")
    }

    @Test func `bombs: more bytes, entries or folders than are let in`() {
        let limits = ZipLimits(unpackedSize: 10, entryCount: 4)
        func archive(_ entries: [ZipBytes.Entry]) throws {
            _ = try ZipLayout(ZipArchive(ZipBytes(entries: entries).bytes, limits: limits), limits: limits)
        }
        #expect(throws: Never.self) { try archive([.init("a", "12345"), .init("b", "12345")]) }
        #expect(throws: ZipError.tooLarge("its files have more than 10 bytes")) {
            try archive([.init("a", "12345"), .init("b", "123456")])
        }
        #expect(throws: ZipError.tooLarge("5 entries, more than 4")) {
            try archive((0..<5).map { .init("\($0)") })
        }
        #expect(throws: ZipError.tooLarge("it has more than 4 files and folders")) { try archive([.init("a/b/c/d/e")]) }
    }

    @Test func `entries that lie over each other`() {
        let first = ZipBytes.Entry("0", String(repeating: "x", count: 400))
        let others = (1..<4).map { number in
            ZipBytes.Entry("\(number)").with { ($0.offset, $0.packed, $0.size, $0.crc) = (0, 400, 400, 1) }
        }
        #expect(throws: ZipError.malformed("its entries overlap")) {
            try ZipArchive(ZipBytes(entries: [first] + others).bytes)
        }
    }

    @Test func `an entry that says less than it has ends where it said`() {
        let zip = ZipBytes(entries: [.init("a", "long text").with { $0.size = 2 }])
        #expect(throws: ZipError.malformed("the entry 'a' is stored with two sizes")) { try ZipArchive(zip.bytes) }
    }
}
