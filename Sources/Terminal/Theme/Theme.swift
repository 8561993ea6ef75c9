/// The colours and attributes of every role.
public struct Theme: Hashable, Sendable {
    /// How one role looks. A colour that is nil is the one of what the text lies on.
    public struct RoleStyle: Hashable, Sendable {
        public var foreground: Colour?
        public var background: Colour?
        public var attributes: Attributes

        public init(foreground: Colour? = nil, background: Colour? = nil, attributes: Attributes = []) {
            self.foreground = foreground
            self.background = background
            self.attributes = attributes
        }
    }

    /// What a terminal is told for a cell: colour numbers at its depth, -1 for its own colours.
    public struct Resolved: Hashable, Sendable {
        public var foreground: Int
        public var background: Int
        public var attributes: Attributes
    }

    public let name: String
    public let summary: String
    public private(set) var roles: [Role: RoleStyle]

    public init(name: String, summary: String = "", roles: [Role: RoleStyle]) {
        self.name = name
        self.summary = summary
        self.roles = roles
    }

    public func style(of role: Role) -> RoleStyle { roles[role] ?? RoleStyle() }

    /// How a cell of this style looks on a terminal of this depth.
    ///
    /// The foreground is the role's, else the ground's, else that of plain text; the background likewise. Plain text
    /// takes both from what it lies on. Where
    /// mapping down makes the foreground the same as the background, plain text's colour or black or white is taken.
    /// Without colours, the attributes of ``monochrome(_:)`` make roles differ, whatever the theme says.
    public func resolve(_ style: Style, depth: ColourDepth) -> Resolved {
        let own = self.style(of: style.role)
        let ground = style.ground.map { self.style(of: $0) }
        let text = self.style(of: .text)
        if depth == .monochrome {
            var attributes = style.attributes.union(Self.monochrome(style.role))
            if let role = style.ground { attributes.formUnion(Self.monochrome(role)) }
            if attributes.contains(.bold) { attributes.remove(.dim) }
            return Resolved(foreground: -1, background: -1, attributes: attributes)
        }
        let attributes = style.attributes.union(own.attributes).union(ground?.attributes ?? [])
        let grounds =
            style.role == .text ? ground?.background ?? own.background : own.background ?? ground?.background
        let background = (grounds ?? text.background ?? .terminal).number(at: depth)
        var foreground = -1
        // Text with a colour of its own keeps it on a ground; plain text takes the ground's.
        let candidates =
            style.role == .text
            ? [ground?.foreground, own.foreground]
            : [own.foreground, ground?.foreground, text.foreground]
        for case let colour? in candidates {
            foreground = colour.number(at: depth)
            if foreground != background || background == -1 { break }
        }
        if foreground == background && background != -1 {
            foreground = Self.isDark(background, depth) ? (depth == .rgb ? 0xFFFFFF : 7) : 0
        }
        return Resolved(foreground: foreground, background: background, attributes: attributes)
    }

    /// How roles differ on a terminal without colours.
    static func monochrome(_ role: Role) -> Attributes {
        switch role {
        case .selection, .focus: .reverse
        case .error: [.bold, .underline]
        case .title, .header, .accent, .key, .warning, .changed, .canary, .graphCanary: .bold
        case .match: .underline
        case .input: .underline
        case .dim, .stale, .border, .barEmpty, .graphAxis: .dim
        case .text, .base, .healthy, .bar, .graphBase, .added, .removed, .dialog: []
        }
    }

    private static func isDark(_ number: Int, _ depth: ColourDepth) -> Bool {
        let (red, green, blue) =
            depth == .rgb && number >= 8
            ? (number >> 16 & 0xFF, number >> 8 & 0xFF, number & 0xFF) : Colour.paletteComponents(number)
        return red * 299 + green * 587 + blue * 114 < 128_000
    }
}
