/// A JSON value that keeps what the text said: objects keep the order of their members, numbers keep their digits.
///
/// API Gateway hands documents through (templates, models, OpenAPI files), so a value that is parsed and written
/// again must not change: `1.0` stays `1.0`, `1e400` stays `1e400`, members stay in order.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

/// A number as its JSON text, for example `-12`, `1.50`, `6e23`. The text always follows RFC 8259's grammar.
public struct JSONNumber: Sendable, Hashable {
    public let text: String

    /// Takes the text as it is; the caller has checked it against the grammar.
    init(unchecked text: String) {
        self.text = text
    }

    public init(_ value: Int) {
        text = String(value)
    }

    /// Writes whole numbers with a decimal point (`50.0`), as AWS writes its doubles. Not a number and the
    /// infinities have no JSON form and give `nil`.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The value as an integer, if the text is one that fits: `12`, also `12.0` and `1e3`.
    public var int: Int? {
        if let exact = Int(text) { return exact }
        guard let double = Double(text), double == double.rounded(), abs(double) < 9_007_199_254_740_992 else {
            return nil
        }
        return Int(double)
    }

    /// The nearest double; infinity for numbers beyond its range.
    public var double: Double {
        Double(text) ?? .nan
    }
}

/// The members of an object in the order in which they were written. A name that comes twice keeps its first place
/// and its last value, as Jackson and browsers have it.
public struct JSONObject: Sendable, Hashable {
    public private(set) var members: [(key: String, value: JSON)] = []
    /// Place of each name, built when an object grows past the size where a scan is quicker.
    private var index: [String: Int]?

    private static let indexThreshold = 12

    public init() {}

    public init(_ pairs: some Sequence<(key: String, value: JSON)>) {
        for pair in pairs { self[pair.key] = pair.value }
    }

    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }
    public var keys: [String] { members.map(\.key) }

    private func position(of key: String) -> Int? {
        if let index { return index[key] }
        return members.firstIndex { $0.key == key }
    }

    public subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let place?, let value?):
                members[place].value = value
            case (let place?, nil):
                members.remove(at: place)
                index = nil
                reindex()
            case (nil, let value?):
                members.append((key, value))
                if index != nil { index?[key] = members.count - 1 } else { reindex() }
            case (nil, nil):
                break
            }
        }
    }

    private mutating func reindex() {
        guard members.count > Self.indexThreshold else { return }
        var built = [String: Int](minimumCapacity: members.count * 2)
        for (place, member) in members.enumerated() { built[member.key] = place }
        index = built
    }

    /// Objects are equal if they have the same members, in whatever order.
    public static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.count == other.count && one.members.allSatisfy { other[$0.key] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        var sum = 0
        for member in members {
            var one = Hasher()
            one.combine(member.key)
            one.combine(member.value)
            sum = sum &+ one.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSON {
    public var string: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    public var int: Int? {
        if case .number(let value) = self { return value.int }
        return nil
    }

    public var double: Double? {
        if case .number(let value) = self { return value.double }
        return nil
    }

    public var array: [JSON]? {
        if case .array(let value) = self { return value }
        return nil
    }

    public var object: JSONObject? {
        if case .object(let value) = self { return value }
        return nil
    }

    public var isNull: Bool { self == .null }

    /// A member of an object; `nil` if this is no object or has no such member.
    public subscript(key: String) -> JSON? { object?[key] }

    /// An element of an array; `nil` if this is no array or is shorter.
    public subscript(index: Int) -> JSON? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(JSONObject(elements.map { (key: $0.0, value: $0.1) }))
    }
}
