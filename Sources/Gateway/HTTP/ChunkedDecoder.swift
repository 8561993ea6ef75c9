/// Decodes a chunked body (RFC 9112 section 7.1) piece by piece. Strict: sizes are plain hex digits, every line ends
/// with CRLF, extensions and trailers are bounded and dropped.
package struct ChunkedDecoder: Sendable {
    package enum Step: Equatable, Sendable {
        /// All given bytes were used, more have to come.
        case needsMore
        /// Body bytes, counted from the start of what was given.
        case data(start: Int, end: Int)
        /// The body ended; what was given is used up to `consumed`.
        case end
        case fault
    }

    private enum State: Sendable {
        case size, extensions, sizeLineFeed, data, dataReturn, dataLineFeed
        case trailerStart, trailer, trailerLineFeed, finalLineFeed, done
    }

    private static let maximumExtension = 256
    private static let maximumTrailer = 4_096

    private var state = State.size
    private var digits = 0
    private var size = 0
    private var overhead = 0
    private var trailerBytes = 0
    /// How many of the bytes given are used.
    package private(set) var consumed = 0

    package init() {}

    package var isDone: Bool { state == .done }

    /// Call until it gives `.needsMore`, `.end` or `.fault`, with `consumed` set back by ``rewind()`` for new bytes.
    package mutating func next(_ bytes: UnsafeRawBufferPointer) -> Step {
        while consumed < bytes.count {
            if state == .data {
                let start = consumed
                let end = min(bytes.count, start + size)
                size -= end - start
                consumed = end
                if size == 0 { state = .dataReturn }
                return .data(start: start, end: end)
            }
            let byte = bytes[consumed]
            consumed += 1
            guard take(byte) else { return .fault }
            if state == .done { return .end }
        }
        return state == .done ? .end : .needsMore
    }

    package mutating func rewind() { consumed = 0 }

    private mutating func take(_ byte: UInt8) -> Bool {
        switch state {
        case .size:
            if let digit = ByteScan.hexDigit(byte) {
                digits += 1
                guard digits <= 8 else { return false }
                size = size << 4 | Int(digit)
                return true
            }
            guard digits > 0 else { return false }
            overhead = 0
            if byte == ByteScan.cr {
                state = .sizeLineFeed
            } else if byte == 0x3B {
                state = .extensions
            } else {
                return false
            }
        case .extensions:
            overhead += 1
            if byte == ByteScan.cr {
                state = .sizeLineFeed
            } else {
                return overhead <= Self.maximumExtension && (byte >= 0x20 && byte != 0x7F || byte == ByteScan.tab)
            }
        case .sizeLineFeed:
            guard byte == ByteScan.lf else { return false }
            state = size == 0 ? .trailerStart : .data
            digits = 0
        case .data: return false
        case .dataReturn:
            guard byte == ByteScan.cr else { return false }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == ByteScan.lf else { return false }
            state = .size
        case .trailerStart:
            if byte == ByteScan.cr {
                state = .finalLineFeed
            } else {
                guard ByteScan.isToken(byte) else { return false }
                state = .trailer
                trailerBytes += 1
            }
        case .trailer:
            trailerBytes += 1
            if byte == ByteScan.cr {
                state = .trailerLineFeed
            } else {
                return trailerBytes <= Self.maximumTrailer && (byte >= 0x20 && byte != 0x7F || byte == ByteScan.tab)
            }
        case .trailerLineFeed:
            guard byte == ByteScan.lf else { return false }
            state = .trailerStart
        case .finalLineFeed:
            guard byte == ByteScan.lf else { return false }
            state = .done
        case .done: return false
        }
        return true
    }
}
