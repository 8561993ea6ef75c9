import JSON
import Testing

/// Draft 4's keywords: what each lets through, and the text that AWS gives for what it does not.
@Suite struct SchemaKeywordTests {
    /// A schema, an instance, and `validationErrorString`; `nil` if the instance is valid.
    typealias Row = (schema: String, instance: String, error: String?)

    static let anyType: [Row] = [
        ("{}", "null", nil), (#"{"title":"x","description":"y","default":1,"unknown":[]}"#, "1", nil),
        (#"{"type":"string"}"#, #""a""#, nil),
        (
            #"{"type":["number"]}"#, #""a""#,
            #"[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]"#
        ),
        (
            #"{"type":["string","null","array"]}"#, "true",
            #"[instance type (boolean) does not match any allowed primitive type (allowed: ["array","null","string"])]"#
        ),
        (#"{"type":"integer"}"#, "12345678901234567890123", nil), (#"{"type":"number"}"#, "1", nil),
        (
            #"{"type":"integer"}"#, "1.0",
            #"[instance type (number) does not match any allowed primitive type (allowed: ["integer"])]"#
        ),
        (#"{"enum":["dog","cat"]}"#, #""cat""#, nil),
        (
            #"{"enum":["dog","cat"]}"#, #""x""#,
            #"[instance value ("x") not found in enum (possible values: ["dog","cat"])]"#
        ),
        (#"{"enum":[1.0,{"a":[1,{}],"b":null}]}"#, #"{"b":null,"a":[1.00,{}]}"#, nil), (#"{"enum":[10]}"#, "1e1", nil),
        (#"{"enum":[false]}"#, "0", "[instance value (0) not found in enum (possible values: [false])]"),
        (#"{"enum":["é"]}"#, #""é""#, nil),
        (
            #"{"enum":["\u00e9"]}"#, #""e\u0301""#,
            "[instance value (\"e\u{301}\") not found in enum (possible values: [\"é\"])]"
        ),
    ]

    static let numbers: [Row] = [
        (#"{"maximum":500}"#, "500", nil), (#"{"maximum":500}"#, "500.0", nil), (#"{"maximum":500}"#, "-1e400", nil),
        (
            #"{"maximum":500}"#, "600",
            "[numeric instance is greater than the required maximum (maximum: 500, found: 600)]"
        ),
        (
            #"{"maximum":500}"#, "500.0000000000000000000000000000001",
            "[numeric instance is greater than the required maximum "
                + "(maximum: 500, found: 500.0000000000000000000000000000001)]"
        ),
        (
            #"{"maximum":5,"exclusiveMaximum":true}"#, "5.0",
            "[numeric instance is not strictly lower than the required maximum 5]"
        ),
        (#"{"maximum":5,"exclusiveMaximum":true}"#, "4.99", nil),
        (#"{"minimum":-5}"#, "-5", nil), (#"{"minimum":1e999}"#, "1e1000", nil),
        (
            #"{"minimum":1.1}"#, "0.6",
            "[numeric instance is lower than the required minimum (minimum: 1.1, found: 0.6)]"
        ),
        (
            #"{"minimum":-1}"#, "-1e1000000000",
            "[numeric instance is lower than the required minimum (minimum: -1, found: -1e1000000000)]"
        ),
        (
            #"{"minimum":5,"exclusiveMinimum":true}"#, "5",
            "[numeric instance is not strictly greater than the required minimum 5]"
        ),
        (#"{"minimum":5}"#, #""4""#, nil),
        (#"{"multipleOf":2}"#, "10", nil), (#"{"multipleOf":2}"#, "0", nil), (#"{"multipleOf":2}"#, "-4", nil),
        (#"{"multipleOf":2}"#, "7", "[remainder of division is not zero (7 / 2)]"),
        (#"{"multipleOf":0.01}"#, "4.35", nil), (#"{"multipleOf":0.0001}"#, "0.0075", nil),
        (#"{"multipleOf":0.0001}"#, "0.00751", "[remainder of division is not zero (0.00751 / 0.0001)]"),
        (#"{"multipleOf":7}"#, "1e1000000000", "[remainder of division is not zero (1e1000000000 / 7)]"),
        (#"{"multipleOf":1024}"#, "1e1000000000", nil), (#"{"multipleOf":1e-1000000000}"#, "3", nil),
        (#"{"multipleOf":1e1000000000}"#, "3", "[remainder of division is not zero (3 / 1e1000000000)]"),
        (#"{"multipleOf":123456789012345678901}"#, "370370367037037036703", nil),
        (
            #"{"multipleOf":123456789012345678901}"#, "370370367037037036704",
            "[remainder of division is not zero (370370367037037036704 / 123456789012345678901)]"
        ),
    ]

    static let strings: [Row] = [
        (#"{"maxLength":2}"#, #""👍👍""#, nil),
        (#"{"maxLength":2}"#, #""abc""#, #"[string "abc" is too long (length: 3, maximum allowed: 2)]"#),
        (#"{"minLength":3}"#, #""👍👍👍""#, nil), (#"{"minLength":3}"#, "1", nil),
        (#"{"minLength":3}"#, #""a""#, #"[string "a" is too short (length: 1, required minimum: 3)]"#),
        (#"{"minLength":3}"#, #""e\u0301""#, "[string \"e\u{301}\" is too short (length: 2, required minimum: 3)]"),
        (#"{"pattern":"b+"}"#, #""abbc""#, nil), (#"{"pattern":"^a"}"#, "{}", nil),
        (#"{"pattern":"^a"}"#, #""b""#, #"[ECMA 262 regex "^a" does not match input string "b"]"#),
        (#"{"pattern":"^a$"}"#, #""a\n""#, "[ECMA 262 regex \"^a$\" does not match input string \"a\n\"]"),
        (#"{"pattern":"^[[\\]a{]+\\/{x}\\cA$"}"#, #""[a]{/{x}\u0001""#, nil),
        (#"{"pattern":"^\\s\\S.$"}"#, #""\u00a0a\u0085""#, nil),
    ]

    static let arrays: [Row] = [
        (#"{"maxItems":2}"#, "[1,2]", nil),
        (
            #"{"maxItems":2}"#, "[1,2,3]",
            "[array is too long: must have at most 2 elements but instance has 3 elements]"
        ),
        (
            #"{"minItems":2}"#, "[1]",
            "[array is too short: must have at least 2 elements but instance has 1 elements]"
        ),
        (#"{"minItems":2}"#, "{}", nil),
        (#"{"uniqueItems":true}"#, #"[1,2,"1",true,[1],[[1]],{"a":1}]"#, nil),
        (#"{"uniqueItems":true}"#, "[1,2,1.0]", "[array must not contain duplicate elements]"),
        (
            #"{"uniqueItems":true}"#, #"[{"a":1,"b":2},{"b":2,"a":1}]"#,
            "[array must not contain duplicate elements]"
        ),
        (#"{"uniqueItems":false}"#, "[1,1]", nil),
        (
            #"{"items":[{},{}],"additionalItems":false}"#, "[1,2,3]",
            "[schema only allows 2 elements in array but instance has 3 elements]"
        ),
        (#"{"items":{},"additionalItems":false}"#, "[1,2,3]", nil), (#"{"additionalItems":false}"#, "[1]", nil),
        (
            #"{"items":[{}],"additionalItems":{"maximum":1}}"#, "[3,1,2]",
            "[numeric instance is greater than the required maximum (maximum: 1, found: 2)]"
        ),
        (
            #"{"items":{"type":"string"}}"#, #"[1,"a",null]"#,
            #"[instance type (integer) does not match any allowed primitive type (allowed: ["string"]), "#
                + #"instance type (null) does not match any allowed primitive type (allowed: ["string"])]"#
        ),
    ]

    static let objects: [Row] = [
        (#"{"required":["b","type"]}"#, #"{"type":1,"b":null}"#, nil),
        (#"{"required":["type"]}"#, "{}", #"[object has missing required properties (["type"])]"#),
        (
            #"{"required":["b","x","a"]}"#, #"{"x":1}"#,
            #"[object has missing required properties (["b","a"])]"#
        ),
        (
            #"{"maxProperties":1}"#, #"{"a":1,"b":2}"#,
            "[object has too many properties (found 2 but schema requires at most 1)]"
        ),
        (#"{"minProperties":1}"#, "{}", "[object has too few properties (found 0 but schema requires at least 1)]"),
        (
            #"{"properties":{"a":{}},"patternProperties":{"^x":{}},"additionalProperties":false}"#,
            #"{"z":1,"a":1,"xy":1,"b":1}"#,
            #"[object instance has properties which are not allowed by the schema: ["b","z"]]"#
        ),
        (
            #"{"properties":{"a":{}},"patternProperties":{"^x":{"type":"string"}},"additionalProperties":{"type":"null"}}"#,
            #"{"a":1,"x":1,"b":true}"#,
            #"[instance type (boolean) does not match any allowed primitive type (allowed: ["null"]), "#
                + #"instance type (integer) does not match any allowed primitive type (allowed: ["string"])]"#
        ),
        (
            #"{"dependencies":{"a":["b","c"]}}"#, #"{"a":1,"c":1}"#,
            #"[property "a" of object has missing property dependencies (schema requires ["b","c"]; missing: ["b"])]"#
        ),
        (
            #"{"dependencies":{"a":{"required":["b"]}}}"#, #"{"a":1}"#,
            #"[object has missing required properties (["b"])]"#
        ),
        (#"{"dependencies":{"a":{"required":["b"]},"x":["y"]}}"#, #"{"b":1}"#, nil),
        // All keywords of one schema, in the order of their names; members only where those found nothing.
        (
            #"{"type":"object","required":["b"],"maxProperties":0,"properties":{"a":{"type":"string"}}}"#, #"{"a":1}"#,
            "[object has too many properties (found 1 but schema requires at most 0), "
                + #"object has missing required properties (["b"])]"#
        ),
        // Members in the order of their names.
        (
            #"{"additionalProperties":{"maximum":1}}"#, #"{"z":2,"a":3,"m":0}"#,
            "[numeric instance is greater than the required maximum (maximum: 1, found: 3), "
                + "numeric instance is greater than the required maximum (maximum: 1, found: 2)]"
        ),
    ]

    static let schemas: [Row] = [
        (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "2", nil),
        (
            #"{"allOf":[{"minimum":1},{"maximum":2},{"multipleOf":3}]}"#, "6",
            "[instance failed to match all required schemas (matched only 2 out of 3)]"
        ),
        (#"{"anyOf":[{"minimum":1},{"type":"string"}]}"#, #""a""#, nil),
        (
            #"{"anyOf":[{"type":"null"},{"type":"string"}]}"#, "1",
            "[instance failed to match at least one required schema among 2]"
        ),
        (#"{"oneOf":[{"minimum":1},{"type":"null"}]}"#, "1", nil),
        (
            #"{"oneOf":[{"minimum":1},{"maximum":3},{"type":"null"}]}"#, "2",
            "[instance failed to match exactly one schema (matched 2 out of 3)]"
        ),
        (#"{"oneOf":[{"minimum":3}]}"#, "2", "[instance failed to match exactly one schema (matched 0 out of 1)]"),
        (#"{"not":{"type":"string"}}"#, "1", nil),
        (#"{"not":{"type":"string"}}"#, #""a""#, "[instance matched a schema which it should not have]"),
        // A $ref stands alone.
        (##"{"properties":{"a":{"$ref":"#/definitions/s","minLength":5}},"definitions":{"s":{}}}"##, #"{"a":""}"#, nil),
    ]

    @Test(arguments: [anyType, numbers, strings, arrays, objects, schemas].indices)
    func validates(_ table: Int) throws {
        for row in [Self.anyType, Self.numbers, Self.strings, Self.arrays, Self.objects, Self.schemas][table] {
            let schema = try JSONSchema(JSON(parsing: row.schema))
            let instance = try JSON(parsing: row.instance)
            let violations = try schema.validate(instance)
            let error = violations.isEmpty ? nil : JSONSchema.errorString(violations)
            // Bytes, as two texts of other bytes may be equal strings.
            #expect(
                error.map { Array($0.utf8) } == row.error.map { Array($0.utf8) }, "\(row) gave \(error ?? "nothing")")
            #expect(try schema.isValid(instance) == (row.error == nil), "\(row)")
        }
    }

    static let formats: [(format: String, good: [String], bad: [String], error: String)] = [
        (
            "date-time",
            [
                "2023-01-02T03:04:05Z", "2023-01-02t03:04:05.123456z", "2024-02-29T00:00:00+14:00",
                "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.1-08:00",
            ],
            [
                "", "2023-01-02", "2023-01-02T03:04:05", "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z",
                "2023-01-02T24:00:00Z", "2023-01-02T03:04:05.Z", "2023-01-02T03:04:60Z", "2023-01-02T03:04:05+24:00",
                "2023-01-02 03:04:05Z", "2023-01-02T03:04:05Zx",
            ],
            "string \"\" is invalid against requested date format(s) "
                + "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]"
        ),
        (
            "email", ["a@b", "a.b+c@example.com", "\"a b\\\"\"@x.org", "a@[127.0.0.1]", "a@[IPv6:::1]"],
            ["", "a", "@b", "a@", "a..b@c", ".a@b", "a.@b", "a b@c", "\"a\"b\"@c", "a@[127.0.0]", "a@-b.c", "a@b c"],
            "string \"\" is not a valid email address"
        ),
        (
            "hostname", ["a", "www.example.com", "1.2-3.x", "xn--4gbwdl.xn--wgbh1c"],
            ["", ".", "a..b", "-a", "a-", "a_b", "é.com", String(repeating: "a", count: 64)],
            "string \"\" is not a valid hostname"
        ),
        (
            "ipv4", ["127.0.0.1", "0.0.0.0", "255.255.255.255"],
            ["", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.", "0x7f.0.0.1", "1.2.3.4 "],
            "string \"\" is not a valid IPv4 address"
        ),
        (
            "ipv6",
            ["::", "::1", "1::", "2001:db8::7", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::ffff:1.2.3.4", "1::3:4"],
            [
                "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "1::2::3", ":1::", "1::2:", "::g",
                "::1.2.3", "fe80::1%eth0", "1:2:3:4:5:6:7:1.2.3.4", "::1:2:3:4:5:6:7:8",
            ],
            "string \"\" is not a valid IPv6 address"
        ),
        (
            "regex", ["", "a|b", "[^]{", "\\/"], ["(", "[a", "*"],
            "string \"(\" is not a valid ECMA 262 regular expression"
        ),
        (
            "uri",
            [
                "http://a.b/c?d=e#f", "urn:a:b", "mailto:a@b", "http://[::1]:80/", "http://u:p@h:1/%20", "http://",
                "x:",
            ],
            [
                "", "abc", "/abc", "//a/b", "http://a b", "http://a/%zz", "a,b:c", "http://[::1/", "http://a:b:c/",
                "http://a#b#c", "http://é", "1a:b", "http://a/<>",
            ],
            "string \"\" is not a valid URI"
        ),
        (
            "uuid", ["00000000-0000-0000-0000-000000000000", "AbCdEf01-2345-6789-abcd-ef0123456789"],
            ["", "0000000000000000-0000-0000-000000000000", "g0000000-0000-0000-0000-000000000000"],
            "input string \"\" is not a valid UUID"
        ),
        ("date", ["", "whatever"], [], ""), ("int32", ["x"], [], ""),
    ]

    @Test(arguments: formats.indices)
    func checksFormats(_ place: Int) throws {
        let (format, good, bad, error) = Self.formats[place]
        let schema = try JSONSchema(["format": .string(format)])
        for text in good { #expect(try schema.isValid(.string(text)), "\(format): \(text)") }
        for text in bad { #expect(try !schema.isValid(.string(text)), "\(format): \(text)") }
        if let first = bad.first { #expect(try schema.validate(.string(first)).map(\.message) == [error]) }
        #expect(try schema.isValid(12))
    }

    @Test func violationsNameTheirPlace() throws {
        let schema = try JSONSchema(
            JSON(parsing: #"{"properties":{"a/b":{"items":{"properties":{"~":{"type":"null"}}}}}}"#))
        let violations = try schema.validate(JSON(parsing: #"{"a/b":[{},{"~":1}]}"#))
        #expect(violations.map(\.pointer) == ["/a~1b/1/~0"])
        #expect(violations.map(\.keyword) == ["type"])
    }
}
