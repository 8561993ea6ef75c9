/// Comma-separated values with a line of column names (RFC 4180): quoted values may hold commas, line ends and doubled
/// quotes; lines end with LF or CRLF; blank lines and a byte order mark do not count.
struct CSVTable {
    struct Fault: Error, Hashable, CustomStringConvertible {
        var line: Int
        var reason: String
        var description: String { "line \(line): \(reason)" }
    }

    /// In lower case.
    let columns: [String]
    /// Values with the line on which they begin. A row may have fewer or more values than there are columns.
    let rows: [(line: Int, values: [String])]

    init(_ bytes: [UInt8]) throws(Fault) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Fault(line: 1, reason: "the text is not UTF-8")
        }
        var reader = Reader(Array((text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]).utf8))
        var rows: [(line: Int, values: [String])] = []
        while let row = try reader.next() {
            if row.values != [""] { rows.append(row) }
        }
        columns = (rows.first?.values ?? []).map { $0[...].trimmingSpace().lowercased() }
        self.rows = Array(rows.dropFirst())
    }

    /// The value of a row in the first column of this name, without blanks around it.
    func value(_ column: String, of row: [String]) -> String? {
        guard let place = columns.firstIndex(of: column), place < row.count else { return nil }
        return row[place][...].trimmingSpace()
    }

    private struct Reader {
        let bytes: [UInt8]
        var at = 0
        var line = 1

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() throws(Fault) -> (line: Int, values: [String])? {
            guard at < bytes.count else { return nil }
            let first = line
            var values: [String] = []
            while true {
                values.append(try value())
                guard at < bytes.count else { return (first, values) }
                let byte = bytes[at]
                at += 1
                if byte == UInt8(ascii: ",") { continue }
                if byte == UInt8(ascii: "\r"), at < bytes.count, bytes[at] == UInt8(ascii: "\n") { at += 1 }
                line += 1
                return (first, values)
            }
        }

        /// Up to the comma or line end behind it.
        private mutating func value() throws(Fault) -> String {
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                let start = at
                while at < bytes.count, !isEnd(bytes[at]) { at += 1 }
                return String(decoding: bytes[start..<at], as: UTF8.self)
            }
            let opened = line
            at += 1
            var value: [UInt8] = []
            while at < bytes.count {
                let byte = bytes[at]
                at += 1
                if byte == UInt8(ascii: "\"") {
                    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                        guard at == bytes.count || isEnd(bytes[at]) else {
                            throw Fault(line: line, reason: "a comma has to follow a closing quote")
                        }
                        return String(decoding: value, as: UTF8.self)
                    }
                    at += 1
                }
                if byte == UInt8(ascii: "\n") { line += 1 }
                value.append(byte)
            }
            throw Fault(line: opened, reason: "a quote is not closed")
        }

        private func isEnd(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        }
    }
}
