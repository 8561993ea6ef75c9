import JSON
import Testing

/// `$ref` and `id`, and what a schema is refused for.
@Suite struct SchemaReferenceTests {
    static let models = "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/"

    static let store: [String: String] = [
        "Pet": ##"{"type":"object","required":["name"],"properties":{"name":{"$ref":"#/definitions/Name"},"##
            + ##""owner":{"$ref":"https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Person"}},"##
            + ##""definitions":{"Name":{"type":"string"}}}"##,
        "Person": ##"{"properties":{"pets":{"type":"array","items":{"##
            + ##""$ref":"https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Pet"}}}}"##,
    ]

    @Test(arguments: [
        (##"[{"name":"x"}]"##, true), (##"[{"name":1}]"##, false), (##"[{}]"##, false),
        (##"[{"name":"x","owner":{"pets":[{"name":"y","owner":{"pets":[]}}]}}]"##, true),
        (##"[{"name":"x","owner":{"pets":[{"name":"y","owner":{"pets":[{}]}}]}}]"##, false),
    ])
    func modelsReferToEachOther(_ instance: String, _ isValid: Bool) throws {
        var asked: [String] = []
        let schema = try JSONSchema(
            ["type": "array", "items": ["$ref": .string(Self.models + "Pet")]],
            resolve: { uri in
                asked.append(uri)
                return Self.store[String(uri.dropFirst(Self.models.count))].flatMap { try? JSON(parsing: $0) }
            })
        #expect(try schema.isValid(JSON(parsing: instance)) == isValid)
        #expect(asked == [Self.models + "Pet", Self.models + "Person"])
    }

    @Test func modelsMayReferToThemselvesByName() throws {
        let document = try JSON(
            parsing: ##"{"type":"object","properties":{"next":{"$ref":"\##(Self.models)Node"}}}"##)
        let schema = try JSONSchema(document, uri: Self.models + "Node")
        #expect(try schema.isValid(["next": ["next": [:]]]))
        #expect(try !schema.isValid(["next": ["next": 1]]))
    }

    /// A schema, an instance, and whether it is valid.
    static let rows: [(schema: String, instance: String, isValid: Bool)] = [
        (##"{"properties":{"a":{"$ref":"#"}},"additionalProperties":false}"##, ##"{"a":{"a":{}}}"##, true),
        (##"{"properties":{"a":{"$ref":"#"}},"additionalProperties":false}"##, ##"{"a":{"b":{}}}"##, false),
        (##"{"items":[{"type":"null"},{"$ref":"#/items/0"}]}"##, "[null,1]", false),
        (##"{"x y":{"a/b":{"c~d":{"type":"null"}}},"$ref":"#/x%20y/a~1b/c~0d"}"##, "1", false),
        (
            ##"{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"type":"null"}},"$ref":"#/definitions/a"}"##, "1",
            false
        ),
        (##"{"definitions":{"a":{"id":"#here","type":"null"}},"not":{"$ref":"#here"}}"##, "null", false),
        (
            ##"{"id":"http://x/a/b","definitions":{"c":{"id":"../d","type":"null"}},"allOf":[{"$ref":"http://x/d"}]}"##,
            "1", false
        ),
        (##"{"id":"Person","definitions":{"c":{"type":"null"}},"items":{"$ref":"#/definitions/c"}}"##, "[1]", false),
        (
            ##"{"id":"urn:x:y","definitions":{"c":{"type":"null"}},"items":{"$ref":"urn:x:y#/definitions/c"}}"##, "[1]",
            false
        ),
        (##"{"$ref":"http://json-schema.org/draft-04/schema#"}"##, ##"{"minLength":-1}"##, false),
        (##"{"$ref":"http://json-schema.org/draft-04/schema#"}"##, ##"{"minLength":1}"##, true),
    ]

    @Test(arguments: rows.indices)
    func follows(_ place: Int) throws {
        let (text, instance, isValid) = Self.rows[place]
        #expect(try JSONSchema(JSON(parsing: text)).isValid(JSON(parsing: instance)) == isValid, "\(text)")
    }

    /// Schemas that are refused: what is said, and where.
    static let refused: [(schema: String, message: String, place: String)] = [
        ("true", "a schema must be an object", "#"),
        (##"{"properties":{"a/b":[]}}"##, "a schema must be an object", "#/properties/a~1b"),
        (##"{"properties":[]}"##, "properties must be an object", "#/properties"),
        (
            ##"{"definitions":{"a":{"type":"int"}}}"##,
            "type must be one of array, boolean, integer, null, number, object, string, not 'int'",
            "#/definitions/a/type"
        ),
        (##"{"type":[]}"##, "type must be a type or a list of types", "#/type"),
        (##"{"type":1}"##, "type must be an array of strings", "#/type"),
        (##"{"id":1}"##, "id must be a string", "#/id"),
        (##"{"required":true}"##, "required must be an array of strings", "#/required"),
        (##"{"enum":1}"##, "enum must be an array", "#/enum"),
        (##"{"allOf":[]}"##, "allOf must be an array of at least one schema", "#/allOf"),
        (##"{"maxLength":-1}"##, "maxLength must be a whole number of 0 or more", "#/maxLength"),
        (##"{"minItems":1.5}"##, "minItems must be a whole number of 0 or more", "#/minItems"),
        (##"{"maximum":"1"}"##, "maximum must be a number", "#/maximum"),
        (##"{"maximum":1,"exclusiveMaximum":2}"##, "exclusiveMaximum must be true or false", "#/exclusiveMaximum"),
        (##"{"multipleOf":0}"##, "multipleOf must be a number above 0 of at most 200 digits", "#/multipleOf"),
        (##"{"uniqueItems":1}"##, "uniqueItems must be true or false", "#/uniqueItems"),
        (##"{"format":1}"##, "format must be a string", "#/format"),
        (##"{"additionalProperties":1}"##, "a schema must be an object", "#/additionalProperties"),
        (##"{"dependencies":{"a":[1]}}"##, "dependencies must be an array of strings", "#/dependencies/a"),
        (
            ##"{"items":{"pattern":"("}}"##,
            "pattern cannot be used: regular expression: '(' without a ')' at character 1", "#/items/pattern"
        ),
        (
            ##"{"patternProperties":{"*/":{}}}"##,
            "patternProperties cannot be used: regular expression: a quantifier with nothing to repeat at character 1",
            "#/patternProperties/*~1"
        ),
        (##"{"items":{"$ref":1}}"##, "$ref must be a string", "#/items/$ref"),
        (##"{"items":{"$ref":"#/a"}}"##, "there is no schema for the $ref '#/a'", "#/items/$ref"),
        (
            ##"{"items":{"$ref":"https://x/models/No"}}"##, "there is no schema for the $ref 'https://x/models/No'",
            "#/items/$ref"
        ),
        (##"{"a":1,"items":{"$ref":"#/a"}}"##, "a schema must be an object", "#/a"),
        (##"{"$ref":"#"}"##, "the $ref leads back to itself", "#"),
        (
            ##"{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}}"##,
            "the $ref leads back to itself", "#/definitions/a"
        ),
        (##"{"allOf":[{"$ref":"#"}]}"##, "the schema applies itself to the same value without end", "#"),
        (
            ##"{"definitions":{"a":{"anyOf":[{},{"not":{"$ref":"#/definitions/b"}}]},"##
                + ##""b":{"dependencies":{"x":{"$ref":"#/definitions/a"}}}}}"##,
            "the schema applies itself to the same value without end", "#/definitions/a/anyOf/1"
        ),
    ]

    @Test(arguments: refused.indices)
    func refuses(_ place: Int) throws {
        let (text, message, place) = Self.refused[place]
        #expect(throws: JSONSchemaError.schema(message: message, place: place)) {
            try JSONSchema(JSON(parsing: text))
        }
    }
}
