import Foundation
import Testing

@testable import Console

@Suite("The user's editor")
struct EditorTests {
    private struct Folder {
        let path: String

        init() throws {
            path = NSTemporaryDirectory() + "editor-tests-" + UUID().uuidString
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        var content: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
        func remove() { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test(arguments: [
        (["VISUAL": "emacs -nw", "EDITOR": "nano"], "emacs -nw"), (["EDITOR": "nano"], "nano"),
        (["VISUAL": " ", "EDITOR": "nano"], "nano"), ([:], "vi"),
    ])
    func isVisualThenEditorThenVi(_ environment: [String: String], _ command: String) {
        #expect(Editor(environment: environment).command == command)
    }

    @Test func theFileIsForItsOwnerAloneAndGoneAfterwards() throws {
        let folder = try Folder()
        defer { folder.remove() }
        let editor = Editor(environment: ["EDITOR": "ed", "TMPDIR": folder.path])
        let outcome = editor.edit("one\n", fileName: "request.vtl") { arguments in
            let path = try #require(arguments.last)
            #expect(path.hasSuffix("/request.vtl"))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text == "one\n")
            let file = try FileManager.default.attributesOfItem(atPath: path)
            #expect(file[.posixPermissions] as? Int == 0o600)
            let parent = try FileManager.default.attributesOfItem(atPath: (path as NSString).deletingLastPathComponent)
            #expect(parent[.posixPermissions] as? Int == 0o700)
            try "two\n".write(toFile: path, atomically: true, encoding: .utf8)
            return 0
        }
        #expect(outcome == .text("two\n"))
        #expect(folder.content.isEmpty)
    }

    @Test(arguments: [
        ("{}", "{}\n", "{}"), ("{}\n", "{}\n", "{}\n"), ("", "a\n", "a"), ("a", "a\n\n", "a\n"), ("a\n", "a", "a"),
    ])
    func aNewlineThatTheEditorAddedIsTakenOff(_ former: String, _ edited: String, _ settled: String) {
        #expect(Editor.settled(edited, like: former) == settled)
    }

    @Test func theCommandIsTakenApartByTheShell() throws {
        let folder = try Folder()
        defer { folder.remove() }
        let editor = Editor(environment: ["EDITOR": "sed -i s/one/two/", "TMPDIR": folder.path])
        let outcome = editor.edit("one", fileName: "a b.json") { arguments in
            var words = arguments.map { strdup($0) } + [nil]
            defer { for word in words { free(word) } }
            var child: pid_t = 0
            try #require(posix_spawn(&child, try #require(arguments.first), nil, nil, &words, environ) == 0)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            return (status >> 8) & 0xff
        }
        #expect(outcome == .text("two"))
    }

    @Test(arguments: [(127, "was not found"), (1, "ended with 1"), (139, "ended with 139")])
    func anEditorThatFailsChangesNothing(_ code: Int32, _ words: String) throws {
        let folder = try Folder()
        defer { folder.remove() }
        let outcome = Editor(environment: ["EDITOR": "ed", "TMPDIR": folder.path]).edit("x", fileName: "x") { _ in code
        }
        guard case .failed(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains(words))
        #expect(folder.content.isEmpty)
    }

    @Test func whatCannotBeTakenBackIsKept() throws {
        let folder = try Folder()
        defer { folder.remove() }
        let outcome = Editor(environment: ["TMPDIR": folder.path]).edit("x", fileName: "x.vtl") { arguments in
            try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: try #require(arguments.last)))
            return 0
        }
        guard case .failed(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains("is not UTF-8; the file is kept there"))
        #expect(folder.content.count == 1)
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        let outcome = Editor(environment: ["TMPDIR": "/no/such/folder"]).edit("x", fileName: "x") { _ in 0 }
        guard case .failed(let reason) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains("/no/such/folder"))
    }
}
