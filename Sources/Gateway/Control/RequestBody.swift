import JSON

/// The members of a request's body. A member of another type than the model has is refused with the texts of AWS's
/// own deserialiser; `null` counts as absent.
struct RequestBody: Sendable {
    let object: JSONObject

    init(_ object: JSONObject = JSONObject()) {
        self.object = object
    }

    /// Empty text is an empty object. Throws ``ApiError``.
    init(parsing bytes: [UInt8]) throws {
        guard !bytes.isEmpty else {
            self.init()
            return
        }
        let value: JSON
        do {
            value = try JSON(parsing: bytes)
        } catch {
            throw ApiError.serialization("The request body is not valid JSON: \(error)")
        }
        switch value {
        case .object(let object): self.init(object)
        case .null: self.init()
        default: throw Self.mismatch(value, "Structure")
        }
    }

    private func member(_ name: String) -> JSON? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    func has(_ name: String) -> Bool { member(name) != nil }

    func string(_ name: String) throws -> String? { try member(name).map(Self.string) }

    func bool(_ name: String) throws -> Bool? { try member(name).map(Self.bool) }

    func int(_ name: String) throws -> Int? {
        try member(name).map { value in
            guard let int = value.int else { throw Self.mismatch(value, "Integer") }
            return int
        }
    }

    func double(_ name: String) throws -> Double? {
        try member(name).map { value in
            guard let double = value.double, double.isFinite else { throw Self.mismatch(value, "Double") }
            return double
        }
    }

    func strings(_ name: String) throws -> [String]? {
        try member(name).map { value in
            guard let array = value.array else { throw Self.mismatch(value, "List") }
            return try array.map(Self.string)
        }
    }

    func structure(_ name: String) throws -> RequestBody? {
        try member(name).map { value in
            guard let object = value.object else { throw Self.mismatch(value, "Structure") }
            return RequestBody(object)
        }
    }

    func structures(_ name: String) throws -> [RequestBody]? {
        try member(name).map { value in
            guard let array = value.array else { throw Self.mismatch(value, "List") }
            return try array.map { element in
                guard let object = element.object else { throw Self.mismatch(element, "Structure") }
                return RequestBody(object)
            }
        }
    }

    func stringMap(_ name: String) throws -> [String: String]? {
        try map(name) { value in try Self.string(value) }
    }

    func stringsMap(_ name: String) throws -> [String: [String]]? {
        try map(name) { value in
            guard let array = value.array else { throw Self.mismatch(value, "List") }
            return try array.map(Self.string)
        }
    }

    /// Templates may be null.
    func nullableStringMap(_ name: String) throws -> [String: String?]? {
        try map(name) { value in value.isNull ? nil : try Self.string(value) }
    }

    func boolMap(_ name: String) throws -> [String: Bool]? {
        try map(name) { value in try Self.bool(value) }
    }

    private func map<Value>(_ name: String, _ convert: (JSON) throws -> Value) throws -> [String: Value]? {
        try member(name).map { value in
            guard let object = value.object else { throw Self.mismatch(value, "Map") }
            var map: [String: Value] = [:]
            for (key, value) in object.members { map.updateValue(try convert(value), forKey: key) }
            return map
        }
    }

    private static func string(_ value: JSON) throws -> String {
        guard let string = value.string else { throw mismatch(value, "String") }
        return string
    }

    private static func bool(_ value: JSON) throws -> Bool {
        guard let bool = value.bool else { throw mismatch(value, "Boolean") }
        return bool
    }

    private static func mismatch(_ value: JSON, _ wanted: String) -> ApiError {
        switch value {
        case .null: .serialization("null can not be converted to an \(wanted)")
        case .bool: .serialization("class java.lang.Boolean can not be converted to an \(wanted)")
        case .number:
            .serialization(
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an \(wanted)")
        case .string: .serialization("class java.lang.String can not be converted to an \(wanted)")
        case .array: .serialization("Start of list found where not expected")
        case .object: .serialization("Start of structure or map found where not expected.")
        }
    }
}
