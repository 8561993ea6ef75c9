/// `java.util.Map`.
enum MapMethods {
    static func call(
        _ name: String, _ arguments: [Value], on map: MapValue, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Value? {
        switch (name, arguments.count) {
        case ("get", 1): return map.value(arguments[0]) ?? .null
        case ("getOrDefault", 2): return map.value(arguments[0]) ?? arguments[1]
        case ("put", 2): return try map.put(arguments[0], arguments[1])
        case ("putIfAbsent", 2):
            if let old = map.value(arguments[0]), !old.isNull { return old }
            return try map.put(arguments[0], arguments[1])
        case ("replace", 2):
            guard map.place(of: arguments[0]) != nil else { return .null }
            return try map.put(arguments[0], arguments[1])
        case ("putAll", 1):
            guard let other = arguments.map(0) else { return nil }
            try evaluator.meter.step(other.count * 4)
            for entry in other.entries { try map.put(entry.key, entry.value) }
            return .null
        case ("remove", 1): return try map.remove(arguments[0], evaluator.meter)
        case ("clear", 0):
            map.removeAll()
            return .null
        case ("size", 0), ("count", 0): return .int(map.count)
        case ("isEmpty", 0): return .bool(map.count == 0)
        case ("containsKey", 1): return .bool(map.place(of: arguments[0]) != nil)
        case ("containsValue", 1):
            for entry in map.entries where try ValueComparison.equals(entry.value, arguments[0], evaluator) {
                return .bool(true)
            }
            return .bool(false)
        case ("keySet", 0):
            try evaluator.meter.step(map.count)
            return .list(ListValue(map.entries.map(\.key)))
        case ("values", 0):
            try evaluator.meter.step(map.count)
            return .list(ListValue(map.entries.map(\.value)))
        case ("entrySet", 0):
            try evaluator.meter.step(map.count)
            return .list(ListValue(map.entries.map { .object(EntryValue(map, $0.key)) }))
        default: return nil
        }
    }
}

/// `java.util.Map.Entry`.
final class EntryValue: TemplateObject {
    private let map: MapValue
    private let key: Value
    private var value: Value { map.value(key) ?? .null }

    init(_ map: MapValue, _ key: Value) {
        self.map = map
        self.key = key
    }

    func property(_ name: String, _ evaluator: Evaluator) -> Value? {
        switch name {
        case "key": key
        case "value": value
        default: nil
        }
    }

    func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) throws(TemplateFailure) -> Value? {
        switch (method, arguments.count) {
        case ("getKey", 0): return key
        case ("getValue", 0): return value
        case ("setValue", 1):
            let old = value
            try evaluator.own(map)
            try map.put(key, arguments[0])
            return old
        default: return nil
        }
    }

    func text(_ evaluator: Evaluator) throws(TemplateFailure) -> String {
        try ValueText.java(key, evaluator) + "=" + ValueText.java(value, evaluator)
    }
}
