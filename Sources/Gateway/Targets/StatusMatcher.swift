/// Statuses that a health check takes for a success: `200`, `200-399`, `200,204` (ELB's `Matcher.HttpCode`).
struct StatusMatcher: Sendable, Hashable {
    private var ranges: [ClosedRange<Int>] = []

    /// `nil` for what is no such list, or holds a status outside 200–599.
    init?(_ text: String) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Self.status($0) }
            switch ends.count {
            case 1:
                guard let only = ends[0] else { return nil }
                ranges.append(only...only)
            case 2:
                guard let first = ends[0], let last = ends[1], first <= last else { return nil }
                ranges.append(first...last)
            default: return nil
            }
        }
    }

    private static func status(_ text: Substring) -> Int? {
        let digits = text.drop { $0 == " " }
        guard digits.utf8.count == 3, let status = Int(digits), (200...599).contains(status) else { return nil }
        return status
    }

    func matches(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }
}
