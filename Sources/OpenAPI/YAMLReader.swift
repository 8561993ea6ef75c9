import JSON

/// Reads the first and only document of a YAML text as JSON. Anchors, aliases and merge keys (`<<`) are followed within
/// a budget, so that a short text cannot become a large value.
struct YAMLReader {
    /// Bytes of all text that the value has, with what aliases repeat, and a few for each node.
    static let largestWeight = 32 << 20
    private static let nodeWeight = 8

    private struct Container {
        var isMapping: Bool
        var anchor: String?
        var elements: [JSON] = []
        var object = JSONObject()
        var key: String?
        /// Mappings that `<<` brings in; what stands in the mapping itself goes before them.
        var merged: [JSONObject] = []
        /// The total when it began.
        var weightBefore: Int
        /// Levels of containers inside.
        var depth = 0
    }

    private var stack: [Container] = []
    private var anchors: [String: Anchored] = [:]

    private struct Anchored {
        var value: JSON
        var weight: Int
        var depth: Int
    }

    private var weight = 0
    private var root: JSON?

    /// Throws ``YAMLError``.
    static func value(_ bytes: [UInt8]) throws -> JSON {
        try bytes.withUnsafeBufferPointer { buffer in
            var reader = YAMLReader()
            var events = YAMLEvents(buffer)
            while true {
                let event = try events.next()
                let mark = events.mark
                switch event {
                case .documentStart where reader.root != nil:
                    throw YAMLError(message: "a second document begins", mark: mark)
                case .documentStart, .documentEnd: continue
                case .streamEnd: return reader.root ?? .null
                default: try reader.take(event, mark)
                }
            }
        }
    }

    private mutating func take(_ event: YAMLEvents.Event, _ mark: YAMLMark) throws {
        switch event {
        case .sequenceStart(let anchor): try open(isMapping: false, anchor, mark)
        case .mappingStart(let anchor): try open(isMapping: true, anchor, mark)
        case .sequenceEnd, .mappingEnd: try close(mark)
        case .alias(let name):
            guard let known = anchors[name] else {
                throw YAMLError(message: "the alias *\(name.prefix(80)) has no anchor before it", mark: mark)
            }
            try spend(known.weight, mark)
            guard stack.count + known.depth <= DocumentText.largestDepth else { throw Self.tooDeep(mark) }
            deepen(known.depth)
            try add(known.value, keyText: known.value.string, mark)
        case .scalar(let text, let plain, let tag, let anchor):
            try spend(text.utf8.count + Self.nodeWeight, mark)
            let value = Self.scalar(text, plain: plain, tag: tag)
            if let anchor {
                anchors[anchor] = Anchored(value: value, weight: text.utf8.count + Self.nodeWeight, depth: 0)
            }
            try add(value, keyText: text, mark)
        case .documentStart, .documentEnd, .streamEnd: break
        }
    }

    private mutating func spend(_ bytes: Int, _ mark: YAMLMark) throws {
        weight += bytes
        guard weight <= Self.largestWeight else {
            throw YAMLError(
                message: "the aliases make the document larger than \(Self.largestWeight) bytes", mark: mark)
        }
    }

    private mutating func open(isMapping: Bool, _ anchor: String?, _ mark: YAMLMark) throws {
        guard stack.count < DocumentText.largestDepth else { throw Self.tooDeep(mark) }
        if let container = stack.last, container.isMapping, container.key == nil {
            throw YAMLError(message: "a key has to be a scalar", mark: mark)
        }
        stack.append(Container(isMapping: isMapping, anchor: anchor, weightBefore: weight))
        try spend(Self.nodeWeight, mark)
    }

    private mutating func close(_ mark: YAMLMark) throws {
        guard let closed = stack.popLast() else { return }
        var object = closed.object
        for source in closed.merged {
            for member in source.members where object[member.key] == nil { object[member.key] = member.value }
        }
        let value: JSON = closed.isMapping ? .object(object) : .array(closed.elements)
        if let anchor = closed.anchor {
            anchors[anchor] = Anchored(value: value, weight: weight - closed.weightBefore, depth: closed.depth + 1)
        }
        deepen(closed.depth + 1)
        try add(value, keyText: nil, mark)
    }

    private mutating func add(_ value: JSON, keyText: String?, _ mark: YAMLMark) throws {
        guard !stack.isEmpty else {
            root = value
            return
        }
        let last = stack.count - 1
        guard stack[last].isMapping else {
            stack[last].elements.append(value)
            return
        }
        guard let key = stack[last].key else {
            guard let keyText else { throw YAMLError(message: "a key has to be a scalar", mark: mark) }
            guard stack[last].object[keyText] == nil || keyText == "<<" else {
                throw YAMLError(message: "the key '\(keyText.prefix(80))' comes twice", mark: mark)
            }
            stack[last].key = keyText
            return
        }
        stack[last].key = nil
        if key == "<<", let sources = Self.mappings(value) {
            stack[last].merged += sources
        } else {
            stack[last].object[key] = value
        }
    }

    private static func mappings(_ value: JSON) -> [JSONObject]? {
        switch value {
        case .object(let object): return [object]
        case .array(let elements):
            let objects = elements.compactMap(\.object)
            return objects.count == elements.count ? objects : nil
        default: return nil
        }
    }

    private mutating func deepen(_ depth: Int) {
        guard !stack.isEmpty else { return }
        stack[stack.count - 1].depth = max(stack[stack.count - 1].depth, depth)
    }

    private static func tooDeep(_ mark: YAMLMark) -> YAMLError {
        YAMLError(message: "nested deeper than \(DocumentText.largestDepth)", mark: mark)
    }

    // MARK: Scalars

    /// YAML 1.2's core schema: `yes` and `on` are words, dates are text.
    static func scalar(_ text: String, plain: Bool, tag: String?) -> JSON {
        guard tag == nil || tag == "!" || tag?.hasPrefix("tag:yaml.org,2002:") == true else { return .string(text) }
        guard plain, tag == nil || tag != "!", tag?.hasSuffix(":str") != true else { return .string(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(text) ?? .string(text)
        }
    }

    private static func number(_ text: String) -> JSON? {
        guard let first = text.utf8.first, text.utf8.count <= 64 else { return nil }
        guard
            (0x30...0x39).contains(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
                || first == UInt8(ascii: ".")
        else { return nil }
        if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16).map { .number(JSONNumber($0)) } }
        if text.hasPrefix("0o") { return Int(text.dropFirst(2), radix: 8).map { .number(JSONNumber($0)) } }
        var body = first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
        let negative = body.hasPrefix("-")
        if negative { body = body.dropFirst() }
        if body.hasPrefix(".") { body = "0" + body }
        if body.hasSuffix(".") { body += "0" }
        // What remains has to follow JSON's grammar; codes like 007 are text.
        if case .number(let number)? = try? JSON(parsing: (negative ? "-" : "") + String(body)) {
            return .number(number)
        }
        return nil
    }
}
