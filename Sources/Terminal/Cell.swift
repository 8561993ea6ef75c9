/// One cell of the screen: a character that a terminal draws in it, and its style.
///
/// The character is a base scalar with at most two combining marks, packed into 64 bits (three scalars of 21 bits),
/// so that a grid of cells is plain memory and two grids compare fast. A wide character takes two cells: the first
/// holds it, the second is a ``continuation``.
public struct Cell: Hashable, Sendable {
    var glyph: UInt64
    public var style: Style

    init(glyph: UInt64, style: Style) {
        self.glyph = glyph
        self.style = style
    }

    /// A cell with the first cluster of `character` that has a width (see ``TextWidth``), or a blank when it has none.
    public init(_ character: Character = " ", style: Style = .plain) {
        var packed = Cell.blankGlyph
        TextWidth.forEachCluster(of: String(character)) { cluster in
            packed = cluster.glyph
            return false
        }
        self.init(glyph: packed, style: style)
    }

    static let blankGlyph: UInt64 = 0x20
    static let continuationGlyph: UInt64 = 0

    public static let blank = Cell(glyph: blankGlyph, style: .plain)

    /// The right half of a wide character.
    public static func continuation(style: Style) -> Cell {
        Cell(glyph: continuationGlyph, style: style)
    }

    public var isContinuation: Bool { glyph == Self.continuationGlyph }
    public var isBlank: Bool { glyph == Self.blankGlyph }

    /// The scalars drawn in the cell: the base and its marks; none in a continuation.
    public var scalars: [Unicode.Scalar] {
        var rest = glyph
        var scalars: [Unicode.Scalar] = []
        while rest != 0 {
            if let scalar = Unicode.Scalar(UInt32(rest & 0x1F_FFFF)) { scalars.append(scalar) }
            rest >>= 21
        }
        return scalars
    }

    /// The base scalar's value; 0 in a continuation.
    var base: UInt32 { UInt32(glyph & 0x1F_FFFF) }

    /// The character drawn in the cell; a blank in a continuation.
    public var character: Character {
        if glyph < 0x80 { return glyph == 0 ? " " : Character(Unicode.Scalar(UInt8(glyph))) }
        var string = String.UnicodeScalarView()
        string.append(contentsOf: scalars)
        return String(string).first ?? " "
    }
}
