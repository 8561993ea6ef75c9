/// One validation: applies schemas to values and counts its steps.
struct SchemaValidator {
    private let nodes: [SchemaNode]
    private let limits: JSONSchemaLimits
    private var steps = 0
    /// Whether violations are wanted. Without, a schema is left at its first.
    private var collects: Bool
    private(set) var violations: [JSONSchemaViolation] = []
    /// The way to the value, kept while violations are wanted.
    private var path: [String] = []

    init(_ schema: JSONSchema, collects: Bool) {
        nodes = schema.nodes
        limits = schema.limits
        self.collects = collects
    }

    private mutating func charge(_ cost: Int) throws(JSONSchemaError) {
        steps += cost
        if steps > limits.steps { throw .tooManySteps(limits.steps) }
    }

    /// Whether a value is valid by a schema.
    mutating func visit(_ number: Int, _ instance: JSON, depth: Int) throws(JSONSchemaError) -> Bool {
        guard depth < limits.depth else { throw .tooDeep(limits.depth) }
        let node = nodes[number]
        try charge(1 + node.keywords.count)
        var isValid = true
        for keyword in node.keywords {
            if try holds(keyword, instance, depth) { continue }
            guard collects else { return false }
            isValid = false
        }
        if collects, !violations.isEmpty { return isValid }
        switch instance {
        case .object(let object):
            guard let properties = node.properties else { return isValid }
            return try visit(properties, object, depth)
        case .array(let elements):
            guard let items = node.items else { return isValid }
            return try visit(items, elements, depth)
        default: return isValid
        }
    }

    // MARK: Members and elements

    private mutating func visit(
        _ properties: SchemaProperties, _ object: JSONObject, _ depth: Int
    ) throws(JSONSchemaError) -> Bool {
        var isValid = true
        let members = collects ? Self.sorted(object.members) : object.members
        var next = 0
        for member in members {
            var isCovered = false
            if let schema = properties.schema(named: member.key, next: &next) {
                isCovered = true
                if try !child(schema, member.value, member.key, depth) { isValid = false }
            }
            for pattern in properties.patterns where isValid || collects {
                guard let schema = pattern.schema, try matches(pattern, member.key) else { continue }
                isCovered = true
                if try !child(schema, member.value, member.key, depth) { isValid = false }
            }
            if !isCovered, let additional = properties.additional {
                if try !child(additional, member.value, member.key, depth) { isValid = false }
            }
            guard isValid || collects else { return false }
        }
        return isValid
    }

    private mutating func visit(
        _ items: SchemaItems, _ elements: [JSON], _ depth: Int
    ) throws(JSONSchemaError) -> Bool {
        var isValid = true
        for (place, element) in elements.enumerated() {
            let schema: Int?
            switch items {
            case .all(let each): schema = each
            case .list(let list, let additional): schema = place < list.count ? list[place] : additional
            }
            guard let schema else { return isValid }
            if try child(schema, element, collects ? String(place) : "", depth) { continue }
            isValid = false
            guard collects else { return false }
        }
        return isValid
    }

    private mutating func child(
        _ schema: Int, _ value: JSON, _ name: String, _ depth: Int
    ) throws(JSONSchemaError) -> Bool {
        guard collects else { return try visit(schema, value, depth: depth + 1) }
        path.append(name)
        let isValid = try visit(schema, value, depth: depth + 1)
        path.removeLast()
        return isValid
    }

    private static func sorted(_ members: [(key: String, value: JSON)]) -> [(key: String, value: JSON)] {
        members.sorted { $0.key < $1.key }
    }

    // MARK: Keywords

    private mutating func holds(
        _ keyword: SchemaKeyword, _ instance: JSON, _ depth: Int
    ) throws(JSONSchemaError) -> Bool {
        switch keyword {
        case .type(let types):
            let type = SchemaTypes(of: instance)
            return types.contains(type) || report("type", SchemaMessage.type(found: type, allowed: types))
        case .enumeration(let values): return try holds(values, instance)
        case .allOf(let schemas):
            let matched = try matches(schemas, instance, depth, enough: nil)
            return matched == schemas.count || report("allOf", SchemaMessage.allOf(matched, schemas.count))
        case .anyOf(let schemas):
            let matched = try matches(schemas, instance, depth, enough: 1)
            return matched > 0 || report("anyOf", SchemaMessage.anyOf(schemas.count))
        case .oneOf(let schemas):
            let matched = try matches(schemas, instance, depth, enough: collects ? nil : 2)
            return matched == 1 || report("oneOf", SchemaMessage.oneOf(matched, schemas.count))
        case .not(let schema): return try !applies(schema, instance, depth) || report("not", SchemaMessage.not)
        default: break
        }
        switch instance {
        case .number(let number): return try holds(keyword, number)
        case .string(let string): return try holds(keyword, string)
        case .array(let elements): return try holds(keyword, elements)
        case .object(let object): return try holds(keyword, object, instance, depth)
        case .null, .bool: return true
        }
    }

    private mutating func holds(_ values: SchemaEnumeration, _ instance: JSON) throws(JSONSchemaError) -> Bool {
        let bytes = limits.valueBytes
        if values.types.contains(SchemaTypes(of: instance)) {
            let value = SchemaValue(instance)
            try charge(value.weight)
            if values.values.contains(value) { return true }
        }
        return report("enum", SchemaMessage.enumeration(instance, values.list, bytes))
    }

    private mutating func holds(_ keyword: SchemaKeyword, _ number: JSONNumber) throws(JSONSchemaError) -> Bool {
        let bytes = limits.valueBytes
        switch keyword {
        case .minimum(let bound):
            try charge(number.text.utf8.count / 16)
            let value = ExactNumber(number.text)
            if value == bound.value {
                return !bound.isExclusive || report("minimum", SchemaMessage.minimumExclusive(bound))
            }
            return bound.value < value || report("minimum", SchemaMessage.minimum(bound, number, bytes))
        case .maximum(let bound):
            try charge(number.text.utf8.count / 16)
            let value = ExactNumber(number.text)
            if value == bound.value {
                return !bound.isExclusive || report("maximum", SchemaMessage.maximumExclusive(bound))
            }
            return value < bound.value || report("maximum", SchemaMessage.maximum(bound, number, bytes))
        case .multipleOf(let divisor):
            try charge(number.text.utf8.count / 16)
            let value = ExactNumber(number.text)
            try charge(divisor.cost(value))
            return divisor.divides(value)
                || report("multipleOf", SchemaMessage.multipleOf(number, divisor, bytes))
        default: return true
        }
    }

    private mutating func holds(_ keyword: SchemaKeyword, _ string: String) throws(JSONSchemaError) -> Bool {
        let bytes = limits.valueBytes
        switch keyword {
        case .maxLength(let most):
            // No string has more characters than bytes.
            if string.utf8.count <= most { return true }
            let length = try length(of: string)
            return length <= most
                || report("maxLength", SchemaMessage.maxLength(string, length, most, bytes))
        case .minLength(let least):
            // Nor less than a quarter of them.
            if string.utf8.count / 4 >= least { return true }
            let length = try length(of: string)
            return length >= least
                || report("minLength", SchemaMessage.minLength(string, length, least, bytes))
        case .pattern(let pattern):
            return try matches(pattern, string)
                || report("pattern", SchemaMessage.pattern(pattern.pattern, string, bytes))
        case .format(let format):
            try charge(format.cost(string))
            return format.accepts(string) || report("format", SchemaMessage.format(format, string, bytes))
        default: return true
        }
    }

    private mutating func length(of string: String) throws(JSONSchemaError) -> Int {
        try charge(string.utf8.count / 64)
        return string.unicodeScalars.count
    }

    private mutating func holds(_ keyword: SchemaKeyword, _ elements: [JSON]) throws(JSONSchemaError) -> Bool {
        switch keyword {
        case .additionalItems(let allowed):
            return elements.count <= allowed
                || report("additionalItems", SchemaMessage.additionalItems(elements.count, allowed))
        case .maxItems(let most):
            return elements.count <= most || report("maxItems", SchemaMessage.maxItems(elements.count, most))
        case .minItems(let least):
            return elements.count >= least || report("minItems", SchemaMessage.minItems(elements.count, least))
        case .uniqueItems:
            if elements.count < 2 { return true }
            var seen = Set<SchemaValue>(minimumCapacity: elements.count)
            for element in elements {
                let value = SchemaValue(element)
                // A place in a large set takes as long as many other steps.
                try charge(16 + value.weight)
                if !seen.insert(value).inserted { return report("uniqueItems", SchemaMessage.uniqueItems) }
            }
            return true
        default: return true
        }
    }

    private mutating func holds(
        _ keyword: SchemaKeyword, _ object: JSONObject, _ instance: JSON, _ depth: Int
    ) throws(JSONSchemaError) -> Bool {
        let bytes = limits.valueBytes
        switch keyword {
        case .required(let names):
            try charge(names.count)
            if names.allSatisfy({ object[$0] != nil }) { return true }
            return report("required", SchemaMessage.required(names.filter { object[$0] == nil }, bytes))
        case .additionalProperties(let properties):
            var others: [String] = []
            var next = 0
            for member in object.members where properties.schema(named: member.key, next: &next) == nil {
                if try matchesAny(properties.patterns, member.key) { continue }
                guard collects else { return false }
                others.append(member.key)
            }
            others.sort()
            return others.isEmpty
                || report("additionalProperties", SchemaMessage.additionalProperties(others, bytes))
        case .maxProperties(let most):
            return object.count <= most || report("maxProperties", SchemaMessage.maxProperties(object.count, most))
        case .minProperties(let least):
            return object.count >= least || report("minProperties", SchemaMessage.minProperties(object.count, least))
        case .dependencies(let dependencies): return try holds(dependencies, object, instance, depth)
        default: return true
        }
    }

    private mutating func holds(
        _ dependencies: [SchemaDependency], _ object: JSONObject, _ instance: JSON, _ depth: Int
    ) throws(JSONSchemaError) -> Bool {
        let bytes = limits.valueBytes
        var isValid = true
        for dependency in dependencies {
            try charge(1)
            switch dependency {
            case .properties(let name, let wanted):
                guard object[name] != nil else { continue }
                try charge(wanted.count)
                let missing = wanted.filter { object[$0] == nil }
                if missing.isEmpty { continue }
                isValid = report(
                    "dependencies", SchemaMessage.dependencies(name, wanted, missing, bytes))
            case .schema(let name, let schema):
                guard object[name] != nil else { continue }
                if try !visit(schema, instance, depth: depth + 1) { isValid = false }
            }
            guard isValid || collects else { return false }
        }
        return isValid
    }

    // MARK: Helpers

    /// How many schemas an instance is valid by. Stops when there are enough; without a number, at the first that it is
    /// not valid by, unless the count goes into a message.
    private mutating func matches(
        _ schemas: [Int], _ instance: JSON, _ depth: Int, enough: Int?
    ) throws(JSONSchemaError) -> Int {
        var matched = 0
        for schema in schemas {
            if try applies(schema, instance, depth) { matched += 1 } else if enough == nil, !collects { break }
            if matched == enough { break }
        }
        return matched
    }

    /// Whether an instance is valid by a schema whose own violations are not reported.
    private mutating func applies(_ schema: Int, _ instance: JSON, _ depth: Int) throws(JSONSchemaError) -> Bool {
        let outer = collects
        collects = false
        defer { collects = outer }
        return try visit(schema, instance, depth: depth + 1)
    }

    private mutating func matchesAny(
        _ patterns: [SchemaPattern], _ name: String
    ) throws(JSONSchemaError) -> Bool {
        for pattern in patterns where try matches(pattern, name) { return true }
        return false
    }

    private mutating func matches(_ pattern: SchemaPattern, _ string: String) throws(JSONSchemaError) -> Bool {
        let allowed = limits.steps - steps
        var search = PatternSearch(pattern.pattern, in: Pattern.scalars(of: string), steps: allowed)
        do {
            let isMatch = try search.find(from: 0) != nil
            // Beside its steps, a search makes room for what it reads and keeps.
            try charge(16 + search.steps + string.utf8.count / 16)
            return isMatch
        } catch {
            throw .tooManySteps(limits.steps)
        }
    }

    /// Notes a violation, if they are wanted and there is room.
    private mutating func report(_ keyword: String, _ message: @autoclosure () -> String) -> Bool {
        if collects, violations.count < limits.violations {
            let pointer = path.map { "/" + SchemaURI.escaped(SchemaMessage.cut($0, limits.valueBytes)) }.joined()
            violations.append(JSONSchemaViolation(message: message(), keyword: keyword, pointer: pointer))
            // No room for more: nothing is gained by going on.
            if violations.count == limits.violations { collects = false }
        }
        return false
    }
}
