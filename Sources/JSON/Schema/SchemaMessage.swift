/// The texts of violations, as `$context.error.validationErrorString` has them. They are those of the Java library
/// json-schema-validator; a value that would make a text too long is cut.
enum SchemaMessage {
    static func type(found: SchemaTypes, allowed: SchemaTypes) -> String {
        "instance type (\(found.names.first ?? "")) does not match any allowed primitive type "
            + "(allowed: \(list(allowed.names, .max)))"
    }

    static func enumeration(_ value: JSON, _ values: JSON, _ bytes: Int) -> String {
        "instance value (\(json(value, bytes))) not found in enum (possible values: \(json(values, bytes)))"
    }

    // MARK: Numbers

    static func minimum(_ bound: SchemaBound, _ found: JSONNumber, _ bytes: Int) -> String {
        "numeric instance is lower than the required minimum "
            + "(minimum: \(cut(bound.text, bytes)), found: \(cut(found.text, bytes)))"
    }

    static func minimumExclusive(_ bound: SchemaBound) -> String {
        "numeric instance is not strictly greater than the required minimum \(bound.text)"
    }

    static func maximum(_ bound: SchemaBound, _ found: JSONNumber, _ bytes: Int) -> String {
        "numeric instance is greater than the required maximum "
            + "(maximum: \(cut(bound.text, bytes)), found: \(cut(found.text, bytes)))"
    }

    static func maximumExclusive(_ bound: SchemaBound) -> String {
        "numeric instance is not strictly lower than the required maximum \(bound.text)"
    }

    static func multipleOf(_ found: JSONNumber, _ divisor: SchemaDivisor, _ bytes: Int) -> String {
        "remainder of division is not zero (\(cut(found.text, bytes)) / \(divisor.text))"
    }

    // MARK: Strings

    static func maxLength(_ string: String, _ length: Int, _ most: Int, _ bytes: Int) -> String {
        "string \"\(cut(string, bytes))\" is too long (length: \(length), maximum allowed: \(most))"
    }

    static func minLength(_ string: String, _ length: Int, _ least: Int, _ bytes: Int) -> String {
        "string \"\(cut(string, bytes))\" is too short (length: \(length), required minimum: \(least))"
    }

    static func pattern(_ pattern: Pattern, _ string: String, _ bytes: Int) -> String {
        "ECMA 262 regex \"\(cut(pattern.text, bytes))\" does not match input string \"\(cut(string, bytes))\""
    }

    static func format(_ format: SchemaFormat, _ string: String, _ bytes: Int) -> String {
        let value = "string \"\(cut(string, bytes))\""
        switch format {
        case .dateTime:
            return "\(value) is invalid against requested date format(s) "
                + "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]"
        case .email: return "\(value) is not a valid email address"
        case .hostname: return "\(value) is not a valid hostname"
        case .ipv4: return "\(value) is not a valid IPv4 address"
        case .ipv6: return "\(value) is not a valid IPv6 address"
        case .regex: return "\(value) is not a valid ECMA 262 regular expression"
        case .uri: return "\(value) is not a valid URI"
        case .uuid: return "input \(value) is not a valid UUID"
        }
    }

    // MARK: Arrays

    static func additionalItems(_ count: Int, _ allowed: Int) -> String {
        "schema only allows \(allowed) elements in array but instance has \(count) elements"
    }

    static func maxItems(_ count: Int, _ most: Int) -> String {
        "array is too long: must have at most \(most) elements but instance has \(count) elements"
    }

    static func minItems(_ count: Int, _ least: Int) -> String {
        "array is too short: must have at least \(least) elements but instance has \(count) elements"
    }

    static let uniqueItems = "array must not contain duplicate elements"

    // MARK: Objects

    static func required(_ missing: [String], _ bytes: Int) -> String {
        "object has missing required properties (\(list(missing, bytes)))"
    }

    static func additionalProperties(_ names: [String], _ bytes: Int) -> String {
        "object instance has properties which are not allowed by the schema: \(list(names, bytes))"
    }

    static func maxProperties(_ count: Int, _ most: Int) -> String {
        "object has too many properties (found \(count) but schema requires at most \(most))"
    }

    static func minProperties(_ count: Int, _ least: Int) -> String {
        "object has too few properties (found \(count) but schema requires at least \(least))"
    }

    static func dependencies(_ name: String, _ wanted: [String], _ missing: [String], _ bytes: Int) -> String {
        "property \"\(cut(name, bytes))\" of object has missing property dependencies "
            + "(schema requires \(list(wanted, bytes)); missing: \(list(missing, bytes)))"
    }

    // MARK: Schemas

    static func allOf(_ matched: Int, _ count: Int) -> String {
        "instance failed to match all required schemas (matched only \(matched) out of \(count))"
    }

    static func anyOf(_ count: Int) -> String {
        "instance failed to match at least one required schema among \(count)"
    }

    static func oneOf(_ matched: Int, _ count: Int) -> String {
        "instance failed to match exactly one schema (matched \(matched) out of \(count))"
    }

    static let not = "instance matched a schema which it should not have"

    // MARK: Values

    private static func list(_ strings: [String], _ bytes: Int) -> String {
        json(.array(strings.map { .string($0) }), bytes)
    }

    private static func json(_ value: JSON, _ bytes: Int) -> String {
        cut(value.text(), bytes)
    }

    static func cut(_ text: String, _ bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = Array(text.utf8.prefix(bytes))
        // Not in the middle of a character.
        while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
        if let last = kept.last, last >= 0xC0 { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self) + "…"
    }
}
