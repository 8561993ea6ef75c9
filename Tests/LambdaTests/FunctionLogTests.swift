import ControlAPI
import NIOCore
import Testing

@testable import Lambda

@Suite struct FunctionLogTests {
    private func feed(_ splitter: inout LineSplitter, _ text: String, at now: NIODeadline = .uptimeNanoseconds(1))
        -> [String]
    {
        var lines: [String] = []
        Array(text.utf8).withUnsafeBytes { splitter.feed($0, now: now) { lines.append($0) } }
        return lines
    }

    private func splitter(_ budget: Int = 1 << 20) -> LineSplitter {
        LineSplitter(bytesPerSecond: budget, now: .uptimeNanoseconds(0))
    }

    @Test func linesAreCutWhereTheyEnd() {
        var splitter = splitter()
        #expect(feed(&splitter, "one\ntwo\r\nthr") == ["one", "two"])
        #expect(feed(&splitter, "ee\n\n") == ["three", ""])
        #expect(splitter.finish() == nil)
        #expect(feed(&splitter, "rest").isEmpty)
        #expect(splitter.finish() == "rest")
    }

    @Test func aLongLineIsCutAndMarked() {
        var splitter = splitter()
        let long = String(repeating: "x", count: LineSplitter.maximumLine + 5)
        #expect(feed(&splitter, long + "\nshort\n") == [String(long.dropLast(5)) + "…", "short"])
    }

    @Test func whatIsOverTheSecondsBudgetIsCounted() {
        // A line costs its bytes and 64.
        var splitter = splitter(100)
        #expect(feed(&splitter, "12345\n7890\n") == ["12345", "7890"])
        #expect(feed(&splitter, "more\nand mo").isEmpty)
        #expect(splitter.takeDropped() == 11)
        #expect(splitter.takeDropped() == nil)
        #expect(feed(&splitter, "re\nagain\n", at: .uptimeNanoseconds(1_000_000_001)) == ["again"])
        #expect(splitter.takeDropped() == 2)
    }

    @Test func bytesThatAreNoTextDoNoHarm() {
        var splitter = splitter()
        var lines: [String] = []
        ([0xFF, 0x00, 0xC3, 0x0A] as [UInt8]).withUnsafeBytes {
            splitter.feed($0, now: .uptimeNanoseconds(1)) { lines.append($0) }
        }
        #expect(lines == ["\u{FFFD}\0\u{FFFD}"])
    }

    @Test func aLogKeepsTheNewestWithinItsBounds() {
        let log = FunctionLog(maximumRecords: 3, maximumBytes: 1 << 20)
        for number in 1...5 { log.append(record("\(number)")) }
        #expect(log.newest(10).map(\.message) == ["3", "4", "5"])
        #expect(log.newest(1).map(\.message) == ["5"])
        #expect(log.newest(-1).isEmpty)
        let small = FunctionLog(maximumRecords: 100, maximumBytes: 1000)
        for _ in 1...5 { small.append(record(String(repeating: "x", count: 300))) }
        #expect(small.newest(10).count == 2)
    }

    private func record(_ message: String) -> FunctionLogRecord {
        FunctionLogRecord(time: 0, functionName: "f", requestId: nil, message: message)
    }

    @Test(arguments: [
        (
            InvocationReport(requestId: "r", duration: 1.234, memorySize: 128, maxMemoryUsed: 40),
            "REPORT RequestId: r\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t"
        ),
        (
            InvocationReport(
                requestId: "r", duration: 10, memorySize: 128, maxMemoryUsed: 40, initDuration: 120.5,
                status: .error(type: "Runtime.ExitError")),
            "REPORT RequestId: r\tDuration: 10.00 ms\tBilled Duration: 131 ms\tMemory Size: 128 MB"
                + "\tMax Memory Used: 40 MB\tInit Duration: 120.50 ms\tStatus: error\tError Type: Runtime.ExitError"
        ),
        (
            InvocationReport(requestId: "r", duration: 3000, memorySize: 1, maxMemoryUsed: 1, status: .timeout),
            "REPORT RequestId: r\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 1 MB"
                + "\tMax Memory Used: 1 MB\tStatus: timeout"
        ),
    ])
    func reportsReadAsLambdas(report: InvocationReport, line: String) {
        #expect(report.line == line)
    }

    @Test func theTailIsTheLast4KB() {
        var tail = LogTail()
        for number in 1...2000 { tail.add("line \(number)") }
        #expect(tail.last.count == 4096)
        #expect(String(decoding: tail.last, as: UTF8.self).hasSuffix("line 1999\nline 2000\n"))
    }
}
