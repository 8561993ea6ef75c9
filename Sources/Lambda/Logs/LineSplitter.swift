import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// Cuts what a process writes into lines. What is over the budget of the second is counted and thrown away without
/// being looked at closer than for its line ends.
struct LineSplitter {
    /// Bytes of a line that are kept.
    static let maximumLine = 8192

    private var partial: [UInt8] = []
    /// Whether the line that is being read is over `maximumLine`, or its beginning was dropped.
    private var isCut = false
    private var budget: Int
    private var refilled: NIODeadline
    private let bytesPerSecond: Int
    /// Since ``takeDropped()`` was last asked.
    private var dropped = (lines: 0, bytes: 0)

    init(bytesPerSecond: Int, now: NIODeadline) {
        self.bytesPerSecond = bytesPerSecond
        budget = bytesPerSecond
        refilled = now
    }

    /// Gives every whole line to `line`, without its end.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, now: NIODeadline, line: (String) -> Void) {
        refill(now)
        var rest = bytes[...]
        while !rest.isEmpty {
            guard budget > 0 else { return drop(rest) }
            let end = Self.firstNewline(in: rest)
            let part = rest[rest.startIndex..<(end ?? rest.endIndex)]
            budget -= part.count + 1
            append(part)
            guard let end else { return }
            line(take())
            rest = rest[(end + 1)...]
        }
    }

    /// The line that had no end when the process ended; `nil` if there is none.
    mutating func finish() -> String? {
        partial.isEmpty && !isCut ? nil : take()
    }

    /// What was thrown away, once there is budget for a line about it.
    mutating func takeDropped() -> (lines: Int, bytes: Int)? {
        guard dropped.bytes > 0 else { return nil }
        defer { dropped = (0, 0) }
        return dropped
    }

    private mutating func refill(_ now: NIODeadline) {
        guard now - refilled >= .seconds(1) else { return }
        budget = bytesPerSecond
        refilled = now
    }

    private mutating func append(_ part: Slice<UnsafeRawBufferPointer>) {
        let room = Self.maximumLine - partial.count
        if part.count > room { isCut = true }
        partial.append(contentsOf: part.prefix(room))
    }

    private mutating func take() -> String {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        var text = String(decoding: partial, as: UTF8.self)
        if isCut { text += "…" }
        partial.removeAll(keepingCapacity: partial.capacity <= Self.maximumLine * 2)
        isCut = false
        return text
    }

    private mutating func drop(_ bytes: Slice<UnsafeRawBufferPointer>) {
        dropped.bytes += bytes.count
        var rest = bytes
        while let end = Self.firstNewline(in: rest) {
            dropped.lines += 1
            rest = rest[(end + 1)...]
        }
        // The line that was begun is not whole any more.
        isCut = isCut || !partial.isEmpty
    }

    private static func firstNewline(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard let start = UnsafeRawBufferPointer(rebasing: bytes).baseAddress,
            let found = memchr(start, 0x0A, bytes.count)
        else { return nil }
        return bytes.startIndex + (UnsafeRawPointer(found) - start)
    }
}
