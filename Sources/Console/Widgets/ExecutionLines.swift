import Terminal

/// The lines of an execution log as they are read: the time, what it is about, and its value.
enum ExecutionLines {
    /// A message in as many lines as it takes. The first has the time; what went wrong is red.
    static func lines(time: String, message: String, width: Int) -> [StyledLine] {
        let lead = time.isEmpty ? "  " : "  " + time + "  "
        let indent = TextWidth.of(lead)
        let wrapped = TextLayout.wrap(message, to: max(20, width - indent))
        let bad = isTrouble(message)
        let label = bad ? 0 : labelLength(message)
        return wrapped.enumerated().map { index, text in
            let start = (index == 0 ? lead : String(repeating: " ", count: indent), Style.dim)
            if bad { return StyledLine([start, (text, .error)]) }
            guard index == 0, label > 0, text.count > label else {
                return StyledLine([start, (text, index > 0 ? .plain : style(message))])
            }
            return StyledLine([start, (String(text.prefix(label)), .accent), (String(text.dropFirst(label)), .plain)])
        }
    }

    /// How much of a message says what its value is: `Method request path:`; 0 where it has no value.
    private static func labelLength(_ message: String) -> Int {
        guard let mark = message.firstIndex(of: ":") else { return 0 }
        let label = message[..<mark]
        guard label.count <= 60, label.allSatisfy({ $0.isLetter || $0.isNumber || " -()".contains($0) }) else {
            return 0
        }
        return label.count + 1
    }

    private static func style(_ message: String) -> Style {
        message.hasPrefix("Starting execution") || message.hasPrefix("Execution log for") ? .dim : .plain
    }

    private static func isTrouble(_ message: String) -> Bool {
        if message.hasPrefix("Execution failed") || message.contains("error: ") || message.contains("exceeded") {
            return true
        }
        guard let completed = message.firstRange(of: "completed with status: ") else { return false }
        return ["4", "5"].contains(message[completed.upperBound...].prefix(1))
    }
}
