import JSON
import Testing

/// Schemas and instances that ask for endless work end in an error of their own.
@Suite struct SchemaLimitTests {
    private func nested(_ count: Int, _ open: String, _ close: String, around middle: String) -> String {
        String(repeating: open, count: count) + middle + String(repeating: close, count: count)
    }

    private func named(_ name: String, _ value: JSON) -> JSON {
        .object(JSONObject([(key: name, value: value)]))
    }

    /// Each definition applies the next one twice: 2^40 visits.
    @Test func schemasThatDoubleAreStopped() throws {
        var definitions = JSONObject()
        for number in 0..<40 {
            let next: JSON = ["$ref": .string("#/definitions/d\(number + 1)")]
            definitions["d\(number)"] = ["allOf": [next, next]]
        }
        definitions["d40"] = [:]
        let schema = try JSONSchema(
            ["definitions": .object(definitions), "$ref": "#/definitions/d0"], limits: JSONSchemaLimits(steps: 100_000))
        #expect(throws: JSONSchemaError.tooManySteps(100_000)) { try schema.isValid(1) }
        #expect(throws: JSONSchemaError.tooManySteps(100_000)) { try schema.validate(1) }
    }

    /// Definitions that apply one another, one after the other, go deeper than the document does.
    @Test func schemasThatNestByReferenceAreStopped() throws {
        var definitions = JSONObject()
        for number in 0..<5_000 {
            definitions["d\(number)"] = ["allOf": [["$ref": .string("#/definitions/d\(number + 1)")]]]
        }
        definitions["d5000"] = [:]
        let schema = try JSONSchema(["definitions": .object(definitions), "$ref": "#/definitions/d0"])
        #expect(throws: JSONSchemaError.tooDeep(2_000)) { try schema.isValid(1) }
    }

    @Test func theDeepestInstanceIsValidated() throws {
        let instance = try JSON(parsing: nested(512, "[", "]", around: ""))
        let schema = try JSONSchema(["type": "array", "items": ["$ref": "#"]])
        #expect(try schema.isValid(instance))
        let counted = try JSONSchema(["allOf": [["anyOf": [["items": ["$ref": "#"]]]]]])
        #expect(try counted.isValid(instance))
    }

    @Test func theDeepestSchemaIsCompiled() throws {
        for (open, close) in [(#"{"items":"#, "}"), (#"{"not":"#, "}"), (#"{"properties":{"a":"#, "}}")] {
            let text = nested(250, open, close, around: "{}")
            #expect(try JSONSchema(JSON(parsing: text)).isValid(1) || open.contains("not"))
        }
    }

    @Test func patternsAreStopped() throws {
        let text: JSON = .string(String(repeating: "a", count: 200) + "c")
        for schema: JSON in [["pattern": "(a+)+b"], ["items": ["pattern": "(a|aa)+$"]]] {
            let schema = try JSONSchema(schema, limits: JSONSchemaLimits(steps: 200_000))
            #expect(throws: JSONSchemaError.tooManySteps(200_000)) {
                _ = try schema.isValid(text)
                _ = try schema.isValid([text])
            }
        }
    }

    /// The steps of all searches count together.
    @Test func manyPatternsShareTheSteps() throws {
        let schema = try JSONSchema(["items": ["pattern": "a*b"]], limits: JSONSchemaLimits(steps: 200_000))
        let text: JSON = .string(String(repeating: "a", count: 200))
        #expect(try !schema.isValid([text]))
        let other = try JSONSchema(
            ["items": ["not": ["pattern": "a*b"]]], limits: JSONSchemaLimits(steps: 200_000))
        #expect(throws: JSONSchemaError.tooManySteps(200_000)) {
            try other.isValid(.array(Array(repeating: text, count: 50)))
        }
    }

    @Test func hugeNumbersTakeNoTime() throws {
        let schema = try JSONSchema(
            ["multipleOf": 7, "minimum": 0, "maximum": .number(JSONNumber(10)), "enum": [1, 7]])
        for text in ["1e1000000000", "1e-1000000000", "1e99999999999999999999999", "-1e99999999999999999999999"] {
            #expect(try !schema.isValid(JSON(parsing: text)))
        }
        let digits = try JSON(parsing: String(repeating: "7", count: 100_000))
        #expect(try JSONSchema(["multipleOf": 7]).isValid(digits))
        let divisor = try JSON(parsing: #"{"multipleOf":\#(String(repeating: "7", count: 200))}"#)
        #expect(throws: JSONSchemaError.tooManySteps(100_000)) {
            try JSONSchema(divisor, limits: JSONSchemaLimits(steps: 100_000)).isValid(digits)
        }
    }

    /// `uniqueItems` at every level of a deep array hashes what is inside once a level.
    @Test func uniqueItemsAtEveryLevelIsStopped() throws {
        let inside = "[" + Array(repeating: "[1]", count: 2_000).joined(separator: ",") + "]"
        let instance = try JSON(parsing: nested(400, "[0,", "]", around: inside))
        let schema = try JSONSchema(
            ["uniqueItems": true, "items": ["$ref": "#"]], limits: JSONSchemaLimits(steps: 500_000))
        #expect(throws: JSONSchemaError.tooManySteps(500_000)) { try schema.isValid(instance) }
    }

    /// A place in a large set takes longer than other steps.
    @Test func largeSetsOfUniqueItemsAreStopped() throws {
        let instance = JSON.array((0..<10_000).map { .number(JSONNumber($0)) })
        let schema = try JSONSchema(["uniqueItems": true], limits: JSONSchemaLimits(steps: 100_000))
        #expect(throws: JSONSchemaError.tooManySteps(100_000)) { try schema.isValid(instance) }
    }

    @Test func manyMembersAndElementsTakeLittle() throws {
        let many = 100_000
        let object = JSON.object(JSONObject((0..<many).map { (key: "k\($0)", value: JSON.number(JSONNumber($0))) }))
        let closed = try JSONSchema(["properties": ["k1": [:]], "additionalProperties": false])
        #expect(try !closed.isValid(object))
        let open = try JSONSchema(["additionalProperties": ["type": "integer"], "required": ["k99999"]])
        #expect(try open.isValid(object))
        let array = JSON.array((0..<many).map { .number(JSONNumber($0)) })
        #expect(try JSONSchema(["uniqueItems": true]).isValid(array))
    }

    @Test func reportsAreBounded() throws {
        let schema = try JSONSchema(["items": ["maxLength": 1, "enum": ["a"]]])
        let long = String(repeating: "é", count: 10_000)
        let violations = try schema.validate(.array(Array(repeating: .string(long), count: 1_000)))
        #expect(violations.count == 100)
        #expect(violations.allSatisfy { $0.message.utf8.count < 2_500 })
        #expect(violations.last?.message.contains("é…") == true)
    }

    /// Each schema below would hold the long name.
    @Test func placesAreShort() throws {
        let long = String(repeating: "n", count: 100_000)
        let many = JSON.object(JSONObject((0..<5_000).map { (key: "k\($0)", value: ["id": "x"]) }))
        for schema: JSON in [
            ["properties": named(long, ["properties": many])],
            ["id": .string("http://x/" + long + "/"), "properties": many],
            ["definitions": named(long, [:])],
        ] {
            #expect(throws: JSONSchemaError.schema(message: "a schema's place or id is too long", place: "#")) {
                try JSONSchema(schema)
            }
        }
    }

    @Test func longNamesAreCutInReports() throws {
        let long = String(repeating: "n", count: 100_000)
        let schema = try JSONSchema(["additionalProperties": ["type": "null"]])
        let violations = try schema.validate(named(long, 1))
        #expect(violations.map(\.pointer.utf8.count) == [1_024 + 4])
    }

    @Test func patternsAreCounted() throws {
        let many = JSON.array((0..<1_000).map { ["pattern": .string("((a{99}){99}){2}\($0)")] })
        #expect {
            try JSONSchema(["anyOf": many])
        } throws: { error in
            "\(error)".contains("the patterns of the schema are too large at character 1 at #/anyOf/24/pattern")
        }
    }

    @Test func schemasAreCounted() throws {
        let many = JSON.object(JSONObject((0..<50).map { (key: "k\($0)", value: JSON.object(JSONObject())) }))
        #expect(throws: JSONSchemaError.schema(message: "more than 20 schemas", place: "#/properties/k19")) {
            try JSONSchema(["properties": many], limits: JSONSchemaLimits(schemas: 20))
        }
        var count = 0
        #expect(
            throws: JSONSchemaError.schema(message: "references reach more than 10 documents", place: "http://x/10#")
        ) {
            try JSONSchema(["$ref": "http://x/1"], limits: JSONSchemaLimits(documents: 10)) { _ in
                count += 1
                return ["items": ["$ref": .string("http://x/\(count + 1)")]]
            }
        }
    }
}
