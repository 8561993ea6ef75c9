/// Patterns with `*` (any text) and `?` (one character), as IAM's conditions have them. Their case counts.
enum ArnPattern {
    /// `ArnLike`: each of an ARN's six parts for itself, so that a `*` in one does not reach into the next. The last
    /// part is all that follows the fifth colon.
    static func matches(_ pattern: String, arn: String) -> Bool {
        let wanted = parts(pattern)
        let given = parts(arn)
        guard wanted.count == 6, given.count == 6 else { return false }
        return zip(wanted, given).allSatisfy { matches($0, $1) }
    }

    static func matches(_ pattern: String, text: String) -> Bool {
        matches(Array(pattern.unicodeScalars)[...], Array(text.unicodeScalars)[...])
    }

    private static func parts(_ arn: String) -> [ArraySlice<Unicode.Scalar>] {
        Array(arn.unicodeScalars).split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    }

    /// Goes back to the newest `*` alone, so that the work is at most the product of both lengths.
    private static func matches(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        var at = pattern.startIndex
        var place = text.startIndex
        var star: (after: Int, place: Int)?
        while place < text.endIndex {
            if at < pattern.endIndex, pattern[at] == "*" {
                star = (at + 1, place)
                at += 1
            } else if at < pattern.endIndex, pattern[at] == "?" || pattern[at] == text[place] {
                at += 1
                place += 1
            } else if let last = star {
                star = (last.after, last.place + 1)
                at = last.after
                place = last.place + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}
