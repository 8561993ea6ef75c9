import JSON
import Testing

/// Whatever is given as a schema or an instance, it is validated or refused within its bounds.
@Suite struct SchemaFuzzTests {
    static let pieces = [
        "{", "}", "[", "]", ",", ":", "1", "-1", "0.01", "1e400", "1e1000000000", "true", "false", "null", "\"\"", "{}",
        ##""$ref":"#""##, ##"{"$ref":"#/definitions/a"}"##, ##""id":"http://x/y#z""##, #""type":"string""#,
        #""items":"#, #""allOf":["#, #""not":{"#, #""uniqueItems":true"#, #""enum":["#, #""pattern":"(a+)+b""#,
        #""multipleOf":0.1"#, #""additionalProperties":false"#, #""patternProperties":{".*":"#,
        #""dependencies":{"a":"#,
        #""definitions":{"a":"#, "\"aaaaaaaaaaaaaaaaaaaaaaa\"", #""format":"uri""#, #""required":["a"]"#,
    ]

    static let schemas: [String] =
        [
            SchemaKeywordTests.anyType, SchemaKeywordTests.numbers, SchemaKeywordTests.strings,
            SchemaKeywordTests.arrays,
            SchemaKeywordTests.objects, SchemaKeywordTests.schemas,
        ].flatMap { $0.map(\.schema) } + SchemaReferenceTests.rows.map(\.schema)
        + SchemaReferenceTests.refused.map(\.schema)

    static let instances: [String] =
        [
            SchemaKeywordTests.anyType, SchemaKeywordTests.numbers, SchemaKeywordTests.strings,
            SchemaKeywordTests.arrays, SchemaKeywordTests.objects,
        ].flatMap { $0.map(\.instance) } + [
            #"{"a":{"a":{"a":[1,"aaaaaaaaaaaaaaaaaaaaaaa",null]}},"b":[[1.0,1],{"$ref":"x"}]}"#
        ]

    static let limits = JSONSchemaLimits(
        schemas: 500, instructions: 20_000, documents: 5, depth: 200, steps: 20_000, violations: 10)

    /// Both ways to validate have to agree.
    private func check(_ document: JSON, _ instance: JSON) -> Bool {
        Fuzzing.note("schema", document.bytes() + [0x0A] + instance.bytes())
        let resolved = try? JSONSchema(document, limits: Self.limits, resolve: { $0.isEmpty ? nil : document })
        guard let schema = resolved else { return false }
        let answers = ((try? schema.isValid(instance)), (try? schema.validate(instance)))
        if case (let isValid?, let violations?) = answers { #expect(isValid == violations.isEmpty) }
        return true
    }

    @Test func changedSchemasAndInstancesAreValidatedOrRefused() async {
        var count = 0
        await Fuzzing.run(10_000, 21) { generator in
            let seed = Self.schemas.randomElement(using: &generator) ?? ""
            let other = Self.instances.randomElement(using: &generator) ?? ""
            let schema = Fuzzing.mutated(Array(seed.utf8), Self.pieces, &generator)
            let instance = Fuzzing.mutated(Array(other.utf8), Self.pieces, &generator)
            guard let schema = (try? JSON(parsing: schema)) else { return }
            let value = (try? JSON(parsing: instance)) ?? (try? JSON(parsing: other)) ?? .null
            if check(schema, value) { count += 1 }
        }
        #expect(count > 100)
    }

    /// Schemas put together from schemas: keywords meet that no one wrote side by side.
    @Test func schemasOfSchemasAreValidatedOrRefused() async {
        let parts = Self.schemas.compactMap { try? JSON(parsing: $0) }
        let values = Self.instances.compactMap { try? JSON(parsing: $0) }
        var count = 0
        await Fuzzing.run(10_000, 22) { generator in
            var document = parts.randomElement(using: &generator) ?? [:]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let part = parts.randomElement(using: &generator) ?? [:]
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: document = ["allOf": [document, part]]
                case 1: document = ["definitions": ["a": part], "items": document, "properties": ["a": document]]
                case 2: document = ["not": document, "oneOf": [part, ["$ref": "#"], document]]
                case 3:
                    document = ["properties": ["a": document, "b": ["$ref": "#"]], "patternProperties": ["a|b": part]]
                case 4: document = ["additionalProperties": document, "dependencies": ["a": part, "b": ["a"]]]
                default:
                    guard case .object(var merged) = document else { continue }
                    for member in part.object?.members ?? [] { merged[member.key] = member.value }
                    document = .object(merged)
                }
            }
            if check(document, values.randomElement(using: &generator) ?? .null) { count += 1 }
        }
        #expect(count > 100)
    }
}
