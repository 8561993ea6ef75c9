import Terminal

/// Columns of text under headings, two spaces apart, with no line longer than it has to be. Columns whose every value is
/// a number are aligned right.
struct TextTable {
    var columns: [String]
    var rows: [[String]]

    var text: String {
        let widths = columns.indices.map { column in
            ([columns[column]] + rows.map { $0[column] }).map { TextWidth.of($0) }.max() ?? 0
        }
        let numeric = columns.indices.map { column in
            !rows.isEmpty && rows.allSatisfy { $0[column] == "-" || Double($0[column]) != nil }
        }
        return ([columns] + rows).map { row in
            var line = ""
            for column in columns.indices {
                let padding = String(repeating: " ", count: widths[column] - TextWidth.of(row[column]))
                line += (numeric[column] ? padding + row[column] : row[column] + padding) + "  "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
