package import JSON

/// What a template works with: Java's values as API Gateway's templates see them. Lists, maps and objects are shared
/// when assigned, as Java's are.
package enum Value {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    /// A number from JSON with more digits than an integer holds; it prints as it was written.
    case number(JSONNumber)
    case string(String)
    case list(ListValue)
    case map(MapValue)
    case object(any TemplateObject)

    var isNull: Bool {
        if case .null = self { return true }
        return false
    }

    /// As ``init(_:)``, with a step for every value in it.
    init(_ json: JSON, _ meter: Meter) throws(TemplateFailure) {
        func count(_ json: JSON) -> Int {
            switch json {
            case .array(let elements): elements.reduce(1) { $0 + count($1) }
            case .object(let object): object.members.reduce(1) { $0 + 2 + count($1.value) }
            default: 1
            }
        }
        try meter.step(count(json))
        self.init(json)
    }

    init(wide: Int128) {
        if let int = Int(exactly: wide) {
            self = .int(int)
        } else if case .number(let number)? = try? JSON(parsing: String(wide)) {
            self = .number(number)
        } else {
            self = .double(Double(wide))
        }
    }

    /// The number as a double, if this is one.
    var double: Double? {
        switch self {
        case .int(let int): Double(int)
        case .double(let double): double
        case .number(let number): number.double
        default: nil
        }
    }

    /// The value of parsed JSON. Its lists print as JSON.
    package init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let bool): self = .bool(bool)
        case .string(let string): self = .string(string)
        case .number(let number):
            if let int = Int(number.text) {
                self = .int(int)
            } else if number.text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) {
                self = .double(number.double)
            } else {
                self = .number(number)
            }
        case .array(let elements): self = .list(ListValue(elements.map { Value($0) }, printsJSON: true))
        case .object(let object):
            self = .map(MapValue(object.members.map { (key: $0.key, value: Value($0.value)) }))
        }
    }
}

/// A value with methods of its own: `$input`, `$util`, `$foreach`, an entry of a map.
package protocol TemplateObject: AnyObject {
    /// `$object.name`; `nil` if there is no such property.
    func property(_ name: String, _ evaluator: Evaluator) throws(TemplateFailure) -> Value?

    /// `$object.method(arguments)`; `nil` if there is no such method.
    func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) throws(TemplateFailure) -> Value?

    /// What `$object` prints.
    func text(_ evaluator: Evaluator) throws(TemplateFailure) -> String
}

/// A `java.util.List`.
package final class ListValue: TemplateOwned {
    var isOwned = false
    var elements: [Value]
    /// Lists out of JSON print as JSON (`["a"]`), others as Java's do (`[a]`).
    let printsJSON: Bool

    package init(_ elements: [Value], printsJSON: Bool = false) {
        self.elements = elements
        self.printsJSON = printsJSON
    }

    func dispose() { elements.removeAll() }
}

/// A `java.util.LinkedHashMap`: keys in the order in which they came.
package final class MapValue: TemplateOwned {
    var isOwned = false

    /// What a key is compared by: Java's `1` and `"1"` are two keys.
    enum Key: Hashable {
        case null
        case bool(Bool)
        case int(Int)
        case double(Double)
        case string(String)
        case number(String)
        case object(ObjectIdentifier)
    }

    private(set) var entries: [(key: Value, value: Value)] = []
    /// Place of each key, built when a map grows past the size where a scan is quicker.
    private var places: [Key: Int]?
    private static let indexThreshold = 8
    /// Overrides refuse to be set twice in one template.
    let refusesSecondPut: Bool
    private var written: Set<Key> = []

    package init(refusesSecondPut: Bool = false) {
        self.refusesSecondPut = refusesSecondPut
    }

    package convenience init(_ pairs: some Sequence<(key: String, value: Value)>, refusesSecondPut: Bool = false) {
        self.init(refusesSecondPut: refusesSecondPut)
        for pair in pairs { store(.string(pair.key), pair.value) }
    }

    static func key(_ value: Value) -> Key {
        switch value {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .int(let int): .int(int)
        case .double(let double): .double(double)
        case .number(let number): .number(number.text)
        case .string(let string): .string(string)
        case .list(let list): .object(ObjectIdentifier(list))
        case .map(let map): .object(ObjectIdentifier(map))
        case .object(let object): .object(ObjectIdentifier(object))
        }
    }

    var count: Int { entries.count }

    func place(of key: Value) -> Int? {
        if case .string(let name) = key { return place(of: name) }
        let wanted = Self.key(key)
        if let places { return places[wanted] }
        return entries.firstIndex { Self.key($0.key) == wanted }
    }

    private func place(of name: String) -> Int? {
        if let places { return places[.string(name)] }
        return entries.firstIndex {
            if case .string(let other) = $0.key { return other == name }
            return false
        }
    }

    package func value(_ key: String) -> Value? {
        place(of: key).map { entries[$0].value }
    }

    func value(_ key: Value) -> Value? {
        place(of: key).map { entries[$0].value }
    }

    /// Stores without a template's rules. Returns what was there before.
    @discardableResult
    package func store(_ key: Value, _ value: Value) -> Value {
        if let place = place(of: key) {
            let old = entries[place].value
            entries[place].value = value
            return old
        }
        places?[Self.key(key)] = entries.count
        entries.append((key, value))
        if places == nil { reindex() }
        return .null
    }

    private func reindex() {
        guard entries.count > Self.indexThreshold else { return places = nil }
        var built = [Key: Int](minimumCapacity: entries.count * 2)
        for (place, entry) in entries.enumerated() { built[Self.key(entry.key)] = place }
        places = built
    }

    /// Stores for a template.
    @discardableResult
    func put(_ key: Value, _ value: Value) throws(TemplateFailure) -> Value {
        if refusesSecondPut, !written.insert(Self.key(key)).inserted {
            throw TemplateFailure("the override of '\(plain(key))' is set twice; set it once, at the template's end")
        }
        return store(key, value)
    }

    private func plain(_ key: Value) -> String {
        if case .string(let string) = key { return string }
        return "\(key)"
    }

    /// Costs as many steps as the map has entries.
    func remove(_ key: Value, _ meter: Meter) throws(TemplateFailure) -> Value {
        guard let place = place(of: key) else { return .null }
        try meter.step(entries.count * 4)
        let old = entries.remove(at: place).value
        reindex()
        return old
    }

    func dispose() { removeAll() }

    func removeAll() {
        entries.removeAll()
        places = nil
    }
}
