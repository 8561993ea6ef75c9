/// `java.lang.Boolean`.
enum BooleanMethods {
    static func call(_ name: String, _ arguments: [Value], on bool: Bool) -> Value? {
        switch (name, arguments.count) {
        case ("booleanValue", 0): return .bool(bool)
        case ("compareTo", 1):
            guard case .bool(let other) = arguments[0] else { return nil }
            return .int(bool == other ? 0 : bool ? 1 : -1)
        case ("parseBoolean", 1), ("valueOf", 1):
            if case .bool = arguments[0] { return arguments[0] }
            return arguments.string(0).map { .bool($0.lowercased() == "true") }
        default: return nil
        }
    }
}
