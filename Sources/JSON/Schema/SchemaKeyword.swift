/// One schema, ready to be applied. Numbers of other schemas are places in ``JSONSchema/nodes``.
final class SchemaNode: Sendable {
    /// In the order of their names.
    let keywords: [SchemaKeyword]
    let properties: SchemaProperties?
    let items: SchemaItems?
    /// Schemas that apply to the same value: a loop among them would not end.
    let sameValue: [Int]
    /// A `$ref` stands for its target alone; the compiler puts that in its place.
    let reference: Int?
    let place: String

    init(
        keywords: [SchemaKeyword] = [], properties: SchemaProperties? = nil, items: SchemaItems? = nil,
        sameValue: [Int] = [], reference: Int? = nil, place: String
    ) {
        self.keywords = keywords
        self.properties = properties
        self.items = items
        self.sameValue = sameValue
        self.reference = reference
        self.place = place
    }
}

/// A keyword with its value read. Those for the members and elements of a value stand in ``SchemaProperties`` and
/// ``SchemaItems``.
enum SchemaKeyword: Sendable {
    /// `additionalItems: false` beside a list of items.
    case additionalItems(allowed: Int)
    /// `additionalProperties: false`.
    case additionalProperties(SchemaProperties)
    case allOf([Int])
    case anyOf([Int])
    case dependencies([SchemaDependency])
    case enumeration(SchemaEnumeration)
    case format(SchemaFormat)
    case maxItems(Int)
    case maxLength(Int)
    case maxProperties(Int)
    case maximum(SchemaBound)
    case minItems(Int)
    case minLength(Int)
    case minProperties(Int)
    case minimum(SchemaBound)
    case multipleOf(SchemaDivisor)
    case not(Int)
    case oneOf([Int])
    case pattern(Pattern)
    case required([String])
    case type(SchemaTypes)
    case uniqueItems
}

struct SchemaBound: Sendable {
    let value: ExactNumber
    let text: String
    let isExclusive: Bool
}

enum SchemaDependency: Sendable {
    case properties(of: String, [String])
    case schema(of: String, Int)
}

/// `properties`, `patternProperties` and `additionalProperties` together.
final class SchemaProperties: Sendable {
    let named: [String: Int]
    let patterns: [(pattern: Pattern, schema: Int)]
    /// For the members that neither a name nor a pattern covers.
    let additional: Int?

    init(named: [String: Int], patterns: [(pattern: Pattern, schema: Int)], additional: Int?) {
        self.named = named
        self.patterns = patterns
        self.additional = additional
    }
}

enum SchemaItems: Sendable {
    case all(Int)
    case list([Int], additional: Int?)
}

/// The values of `enum`.
struct SchemaEnumeration: Sendable {
    let values: Set<SchemaValue>
    /// The types among them: most instances of another type need no look at the values.
    let types: SchemaTypes
    let list: JSON
}

/// Types of values. An integer is a number without point and exponent, whatever its value.
struct SchemaTypes: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let array = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    static let null = SchemaTypes(rawValue: 8)
    static let number = SchemaTypes(rawValue: 16)
    static let object = SchemaTypes(rawValue: 32)
    static let string = SchemaTypes(rawValue: 64)
    static let all = SchemaTypes(rawValue: 127)

    /// In the order in which messages list them.
    static let names: [(name: String, type: SchemaTypes)] = [
        ("array", .array), ("boolean", .boolean), ("integer", .integer), ("null", .null), ("number", .number),
        ("object", .object), ("string", .string),
    ]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(named name: String) {
        guard let found = Self.names.first(where: { $0.name == name }) else { return nil }
        // Whoever takes numbers takes integers.
        self = found.type == .number ? [.integer, .number] : found.type
    }

    /// The one type of a value.
    init(of value: JSON) {
        switch value {
        case .null: self = .null
        case .bool: self = .boolean
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        case .number(let number):
            let isWhole = number.text.utf8.allSatisfy {
                $0 != UInt8(ascii: ".") && $0 | 0x20 != UInt8(ascii: "e")
            }
            self = isWhole ? .integer : .number
        }
    }

    var names: [String] { Self.names.filter { contains($0.type) }.map(\.name) }
}
