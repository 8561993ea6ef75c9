import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// Cuts what a process writes into lines. What is over the budget of the second is thrown away without being looked at,
/// up to the end of the line in which there is budget again.
struct LineSplitter {
    /// Bytes of a line that are kept.
    static let maximumLine = 8192

    private var partial: [UInt8] = []
    /// Whether the line that is being read is over `maximumLine`, or lost its end.
    private var isCut = false
    /// Whether what comes is the rest of a line that was dropped.
    private var isSkipping = false
    private var budget: Int
    private var refilled: NIODeadline
    private let bytesPerSecond: Int
    /// Bytes since ``takeDropped()`` was last asked.
    private var dropped = 0
    /// What a line costs beside its bytes.
    private static let lineCost = 64

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
            rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
            if isSkipping {
                dropped += part.count
                isSkipping = end == nil
                continue
            }
            budget -= part.count + Self.lineCost
            append(part)
            if end != nil { line(take()) }
        }
    }

    /// The line that had no end when the process ended; `nil` if there is none.
    mutating func finish() -> String? {
        partial.isEmpty && !isCut ? nil : take()
    }

    /// What was thrown away, once there is budget for a line about it.
    mutating func takeDropped() -> Int? {
        guard dropped > 0 else { return nil }
        defer { dropped = 0 }
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
        dropped += bytes.count + partial.count
        partial.removeAll()
        isCut = false
        isSkipping = true
    }

    private static func firstNewline(in bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard let start = UnsafeRawBufferPointer(rebasing: bytes).baseAddress,
            let found = memchr(start, 0x0A, bytes.count)
        else { return nil }
        return bytes.startIndex + (UnsafeRawPointer(found) - start)
    }
}
