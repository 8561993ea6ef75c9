/// Finds the end of a message's head in bytes that come piece by piece, without reading any byte twice.
///
/// Faults are found at fixed positions of the stream, so that it does not matter how the bytes were split.
package struct HeadScanner: Sendable {
    package enum Outcome: Equatable, Sendable {
        case incomplete
        /// `start` is after an empty line that came before the head, `end` after the empty line that closes it.
        case complete(start: Int, end: Int)
        case fault(HTTPFault)
    }

    private var start = 0
    private var lineStart = 0
    private var position = 0
    private var fieldsStart = -1
    private var skippedEmptyLine = false
    private let limits: HeadLimits
    private let toleratesEmptyLine: Bool

    /// RFC 9112 section 2.2: a server ignores an empty line before a request. One, here.
    package static func request() -> HeadScanner { HeadScanner(limits: .request, toleratesEmptyLine: true) }
    package static func response() -> HeadScanner { HeadScanner(limits: .response, toleratesEmptyLine: false) }

    private init(limits: HeadLimits, toleratesEmptyLine: Bool) {
        self.limits = limits
        self.toleratesEmptyLine = toleratesEmptyLine
    }

    /// `bytes` begins at the same byte of the stream in each call and holds all that has come since.
    package mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        guard let base = bytes.baseAddress else { return .incomplete }
        let count = bytes.count
        while position < count {
            if position == start {
                // Something else than HTTP, TLS for example, is told at its first byte.
                let first = base.load(fromByteOffset: start, as: UInt8.self)
                guard ByteScan.isToken(first) || first == ByteScan.cr || first == ByteScan.lf else {
                    return .fault(.malformedRequestLine)
                }
            }
            let bound = fieldsStart < 0 ? start + limits.line : fieldsStart + limits.fields
            guard let feed = ByteScan.find(ByteScan.lf, base, position, min(count, bound)) else {
                position = min(count, bound)
                guard position < bound else { return .fault(fieldsStart < 0 ? .uriTooLong : .headersTooLarge) }
                return .incomplete
            }
            guard feed > lineStart, base.load(fromByteOffset: feed - 1, as: UInt8.self) == ByteScan.cr else {
                return .fault(.bareLineFeed)
            }
            let isEmpty = feed - 1 == lineStart
            position = feed + 1
            lineStart = position
            if isEmpty {
                if fieldsStart >= 0 { return .complete(start: start, end: position) }
                guard toleratesEmptyLine, !skippedEmptyLine else { return .fault(.malformedRequestLine) }
                skippedEmptyLine = true
                start = position
            } else if fieldsStart < 0 {
                fieldsStart = position
            }
        }
        return .incomplete
    }
}
