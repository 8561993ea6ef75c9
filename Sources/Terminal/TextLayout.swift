/// Fitting text into columns. All widths are in columns, as ``TextWidth`` counts them.
public enum TextLayout {
    public enum Alignment: Sendable {
        case left, right, center
    }

    /// `text`, or as much of its beginning as fits into `width` columns with the ellipsis behind it. When not even
    /// the ellipsis fits, the text is cut.
    public static func truncate(_ text: String, to width: Int, ellipsis: String = "…") -> String {
        guard width > 0 else { return "" }
        if text.utf8.count <= width { if isPlain(text) { return text } }
        if TextWidth.of(text) <= width { return text }
        let room = width - TextWidth.of(ellipsis)
        guard room > 0 else { return prefix(of: text, columns: width) }
        return prefix(of: text, columns: room) + ellipsis
    }

    /// `text`, or as much of its end as fits into `width` columns with the ellipsis before it: for paths and
    /// addresses, whose end tells them apart.
    public static func truncateHead(_ text: String, to width: Int, ellipsis: String = "…") -> String {
        guard width > 0 else { return "" }
        let total = TextWidth.of(text)
        if total <= width { return text }
        let mark = TextWidth.of(ellipsis)
        let ellipsis = width - mark > 0 ? ellipsis : ""
        let skip = total - (width - TextWidth.of(ellipsis))
        var columns = 0
        var kept = String.UnicodeScalarView()
        TextWidth.forEachCluster(of: text) { cluster in
            if columns >= skip { kept.append(contentsOf: Cell(glyph: cluster.glyph, style: .plain).scalars) }
            columns += cluster.width
            return true
        }
        return ellipsis + String(kept)
    }

    /// `text` filled with blanks to `width` columns, or truncated to them.
    public static func fit(
        _ text: String, to width: Int, _ alignment: Alignment = .left, ellipsis: String = "…"
    ) -> String {
        pad(truncate(text, to: width, ellipsis: ellipsis), to: width, alignment)
    }

    /// `text` filled with blanks to `width` columns; longer text stays as it is.
    public static func pad(_ text: String, to width: Int, _ alignment: Alignment = .left) -> String {
        let free = width - TextWidth.of(text)
        guard free > 0 else { return text }
        let left =
            switch alignment {
            case .left: 0
            case .right: free
            case .center: free / 2
            }
        return String(repeating: " ", count: left) + text + String(repeating: " ", count: free - left)
    }

    /// The lines of `text`, each at most `width` columns: broken at blanks, and inside a word only where the word
    /// alone is longer than a line. Newlines in the text are kept. Without columns there are no lines.
    public static func wrap(_ text: String, to width: Int) -> [String] {
        guard width > 0 else { return [] }
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            wrap(paragraph: paragraph, to: width, into: &lines)
        }
        return lines
    }

    private static func wrap(paragraph: Substring, to width: Int, into lines: inout [String]) {
        var line = ""
        var columns = 0
        // The blanks between words are kept inside a line and dropped where it is broken.
        var gap = ""
        var rest = paragraph
        while !rest.isEmpty {
            let blanks = rest.prefix { $0 == " " || $0 == "\t" }
            gap = String(repeating: " ", count: blanks.count)
            rest = rest.dropFirst(blanks.count)
            let word = rest.prefix { $0 != " " && $0 != "\t" }
            rest = rest.dropFirst(word.count)
            if word.isEmpty { break }
            let wordColumns = TextWidth.of(word)
            if columns + gap.count + wordColumns <= width {
                line += gap + word
                columns += gap.count + wordColumns
                continue
            }
            if columns > 0 {
                lines.append(line)
            }
            (line, columns) = ("", 0)
            var piece = String(word)
            while TextWidth.of(piece) > width {
                let head = prefix(of: piece, columns: width)
                // A wide character in one column: drop it rather than never end.
                guard !head.isEmpty else {
                    piece = ""
                    break
                }
                lines.append(head)
                piece = suffix(of: piece, afterColumns: TextWidth.of(head))
            }
            (line, columns) = (piece, TextWidth.of(piece))
        }
        lines.append(line)
    }

    /// The longest beginning of `text` that fits into `columns` columns. Wide characters are not split.
    public static func prefix(of text: some StringProtocol, columns: Int) -> String {
        var used = 0
        var kept = String.UnicodeScalarView()
        TextWidth.forEachCluster(of: text) { cluster in
            guard used + cluster.width <= columns else { return false }
            used += cluster.width
            kept.append(contentsOf: Cell(glyph: cluster.glyph, style: .plain).scalars)
            return true
        }
        return String(kept)
    }

    /// What is left of `text` behind its first `columns` columns.
    public static func suffix(of text: some StringProtocol, afterColumns columns: Int) -> String {
        var used = 0
        var kept = String.UnicodeScalarView()
        TextWidth.forEachCluster(of: text) { cluster in
            if used >= columns { kept.append(contentsOf: Cell(glyph: cluster.glyph, style: .plain).scalars) }
            used += cluster.width
            return true
        }
        return String(kept)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
