/// The last 4 KB of an invocation's log.
struct LogTail {
    private var bytes: [UInt8] = []
    static let size = 4096

    mutating func add(_ line: String) {
        bytes.append(contentsOf: line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count > 4 * Self.size { bytes.removeFirst(bytes.count - Self.size) }
    }

    var last: [UInt8] { Array(bytes.suffix(Self.size)) }
}
