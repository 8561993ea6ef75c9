/// What a piece of the screen means. Views name roles and never colours; a theme gives each role its colours. The raw
/// values are the keys of theme files.
public enum Role: String, CaseIterable, Sendable {
    /// Ordinary text.
    case text
    /// Text that may be overlooked: units, hints, what is not set.
    case dim
    /// The one accent colour: what the eye should find first.
    case accent
    /// The name of what the screen shows.
    case title
    /// Column headings and section names.
    case header
    /// The selected row.
    case selection
    /// The control that has the focus: a button, a field.
    case focus
    /// Lines and boxes.
    case border
    /// A key in the key hints.
    case key
    /// The base deployment of a stage.
    case base
    /// The canary deployment of a stage.
    case canary
    case healthy
    case warning
    case error
    /// A value that is no longer fresh, because its source is gone.
    case stale
    /// A value that changed in the last second.
    case changed
    /// Text that matches the search.
    case match
    /// Text being typed: the palette, the filter, a field.
    case input
    /// The filled part of a bar.
    case bar
    /// The rest of a bar.
    case barEmpty
    /// The base's line in a graph.
    case graphBase
    /// The canary's line in a graph.
    case graphCanary
    /// The axes and labels of a graph.
    case graphAxis
    /// What a change adds.
    case added
    /// What a change takes away.
    case removed
    /// The ground of a dialog.
    case dialog

    /// The letter that stands for the role in ``Canvas/styleText``. Letters are lower case; bold text shows as upper case.
    public var letter: Character {
        switch self {
        case .text: "."
        case .dim: "d"
        case .accent: "a"
        case .title: "t"
        case .header: "h"
        case .selection: "s"
        case .focus: "f"
        case .border: "-"
        case .key: "k"
        case .base: "b"
        case .canary: "c"
        case .healthy: "g"
        case .warning: "w"
        case .error: "e"
        case .stale: "z"
        case .changed: "n"
        case .match: "m"
        case .input: "i"
        case .bar: "#"
        case .barEmpty: "_"
        case .graphBase: "p"
        case .graphCanary: "q"
        case .graphAxis: "x"
        case .added: "+"
        case .removed: "r"
        case .dialog: "o"
        }
    }
}

/// How text is set, beside its colour. Terminals that lack one of them ignore it.
public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let bold = Attributes(rawValue: 1 << 0)
    public static let dim = Attributes(rawValue: 1 << 1)
    public static let underline = Attributes(rawValue: 1 << 2)
    public static let reverse = Attributes(rawValue: 1 << 3)
    public static let italic = Attributes(rawValue: 1 << 4)

    /// The names used in theme files.
    static let names: [(name: String, attribute: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("underline", .underline), ("reverse", .reverse), ("italic", .italic),
    ]
}

/// The style of a cell: what it means, how it is set, and what it lies on.
public struct Style: Hashable, Sendable {
    public var role: Role
    public var attributes: Attributes
    /// The role whose background is under the text where `role` has none of its own, such as ``Role/selection``
    /// under a row whose status stays red.
    public var ground: Role?

    public init(_ role: Role, _ attributes: Attributes = [], on ground: Role? = nil) {
        self.role = role
        self.attributes = attributes
        self.ground = ground
    }

    public static let plain = Style(.text)

    /// The same style lying on `ground`.
    public func on(_ ground: Role?) -> Style {
        Style(role, attributes, on: ground)
    }

    public func with(_ more: Attributes) -> Style {
        Style(role, attributes.union(more), on: ground)
    }

    public var bold: Style { with(.bold) }
}

extension Style {
    public static let text = Style(.text)
    public static let dim = Style(.dim)
    public static let accent = Style(.accent)
    public static let title = Style(.title)
    public static let header = Style(.header)
    public static let selection = Style(.selection)
    public static let focus = Style(.focus)
    public static let border = Style(.border)
    public static let key = Style(.key)
    public static let base = Style(.base)
    public static let canary = Style(.canary)
    public static let healthy = Style(.healthy)
    public static let warning = Style(.warning)
    public static let error = Style(.error)
    public static let stale = Style(.stale)
    public static let changed = Style(.changed)
    public static let match = Style(.match)
    public static let input = Style(.input)
    public static let bar = Style(.bar)
    public static let barEmpty = Style(.barEmpty)
    public static let graphBase = Style(.graphBase)
    public static let graphCanary = Style(.graphCanary)
    public static let graphAxis = Style(.graphAxis)
    public static let added = Style(.added)
    public static let removed = Style(.removed)
    public static let dialog = Style(.dialog)
}
