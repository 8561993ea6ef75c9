/// A set of characters.
indirect enum ScalarSet: Sendable {
    case range(UInt32, UInt32)
    case union([ScalarSet])
    case intersection(ScalarSet, ScalarSet)
    case not(ScalarSet)
    /// The set and the other case of its ASCII letters.
    case bothCases(ScalarSet)
    case category(@Sendable (Unicode.Scalar.Properties) -> Bool)

    func contains(_ scalar: UInt32) -> Bool {
        switch self {
        case .range(let low, let high): low <= scalar && scalar <= high
        case .union(let sets): sets.contains { $0.contains(scalar) }
        case .intersection(let one, let other): one.contains(scalar) && other.contains(scalar)
        case .not(let set): !set.contains(scalar)
        case .bothCases(let set):
            set.contains(scalar) || ((0x61...0x7A).contains(scalar | 0x20) && set.contains(scalar ^ 0x20))
        case .category(let test): Unicode.Scalar(scalar).map { test($0.properties) } ?? false
        }
    }

    static func characters(_ text: String) -> ScalarSet {
        .union(text.unicodeScalars.map { .range($0.value, $0.value) })
    }

    static let digit = ScalarSet.range(0x30, 0x39)
    static let letter = ScalarSet.union([.range(0x41, 0x5A), .range(0x61, 0x7A)])
    static let word = ScalarSet.union([letter, digit, .range(0x5F, 0x5F)])
    static let space = ScalarSet.union([.range(0x09, 0x0D), .range(0x20, 0x20)])
    static let horizontal = ScalarSet.union([
        characters(" \t\u{A0}\u{1680}\u{180E}\u{202F}\u{205F}\u{3000}"), .range(0x2000, 0x200A),
    ])
    static let vertical = ScalarSet.union([.range(0x0A, 0x0D), characters("\u{85}\u{2028}\u{2029}")])
    static let newline = characters("\n\r\u{85}\u{2028}\u{2029}")
    static let ecmaLineEnd = characters("\n\r\u{2028}\u{2029}")
    static let ecmaSpace = ScalarSet.union([
        .range(0x09, 0x0D), .range(0x2000, 0x200A),
        characters(" \u{A0}\u{1680}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}"),
    ])
    /// Letters that mean something after a backslash in Java only.
    static let notInECMA = characters("AzZGQERhHvVae")
    static let any = ScalarSet.range(0, 0x10FFFF)
}

/// A set as a search asks for it: ASCII, which is most of what is asked, in one look.
struct PatternSet: Sendable {
    private let low: UInt64
    private let high: UInt64
    private let set: ScalarSet
    /// Further steps that a character outside ASCII takes.
    let cost: Int

    init(_ set: ScalarSet) {
        func bits(_ first: UInt32) -> UInt64 {
            (0..<64).reduce(0) { set.contains(first + $1) ? $0 | 1 << UInt64($1) : $0 }
        }
        low = bits(0)
        high = bits(64)
        self.set = set
        cost = set.parts - 1
    }

    func contains(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<64: low >> UInt64(scalar) & 1 == 1
        case 64..<128: high >> UInt64(scalar - 64) & 1 == 1
        default: set.contains(scalar)
        }
    }
}

extension ScalarSet {
    var parts: Int {
        switch self {
        case .range, .category: 1
        case .union(let sets): sets.reduce(0) { $0 + $1.parts }
        case .intersection(let one, let other): one.parts + other.parts
        case .not(let set): set.parts
        case .bothCases(let set): set.parts * 2
        }
    }

    /// The classes of `\p{…}`: POSIX names for ASCII, Unicode categories and the most used properties.
    static func named(_ name: String) -> ScalarSet? {
        switch name {
        case "Lower": return .range(0x61, 0x7A)
        case "Upper": return .range(0x41, 0x5A)
        case "ASCII": return .range(0, 0x7F)
        case "Alpha": return letter
        case "Letter": return named("L")
        case "digit": return named("Nd")
        case "Digit": return digit
        case "Alnum": return .union([letter, digit])
        case "Punct": return characters("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
        case "Graph": return .range(0x21, 0x7E)
        case "Print": return .range(0x20, 0x7E)
        case "Blank": return characters(" \t")
        case "Cntrl": return .union([.range(0, 0x1F), .range(0x7F, 0x7F)])
        case "XDigit": return .union([digit, .range(0x41, 0x46), .range(0x61, 0x66)])
        case "Space": return space
        case "IsAlphabetic": return .category { $0.isAlphabetic }
        case "IsLetter": return .category { categories($0.generalCategory).hasPrefix("L") }
        case "IsDigit": return .category { $0.generalCategory == .decimalNumber }
        case "IsUppercase", "javaUpperCase": return .category { $0.isUppercase }
        case "IsLowercase", "javaLowerCase": return .category { $0.isLowercase }
        case "IsWhite_Space", "IsWhiteSpace", "javaWhitespace": return .category { $0.isWhitespace }
        case "IsPunctuation": return .category { categories($0.generalCategory).hasPrefix("P") }
        default:
            let category = name.hasPrefix("Is") ? String(name.dropFirst(2)) : name
            let known = [
                "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps",
                "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co",
                "Cn",
            ]
            guard known.contains(category) else { return nil }
            return .category { categories($0.generalCategory).hasPrefix(category) }
        }
    }

    private static func categories(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
