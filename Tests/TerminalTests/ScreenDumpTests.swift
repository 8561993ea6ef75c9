import Foundation
import Testing

@testable import Terminal

@Suite struct ScreenDumpTests {
    @Test func aScreenIsSavedForItsOwnerOnlyAndNeverOverwritten() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dump-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var canvas = Canvas(width: 5, height: 2)
        canvas.put("日 x", x: 0, y: 0)
        let date = Date(timeIntervalSince1970: 0)
        let first = try ScreenDump.write(canvas, label: "my ../stage", folder: folder, at: date)
        let second = try ScreenDump.write(canvas, label: "my ../stage", folder: folder, at: date)
        #expect(first != second)
        #expect(first.hasPrefix(folder + "/my----stage-19"))
        #expect(try String(contentsOfFile: first, encoding: .utf8) == "日 x\n\n")
        let mode = try FileManager.default.attributesOfItem(atPath: first)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try ScreenDump.write(Canvas(width: 1, height: 1), label: "x", folder: "/dev/null/screens")
        }
        #expect(error.description.hasPrefix("/dev/null/screens: "))
    }

    @Test(arguments: [true, false]) func everySignIsAsWideInASCII(unicode: Bool) {
        let glyphs = Glyphs(unicode: unicode)
        let signs: [Character] = [
            glyphs.horizontal, glyphs.vertical, glyphs.topLeft, glyphs.crumb, glyphs.focusLeft, glyphs.focusRight,
            glyphs.arrowRight, glyphs.arrowLeft, glyphs.arrowUp, glyphs.arrowDown, glyphs.live, glyphs.lost,
            glyphs.paused, glyphs.check, glyphs.cross, glyphs.warning, glyphs.times, glyphs.plusMinus, glyphs.minus,
            glyphs.none, glyphs.dot, glyphs.caret, glyphs.enter, glyphs.thumb, glyphs.track, glyphs.axisTick,
        ]
        for sign in signs {
            #expect(TextWidth.of(sign) == 1, "\(sign)")
            #expect(unicode || sign.isASCII)
        }
        for text in [glyphs.treeBranch, glyphs.treeLast, glyphs.treeLine, glyphs.flowRight, glyphs.flowLeft] {
            #expect(TextWidth.of(text) == 2)
        }
    }
}
