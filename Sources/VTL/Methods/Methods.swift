import JSON

/// Java's methods and properties, by the kind of value they are called on. `nil` means that there is no such method:
/// the reference then prints itself, as in Velocity.
enum Methods {
    static func call(
        _ name: String, _ arguments: [Value], on value: Value, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Value? {
        if arguments.contains(where: \.refersToOthers) { try value.own(by: evaluator) }
        let found: Value? =
            switch value {
            case .null: nil
            case .string(let string): try StringMethods.call(name, arguments, on: string, evaluator)
            case .list(let list): try ListMethods.call(name, arguments, on: list, evaluator)
            case .map(let map): try MapMethods.call(name, arguments, on: map, evaluator)
            case .bool(let bool): BooleanMethods.call(name, arguments, on: bool)
            case .int, .double, .number: try NumberMethods.call(name, arguments, on: value)
            case .object(let object): try object.call(name, arguments, evaluator)
            }
        if let found { return found }
        switch (name, arguments.count) {
        case ("toString", 0): return .string(try ValueText.java(value, evaluator))
        case ("equals", 1): return .bool(try ValueComparison.equals(value, arguments[0], evaluator))
        case ("hashCode", 0): return .int(Int(try hash(value, evaluator)))
        default: return nil
        }
    }

    static func property(_ name: String, of value: Value, _ evaluator: Evaluator) throws(TemplateFailure) -> Value? {
        switch value {
        case .map(let map): return map.value(name) ?? .null
        case .object(let object): return try object.property(name, evaluator)
        case .list(let list): return name == "empty" ? .bool(list.elements.isEmpty) : nil
        case .string(let string):
            switch name {
            case "empty": return .bool(string.isEmpty)
            case "blank": return .bool(string.allSatisfy(\.isWhitespace))
            case "bytes": return try StringMethods.call("getBytes", [], on: string, evaluator)
            default: return nil
            }
        default: return nil
        }
    }

    /// Java's `hashCode`.
    static func hash(_ value: Value, _ evaluator: Evaluator, depth: Int = 0) throws(TemplateFailure) -> Int32 {
        try evaluator.meter.step()
        if depth > ValueText.maximumDepth {
            throw TemplateFailure(limit: "a value nested deeper than \(ValueText.maximumDepth) has no hash code")
        }
        switch value {
        case .null: return 0
        case .bool(let bool): return bool ? 1231 : 1237
        case .int(let int):
            return Int32(exactly: int) ?? Int32(truncatingIfNeeded: int ^ Int(bitPattern: UInt(bitPattern: int) >> 32))
        case .double(let double):
            return Int32(truncatingIfNeeded: double.bitPattern ^ (double.bitPattern >> 32))
        case .number(let number): return hash(number.text)
        case .string(let string):
            try evaluator.meter.step(string.utf8.count >> 6)
            return hash(string)
        case .list(let list):
            var result: Int32 = 1
            for element in list.elements {
                result = result &* 31 &+ (try hash(element, evaluator, depth: depth + 1))
            }
            return result
        case .map(let map):
            var result: Int32 = 0
            for entry in map.entries {
                let key = try hash(entry.key, evaluator, depth: depth + 1)
                result = result &+ (key ^ (try hash(entry.value, evaluator, depth: depth + 1)))
            }
            return result
        case .object(let object):
            return Int32(truncatingIfNeeded: ObjectIdentifier(object).hashValue)
        }
    }

    private static func hash(_ text: String) -> Int32 {
        text.utf16.reduce(0) { $0 &* 31 &+ Int32($1) }
    }
}

extension [Value] {
    /// Arguments by type, for methods with one signature or several.
    func int(_ place: Int) -> Int? {
        if indices.contains(place), case .int(let int) = self[place] { return int }
        return nil
    }

    func string(_ place: Int) -> String? {
        if indices.contains(place), case .string(let string) = self[place] { return string }
        return nil
    }

    func list(_ place: Int) -> ListValue? {
        if indices.contains(place), case .list(let list) = self[place] { return list }
        return nil
    }

    func map(_ place: Int) -> MapValue? {
        if indices.contains(place), case .map(let map) = self[place] { return map }
        return nil
    }
}
