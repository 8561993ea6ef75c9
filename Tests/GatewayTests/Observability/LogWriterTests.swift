import Foundation
import Logging
import Testing

@testable import Gateway

@Suite struct LogWriterTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/sluice-logs-\(UUID().uuidString.prefix(8))"
    private let file = LogFile(executionLogOf: "a1", stage: "prod", isCanary: false)

    private func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    private func write(_ line: String, _ writer: LogWriter) {
        writer.submit([file: Array((line + "\n").utf8)], bytes: line.utf8.count + 1, dropped: 0)
    }

    /// As `logrotate` and people do it.
    @Test(arguments: [true, false])
    func linesGoIntoANewFileWhereTheOldOneWasTakenAway(_ isMoved: Bool) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let writer = LogWriter(directory: folder, logger: Logger(label: "test"))
        let path = folder + "/" + file.path
        write("one", writer)
        #expect(await eventually { text(path) == "one\n" })
        if isMoved {
            try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        } else {
            try FileManager.default.removeItem(atPath: folder)
        }
        write("two", writer)
        #expect(await eventually { text(path) == "two\n" })
        if isMoved { #expect(text(path + ".old") == "one\n") }
        writer.close()
    }

    @Test func linesGoOnOnceTheFolderCanBeWrittenAgain() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "no folder".write(toFile: folder, atomically: true, encoding: .utf8)
        let writer = LogWriter(directory: folder, logger: Logger(label: "test"))
        write("lost", writer)
        // Waits until the line was tried.
        writer.close()
        try FileManager.default.removeItem(atPath: folder)
        write("kept", writer)
        let path = folder + "/" + file.path
        #expect(await eventually { text(path) == "kept\n" })
        writer.close()
    }
}
