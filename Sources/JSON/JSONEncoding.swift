extension JSON {
    /// Encodes a value as the standard library's coders see it. Members are in the order in which they were encoded;
    /// those of dictionaries are sorted by name. Whole doubles keep a decimal point, as AWS writes them.
    public init(encoding value: some Encodable) throws {
        self = try JSONEncoding.encode(value, path: [])
    }
}

private enum JSONEncoding {
    static func encode(_ value: some Encodable, path: [any CodingKey]) throws -> JSON {
        if let json = value as? JSON { return json }
        let encoder = JSONValueEncoder(codingPath: path)
        try value.encode(to: encoder)
        // Swift's dictionaries have no order of their own: give them one that is stable.
        if value is any JSONUnordered, case .object(let object) = encoder.node.json {
            return .object(JSONObject(object.members.sorted { $0.key < $1.key }))
        }
        return encoder.node.json
    }
}

private protocol JSONUnordered {}
extension Dictionary: JSONUnordered {}

/// What one encoder has been given so far. Containers share it, because `Encoder` hands out several views of one place.
private final class JSONNode {
    var value: JSON?
    var object: [(key: String, node: JSONNode)]?
    var array: [JSONNode]?

    init(_ value: JSON? = nil) {
        self.value = value
    }

    var json: JSON {
        if let object { return .object(JSONObject(object.map { (key: $0.key, value: $0.node.json) })) }
        if let array { return .array(array.map(\.json)) }
        return value ?? .object(JSONObject())
    }
}

private final class JSONValueEncoder: Encoder {
    let codingPath: [any CodingKey]
    let node: JSONNode
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(codingPath: [any CodingKey], node: JSONNode = JSONNode()) {
        self.codingPath = codingPath
        self.node = node
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if node.object == nil { node.object = [] }
        return KeyedEncodingContainer(KeyedEncoder<Key>(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if node.array == nil { node.array = [] }
        return UnkeyedEncoder(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleEncoder(node: node, codingPath: codingPath)
    }
}

private struct KeyedEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    let codingPath: [any CodingKey]

    private func put(_ child: JSONNode, _ key: String) {
        node.object?.append((key, child))
    }

    mutating func encodeNil(forKey key: Key) throws {
        put(JSONNode(.null), key.stringValue)
    }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        put(JSONNode(try JSONEncoding.encode(value, path: codingPath + [key])), key.stringValue)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        let child = JSONNode()
        put(child, key.stringValue)
        return JSONValueEncoder(codingPath: codingPath + [key], node: child).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        let child = JSONNode()
        put(child, key.stringValue)
        return JSONValueEncoder(codingPath: codingPath + [key], node: child).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        let child = JSONNode()
        put(child, "super")
        return JSONValueEncoder(codingPath: codingPath, node: child)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        let child = JSONNode()
        put(child, key.stringValue)
        return JSONValueEncoder(codingPath: codingPath + [key], node: child)
    }
}

private struct UnkeyedEncoder: UnkeyedEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var count: Int { node.array?.count ?? 0 }

    mutating func encodeNil() throws {
        node.array?.append(JSONNode(.null))
    }

    mutating func encode(_ value: some Encodable) throws {
        node.array?.append(JSONNode(try JSONEncoding.encode(value, path: codingPath)))
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        let child = JSONNode()
        node.array?.append(child)
        return JSONValueEncoder(codingPath: codingPath, node: child).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        let child = JSONNode()
        node.array?.append(child)
        return JSONValueEncoder(codingPath: codingPath, node: child).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        let child = JSONNode()
        node.array?.append(child)
        return JSONValueEncoder(codingPath: codingPath, node: child)
    }
}

private struct SingleEncoder: SingleValueEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]

    mutating func encodeNil() throws { node.value = .null }
    mutating func encode(_ value: Bool) throws { node.value = .bool(value) }
    mutating func encode(_ value: String) throws { node.value = .string(value) }
    mutating func encode(_ value: Int) throws { node.value = .number(JSONNumber(value)) }
    mutating func encode(_ value: Float) throws { try encode(Double(value)) }

    mutating func encode(_ value: Double) throws {
        guard let number = JSONNumber(value) else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "JSON has no form for \(value)"))
        }
        node.value = .number(number)
    }

    mutating func encode(_ value: Int8) throws { try integer(value) }
    mutating func encode(_ value: Int16) throws { try integer(value) }
    mutating func encode(_ value: Int32) throws { try integer(value) }
    mutating func encode(_ value: Int64) throws { try integer(value) }
    mutating func encode(_ value: UInt) throws { try integer(value) }
    mutating func encode(_ value: UInt8) throws { try integer(value) }
    mutating func encode(_ value: UInt16) throws { try integer(value) }
    mutating func encode(_ value: UInt32) throws { try integer(value) }
    mutating func encode(_ value: UInt64) throws { try integer(value) }

    private func integer(_ value: some BinaryInteger) throws {
        node.value = .number(JSONNumber(unchecked: String(value)))
    }

    mutating func encode(_ value: some Encodable) throws {
        node.value = try JSONEncoding.encode(value, path: codingPath)
    }
}

extension JSON: Encodable {
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let bool):
            var container = encoder.singleValueContainer()
            try container.encode(bool)
        case .number(let number):
            var container = encoder.singleValueContainer()
            if let int = number.int { try container.encode(int) } else { try container.encode(number.double) }
        case .string(let string):
            var container = encoder.singleValueContainer()
            try container.encode(string)
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let object):
            var container = encoder.container(keyedBy: JSONKey.self)
            for member in object.members { try container.encode(member.value, forKey: JSONKey(member.key)) }
        }
    }
}

struct JSONKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
