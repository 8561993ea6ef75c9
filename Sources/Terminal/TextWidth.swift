import CNcurses
import Glibc

/// How many columns text takes on the screen.
///
/// The width of a scalar is libc's `wcwidth`, which is what ncurses reckons with. Text is taken apart the way simple
/// terminals do it: every scalar with a width starts a cluster, and the marks that follow belong to it. What
/// terminals disagree about is left out, so that all of them agree: joiners, variation selectors, skin tones and
/// direction controls. Control characters show as a blank (tab, newline) or as U+FFFD.
public enum TextWidth {
    /// What fills one cell, or two.
    struct Cluster {
        var glyph: UInt64
        var width: Int
    }

    /// `wcwidth` knows only the process's LC_CTYPE. Tests and services run without one, and then every non-ASCII
    /// character would have no width.
    static let localeIsReady: Bool = {
        setlocale(LC_CTYPE, "")
        if isUTF8Codeset { return true }
        for name in ["C.UTF-8", "C.utf8", "en_US.UTF-8"] where setlocale(LC_CTYPE, name) != nil {
            return true
        }
        return false
    }()

    private static var isUTF8Codeset: Bool {
        guard let codeset = nl_langinfo(Int32(CODESET)) else { return false }
        return String(cString: codeset).uppercased() == "UTF-8"
    }

    /// The columns of `text`.
    public static func of(_ text: some StringProtocol) -> Int {
        var columns = 0
        forEachCluster(of: text) { cluster in
            columns += cluster.width
            return true
        }
        return columns
    }

    /// The columns of one character.
    public static func of(_ character: Character) -> Int {
        if let ascii = character.asciiValue, ascii >= 0x20, ascii < 0x7F { return 1 }
        return of(String(character))
    }

    /// Calls `body` for each cluster of `text`, in order, until it returns false.
    static func forEachCluster(of text: some StringProtocol, _ body: (Cluster) -> Bool) {
        // Bytes first: most text is ASCII, where every byte is a cluster, unless a mark follows.
        var pending: Cluster?
        for scalar in text.unicodeScalars {
            let value = scalar.value
            if value >= 0x20, value < 0x7F {
                if let cluster = pending, !body(cluster) { return }
                pending = Cluster(glyph: UInt64(value), width: 1)
                continue
            }
            switch kind(of: scalar) {
            case .dropped:
                continue
            case .mark:
                guard var cluster = pending else { continue }
                if cluster.glyph >> 21 == 0 {
                    cluster.glyph |= UInt64(value) << 21
                } else if cluster.glyph >> 42 == 0 {
                    cluster.glyph |= UInt64(value) << 42
                }
                pending = cluster
            case .drawn(let glyph, let width):
                if let cluster = pending, !body(cluster) { return }
                pending = Cluster(glyph: UInt64(glyph), width: width)
            }
        }
        if let cluster = pending { _ = body(cluster) }
    }

    private enum Kind {
        case dropped
        case mark
        case drawn(UInt32, width: Int)
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        let value = scalar.value
        if value < 0x20 || (value >= 0x7F && value < 0xA0) {
            // A carriage return before a newline would show as two blanks.
            if value == 0x0D { return .dropped }
            return .drawn(value == 0x09 || value == 0x0A ? 0x20 : 0xFFFD, width: 1)
        }
        // Box drawing, blocks and braille are what graphs are made of.
        if value >= 0x2500 && value < 0x25A0 || value >= 0x2800 && value < 0x2900 { return .drawn(value, width: 1) }
        if value >= 0x1F3FB && value <= 0x1F3FF { return .dropped }
        _ = localeIsReady
        switch wcwidth(wchar_t(bitPattern: value)) {
        case 1: return .drawn(value, width: 1)
        case 2: return .drawn(value, width: 2)
        case 0:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .otherLetter:
                return scalar.properties.isVariationSelector ? .dropped : .mark
            default:
                return .dropped
            }
        default:
            return .drawn(0xFFFD, width: 1)
        }
    }
}
