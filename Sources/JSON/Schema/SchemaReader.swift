/// Reads the keywords of one schema.
struct SchemaReader {
    private let schema: JSONObject
    private let place: SchemaPlace
    /// What references inside are relative to.
    private let base: String
    private var sameValue: [Int] = []

    init(_ schema: JSONObject, _ place: SchemaPlace) {
        self.schema = schema
        self.place = place
        base = SchemaDocuments.base(inside: schema, place.base)
    }

    /// In the order in which violations are reported.
    private static let names = [
        "additionalItems", "additionalProperties", "allOf", "anyOf", "dependencies", "enum", "format", "maxItems",
        "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf",
        "not", "oneOf", "pattern", "required", "type", "uniqueItems",
    ]

    mutating func read(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) -> SchemaNode {
        for name in ["id", "$schema", "title", "description"] {
            if let value = schema[name], value.string == nil { throw failure(name, "must be a string") }
        }
        // Not used from here, but a mistake in them is a mistake.
        _ = try members("definitions", &compiler)
        let properties = try properties(&compiler)
        let items = try items(&compiler)
        var keywords: [SchemaKeyword] = []
        for name in Self.names {
            guard let value = schema[name] else { continue }
            if let keyword = try keyword(name, value, properties, items, &compiler) { keywords.append(keyword) }
        }
        return SchemaNode(
            keywords: keywords, properties: properties, items: items, sameValue: sameValue, place: place.name)
    }

    private mutating func keyword(
        _ name: String, _ value: JSON, _ properties: SchemaProperties?, _ items: SchemaItems?,
        _ compiler: inout SchemaCompiler
    ) throws(JSONSchemaError) -> SchemaKeyword? {
        switch name {
        case "additionalItems":
            guard value == false, case .list(let list, _)? = items else { return nil }
            return .additionalItems(allowed: list.count)
        case "additionalProperties":
            guard value == false, let properties else { return nil }
            return .additionalProperties(properties)
        case "allOf": return .allOf(try alternatives(name, value, &compiler))
        case "anyOf": return .anyOf(try alternatives(name, value, &compiler))
        case "oneOf": return .oneOf(try alternatives(name, value, &compiler))
        case "not":
            let number = try compiler.number(of: value, at: place.at(name, base: base))
            sameValue.append(number)
            return .not(number)
        case "dependencies": return .dependencies(try dependencies(value, &compiler))
        case "enum":
            guard case .array(let values) = value else { throw failure(name, "must be an array") }
            return .enumeration(SchemaEnumeration(values))
        case "format":
            guard case .string(let format) = value else { throw failure(name, "must be a string") }
            return SchemaFormat(rawValue: format).map { .format($0) }
        case "maxItems": return .maxItems(try count(name, value))
        case "maxLength": return .maxLength(try count(name, value))
        case "maxProperties": return .maxProperties(try count(name, value))
        case "minItems": return .minItems(try count(name, value))
        case "minLength": return .minLength(try count(name, value))
        case "minProperties": return .minProperties(try count(name, value))
        case "maximum": return .maximum(try bound(name, value, exclusive: "exclusiveMaximum"))
        case "minimum": return .minimum(try bound(name, value, exclusive: "exclusiveMinimum"))
        case "multipleOf":
            guard case .number(let number) = value, let divisor = SchemaDivisor(number.text) else {
                throw failure(name, "must be a number above 0 of at most \(SchemaDivisor.maximumDigits) digits")
            }
            return .multipleOf(divisor)
        case "pattern":
            guard case .string(let text) = value else { throw failure(name, "must be a string") }
            return .pattern(SchemaPattern(try pattern(text, name, &compiler)))
        case "required": return .required(try strings(name, value))
        case "type":
            let names = if let one = value.string { [one] } else { try strings(name, value) }
            var types: SchemaTypes = []
            for text in names {
                guard let type = SchemaTypes(named: text) else {
                    throw failure(
                        name, "must be one of \(SchemaTypes.all.names.joined(separator: ", ")), not '\(text)'")
                }
                types.formUnion(type)
            }
            guard !types.isEmpty else { throw failure(name, "must be a type or a list of types") }
            return .type(types)
        case "uniqueItems":
            guard case .bool(let isUnique) = value else { throw failure(name, "must be true or false") }
            return isUnique ? .uniqueItems : nil
        default: return nil
        }
    }

    // MARK: Members and elements

    private mutating func properties(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) -> SchemaProperties? {
        let additional = try additional("additionalProperties", &compiler)
        let named = try members("properties", &compiler)
        var patterns: [SchemaPattern] = []
        for (text, number) in try members("patternProperties", &compiler) {
            let pattern = try pattern(text, "patternProperties/" + SchemaURI.escaped(text), &compiler)
            patterns.append(SchemaPattern(pattern, schema: number))
        }
        let isClosed = schema["additionalProperties"] == false
        guard isClosed || additional != nil || !named.isEmpty || !patterns.isEmpty else { return nil }
        return SchemaProperties(named: named, patterns: patterns, additional: additional)
    }

    private mutating func items(_ compiler: inout SchemaCompiler) throws(JSONSchemaError) -> SchemaItems? {
        let additional = try additional("additionalItems", &compiler)
        switch schema["items"] {
        case nil: return nil
        case .array(let schemas)?:
            var list: [Int] = []
            for (number, schema) in schemas.enumerated() {
                list.append(try compiler.number(of: schema, at: place.at("items", String(number), base: base)))
            }
            return .list(list, additional: additional)
        case let schema?: return .all(try compiler.number(of: schema, at: place.at("items", base: base)))
        }
    }

    /// The schema of `additionalItems` or `additionalProperties`, if it is one and not `true` or `false`.
    private func additional(_ name: String, _ compiler: inout SchemaCompiler) throws(JSONSchemaError) -> Int? {
        guard let value = schema[name], value.bool == nil else { return nil }
        return try compiler.number(of: value, at: place.at(name, base: base))
    }

    /// A keyword whose members are schemas.
    private func members(
        _ name: String, _ compiler: inout SchemaCompiler
    ) throws(JSONSchemaError) -> [(name: String, schema: Int)] {
        guard let value = schema[name] else { return [] }
        guard case .object(let object) = value else { throw failure(name, "must be an object") }
        var numbers: [(name: String, schema: Int)] = []
        for member in object.members {
            let number = try compiler.number(of: member.value, at: place.at(name, member.key, base: base))
            numbers.append((member.key, number))
        }
        return numbers
    }

    private mutating func dependencies(
        _ value: JSON, _ compiler: inout SchemaCompiler
    ) throws(JSONSchemaError) -> [SchemaDependency] {
        guard case .object(let object) = value else { throw failure("dependencies", "must be an object") }
        var lists: [SchemaDependency] = []
        var schemas: [SchemaDependency] = []
        for (name, value) in object.members {
            if case .array = value {
                lists.append(.properties(of: name, try strings("dependencies/" + SchemaURI.escaped(name), value)))
            } else {
                let number = try compiler.number(of: value, at: place.at("dependencies", name, base: base))
                sameValue.append(number)
                schemas.append(.schema(of: name, number))
            }
        }
        return lists + schemas
    }

    // MARK: Values

    private mutating func alternatives(
        _ name: String, _ value: JSON, _ compiler: inout SchemaCompiler
    ) throws(JSONSchemaError) -> [Int] {
        guard case .array(let schemas) = value, !schemas.isEmpty else {
            throw failure(name, "must be an array of at least one schema")
        }
        var numbers: [Int] = []
        for (number, schema) in schemas.enumerated() {
            numbers.append(try compiler.number(of: schema, at: place.at(name, String(number), base: base)))
        }
        sameValue += numbers
        return numbers
    }

    private func count(_ name: String, _ value: JSON) throws(JSONSchemaError) -> Int {
        guard case .number(let number) = value else { throw failure(name, "must be a whole number of 0 or more") }
        switch ExactNumber(number.text) {
        case .int(let int) where int >= 0: return int
        // Larger than any value has members or characters.
        case .decimal(false, _, let exponent) where exponent >= 0: return .max
        default: throw failure(name, "must be a whole number of 0 or more")
        }
    }

    private func bound(_ name: String, _ value: JSON, exclusive: String) throws(JSONSchemaError) -> SchemaBound {
        guard case .number(let number) = value else { throw failure(name, "must be a number") }
        let isExclusive = schema[exclusive] ?? false
        guard case .bool(let isExclusive) = isExclusive else { throw failure(exclusive, "must be true or false") }
        return SchemaBound(number.text, isExclusive: isExclusive)
    }

    private func strings(_ name: String, _ value: JSON) throws(JSONSchemaError) -> [String] {
        guard case .array(let values) = value else { throw failure(name, "must be an array of strings") }
        var strings: [String] = []
        for value in values {
            guard case .string(let string) = value else { throw failure(name, "must be an array of strings") }
            strings.append(string)
        }
        return strings
    }

    private func pattern(
        _ text: String, _ name: String, _ compiler: inout SchemaCompiler
    ) throws(JSONSchemaError) -> Pattern {
        do {
            return try compiler.pattern(text)
        } catch {
            throw failure(name, "cannot be used: \(error)")
        }
    }

    private func failure(_ name: String, _ message: String) -> JSONSchemaError {
        .schema(message: "\(name.split(separator: "/").first ?? "") \(message)", place: place.name + "/" + name)
    }
}
