/// What a request's execution log says, line by line, in the order in which it happened.
///
/// An exchange has one only where the method's `loggingLevel` is not `OFF`, or where it is a test-invoke.
final class ExecutionLog {
    enum Level: Sendable { case error, info }

    typealias Line = (wall: Int64, text: String)

    /// The most verbose that is kept.
    let level: Level
    /// Whole requests and responses: `dataTraceEnabled`.
    let traces: Bool
    /// The request was answered by the gateway itself: nothing is said of a method's response.
    var hasFailed = false
    /// The method's request stands in the log: phases that run twice say it once.
    var hasRequest = false
    /// The backend's request stands in the log.
    var hasEndpointRequest = false
    /// The method's response stands in the log.
    var hasResponse = false
    /// The backend's response head, kept until its body has come as well.
    var endpointHead: (status: Int, headers: String)?
    /// The method's response headers, kept until the answer is out.
    var responseHeaders = "{}"

    private var entries: [Entry] = []
    private var requestBody = BodyStart()
    private(set) var responseBody = BodyStart()

    private struct Entry {
        var wall: Int64
        var text: String
        /// The request's body follows, as far as it comes.
        var endsWithRequestBody = false
    }

    init(level: Level, traces: Bool) {
        self.level = level
        self.traces = traces
    }

    /// `wall` in nanoseconds since 1970.
    func append(_ text: String, wall: Int64) { append(Entry(wall: wall, text: text)) }

    /// A line that ends with the request's body, of which some may still come.
    func append(beforeRequestBody text: String, wall: Int64) {
        append(Entry(wall: wall, text: text, endsWithRequestBody: true))
    }

    private func append(_ entry: Entry) {
        guard entries.count < Self.maximumLines else { return }
        var entry = entry
        entry.text = Self.cut(entry.text)
        entries.append(entry)
    }

    func take(requestBody piece: some Sequence<UInt8>) { if traces { requestBody.append(piece) } }
    func take(responseBody piece: some Sequence<UInt8>) { if traces { responseBody.append(piece) } }

    var lines: [Line] {
        entries.map { entry in
            (entry.wall, entry.endsWithRequestBody ? Self.cut(entry.text + requestBody.text) : entry.text)
        }
    }

    // MARK: Bounds

    /// CloudWatch gets at most so many bytes of a line.
    static let lineLimit = 1024
    /// No request has so many; whatever loops, the log does not grow.
    static let maximumLines = 200

    /// A line that is too long ends with ` [TRUNCATED]`, as API Gateway's do.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > lineLimit, !text.hasSuffix(truncated) else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: lineLimit)
        // Not within a character.
        while end > text.utf8.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end]) + truncated
    }

    private static let truncated = " [TRUNCATED]"

    /// The beginning of a body: more than a line holds is never kept.
    struct BodyStart {
        private var bytes: [UInt8] = []

        mutating func append(_ piece: some Sequence<UInt8>) {
            let room = ExecutionLog.lineLimit + 4 - bytes.count
            if room > 0 { bytes.append(contentsOf: piece.prefix(room)) }
        }

        var text: String { ExecutionLog.text(ofBody: bytes) }
    }

    /// A body as API Gateway's log shows it: text as it is, anything else as `[Binary Data]`. The last character may be
    /// cut.
    static func text(ofBody bytes: [UInt8]) -> String {
        for end in stride(from: bytes.count, through: max(0, bytes.count - 3), by: -1) {
            if let text = String(validating: bytes[..<end], as: UTF8.self) { return text }
            if bytes.count <= lineLimit { break }
        }
        return "[Binary Data]"
    }
}

/// Values that a log must not tell, lists as Java prints them, and lines as files have them.
enum LogText {
    /// `2026-11-21T17:52:31.114Z (requestId) text`. A line break in the text, of a body for example, is `\n`: one event
    /// is one line, and none can be forged.
    static func write(_ line: ExecutionLog.Line, of requestId: String, to text: inout [UInt8]) {
        text += "\(LoopClock.isoTime(nanoseconds: line.wall)) (\(requestId)) ".utf8
        for byte in line.text.utf8 {
            switch byte {
            case 0x0A: text += "\\n".utf8
            case 0x0D: text += "\\r".utf8
            case 0..<0x20, 0x7F: text.append(0x20)
            default: text.append(byte)
            }
        }
        text.append(0x0A)
    }

    /// `{Host=localhost, x-api-key=****abc123}`: the last value of each name, in the order in which names first came.
    static func map(_ fields: [(name: [UInt8], value: [UInt8])]) -> String {
        var names: [String] = []
        var values: [String: String] = [:]
        for field in fields {
            let name = String(decoding: field.name, as: UTF8.self)
            let value = String(decoding: field.value, as: UTF8.self)
            if values.updateValue(isSecret(name) ? masked(value) : value, forKey: name) == nil { names.append(name) }
        }
        return "{" + names.map { "\($0)=\(values[$0] ?? "")" }.joined(separator: ", ") + "}"
    }

    /// Names of headers and query parameters whose values are masked.
    static func isSecret(_ name: String) -> Bool {
        switch name.lowercased() {
        case "authorization", "proxy-authorization", "x-api-key", "x-amz-security-token", "x-amz-signature",
            "x-amz-credential":
            true
        default: false
        }
    }

    /// A star for each character but the last six; a value that has no more than six is hidden whole.
    static func masked(_ value: String) -> String {
        let shown = value.count > 6 ? String(value.suffix(6)) : ""
        return String(repeating: "*", count: value.count - shown.count) + shown
    }

    /// An address with the secrets of its query masked.
    static func masked(uri: String) -> String {
        guard let question = uri.firstIndex(of: "?") else { return uri }
        let pairs = uri[uri.index(after: question)...].split(separator: "&", omittingEmptySubsequences: false)
        let shown = pairs.map { pair -> String in
            guard let equals = pair.firstIndex(of: "="), isSecret(String(pair[..<equals])) else { return String(pair) }
            return pair[...equals] + masked(String(pair[pair.index(after: equals)...]))
        }
        return uri[...question] + shown.joined(separator: "&")
    }
}

extension Exchange {
    /// A line of the execution log, made only where somebody keeps it.
    @inline(__always)
    func trace(_ text: @autoclosure () -> String) {
        guard let log = executionLog, log.level == .info else { return }
        log.append(text(), wall: loop.clock.wall(LoopClock.monotonic()))
    }

    /// A line that is kept at level `ERROR` too.
    @inline(__always)
    func traceError(_ text: @autoclosure () -> String) {
        guard let log = executionLog else { return }
        log.append(text(), wall: loop.clock.wall(LoopClock.monotonic()))
    }

    /// A line with what passed: headers, bodies, addresses.
    @inline(__always)
    func traceData(_ text: @autoclosure () -> String) {
        guard let log = executionLog, log.traces, log.level == .info else { return }
        log.append(text(), wall: loop.clock.wall(LoopClock.monotonic()))
    }
}
