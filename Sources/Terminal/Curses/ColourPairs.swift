import CNcurses

/// The colour pairs of the terminal that are in use: bounded by what it has, given out in order of need.
///
/// ncurses' own `alloc_pair` takes the oldest pair away when it has no more, and with it the colours of what is on
/// the screen.
struct ColourPairs {
    private struct Colours: Hashable {
        var foreground: Int
        var background: Int
    }

    private var pairs: [Colours: Int32] = [:]
    private let limit: Int

    init(limit: Int) {
        // Pair 0 is the terminal's own colours.
        self.limit = min(limit, 4096)
    }

    /// The pair's number; when all are in use, that of one with the same foreground, else 0.
    mutating func pair(foreground: Int, background: Int) -> Int32 {
        if foreground == -1, background == -1 { return 0 }
        let colours = Colours(foreground: foreground, background: background)
        if let pair = pairs[colours] { return pair }
        guard pairs.count + 1 < limit else {
            return pairs.first { $0.key.foreground == foreground }?.value ?? 0
        }
        let number = Int32(pairs.count + 1)
        guard init_extended_pair(number, Int32(foreground), Int32(background)) == OK else { return 0 }
        pairs[colours] = number
        return number
    }
}
