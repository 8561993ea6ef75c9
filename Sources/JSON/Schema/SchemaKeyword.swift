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

/// A keyword with its value read, in one word. Those for the members and elements of a value stand in ``SchemaProperties`` and
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
    case pattern(SchemaPattern)
    case required([String])
    case type(SchemaTypes)
    case uniqueItems
}

final class SchemaPattern: Sendable {
    let pattern: Pattern
    let schema: Int?

    /// `schema` is that of a member of `patternProperties`.
    init(_ pattern: Pattern, schema: Int? = nil) {
        self.pattern = pattern
        self.schema = schema
    }
}

final class SchemaBound: Sendable {
    let value: ExactNumber
    let text: String
    let isExclusive: Bool

    init(_ text: String, isExclusive: Bool) {
        value = ExactNumber(text)
        self.text = text
        self.isExclusive = isExclusive
    }
}

enum SchemaDependency: Sendable {
    case properties(of: String, [String])
    case schema(of: String, Int)
}

/// `properties`, `patternProperties` and `additionalProperties` together.
final class SchemaProperties: Sendable {
    private let names: [String]
    private let schemas: [Int]
    /// Places of the names, if they are too many to go through.
    private let index: [String: Int]?
    let patterns: [SchemaPattern]
    /// For the members that neither a name nor a pattern covers.
    let additional: Int?

    init(named: [(name: String, schema: Int)], patterns: [SchemaPattern], additional: Int?) {
        names = named.map(\.name)
        schemas = named.map(\.schema)
        let places = named.enumerated().map { ($0.element.name, $0.offset) }
        index = named.count > 16 ? Dictionary(places, uniquingKeysWith: { first, _ in first }) : nil
        self.patterns = patterns
        self.additional = additional
    }

    /// The schema of `properties` for a name. Members mostly come in the order of the schema, so the search begins at
    /// `next`, which is moved behind what it finds.
    func schema(named name: String, next: inout Int) -> Int? {
        if next < names.count, names[next] == name {
            next += 1
            return schemas[next - 1]
        }
        guard let place = index.map({ $0[name] }) ?? names.firstIndex(of: name) else { return nil }
        next = place + 1
        return schemas[place]
    }
}

enum SchemaItems: Sendable {
    case all(Int)
    case list([Int], additional: Int?)
}

/// The values of `enum`.
final class SchemaEnumeration: Sendable {
    let values: Set<SchemaValue>
    /// The types among them: an instance of another type needs no look at the values.
    let types: SchemaTypes
    let list: JSON

    init(_ values: [JSON]) {
        self.values = Set(values.map(SchemaValue.init))
        let types = values.reduce(into: SchemaTypes()) { $0.formUnion(SchemaTypes(of: $1)) }
        let numbers: SchemaTypes = [.integer, .number]
        self.types = types.isDisjoint(with: numbers) ? types : types.union(numbers)
        list = .array(values)
    }
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
