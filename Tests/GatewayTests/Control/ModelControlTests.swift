import ControlAPI
import JSON
import Testing

@testable import Gateway

private let noSchema = "Model schema must have at least 1 property or array items defined"
private let invalid = "Invalid model specified: Validation Result: warnings : [], errors : "

/// A body of `CreateModel` and the text with which it is refused, empty if it is taken.
private struct ModelCase: Sendable, CustomTestStringConvertible {
    let body: JSON
    let message: String
    var status = 400
    var testDescription: String { body.text() }

    init(_ name: String, _ schema: String?, _ message: String = "", type: String = "application/json") {
        var body = JSONObject([(key: "name", value: .string(name)), (key: "contentType", value: .string(type))])
        if let schema { body["schema"] = .string(schema) }
        self.body = .object(body)
        self.message = message
    }

    init(_ body: JSON, _ message: String, status: Int = 400) {
        self.body = body
        self.message = message
        self.status = status
    }
}

@Suite struct ModelControlTests {
    private static let missing = " failed to satisfy constraint: Member must not be null"

    @Test(
        "CreateModel",
        arguments: [
            ModelCase("Pet", #"{"type":"object","properties":{"a":{"type":"string"}}}"#),
            ModelCase("Pet2", #"{"title": "Pet2", "type": "object"}"#),
            ModelCase("", "{}", "Model name must be non-empty"),
            ModelCase("a_b", "{}", "Model name must be alphanumeric: a_b"),
            ModelCase("Pet", nil, noSchema), ModelCase("Pet", "", noSchema),
            ModelCase("Pet", nil, noSchema, type: "application/xml"),
            ModelCase("Pet", "<xs:schema/>", type: "application/xml"),
            ModelCase("Pet", "<xs:schema/>", invalid + "[Invalid model schema specified]"),
            ModelCase("Pet", "[]", invalid + "[Invalid model schema specified]"),
            ModelCase("Pet", "{", invalid + "[Invalid model schema specified]"),
            ModelCase("Pet", #"{"type":"text"}"#, invalid + "[Invalid model schema specified]"),
            ModelCase("Pet", #"{"required":[]}"#, invalid + "[Invalid model schema specified]"),
            ModelCase("Pet", ##"{"$ref":"#/definitions/none"}"##, invalid + "[Invalid model schema specified]"),
            ModelCase(
                "Pet", "{}", "Validation Result: warnings : [], errors : [Invalid content type specified: 123]",
                type: "123"),
            ModelCase("Pet", #"{"$ref": "Other"}"#, invalid + "[Model reference must be in canonical form]"),
            ModelCase(
                ["name": "Empty", "contentType": "application/json", "schema": "{}"],
                "Model name already exists for this REST API", status: 409),
            ModelCase(
                ["contentType": "application/json", "schema": "{}"],
                "1 validation error detected: Value null at 'createModelInput.name'" + missing),
            ModelCase(
                [:],
                "2 validation errors detected: Value null at 'createModelInput.name'\(missing); "
                    + "Value null at 'createModelInput.contentType'\(missing)"),
        ])
    private func create(_ one: ModelCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let before = try await harness.contents()
        let reply = try await harness.call("POST", "/restapis/\(id)/models", one.body)
        #expect((reply.message ?? "") == one.message)
        #expect(reply.status == (one.message.isEmpty ? 201 : one.status))
        if one.message.isEmpty {
            #expect(
                try await harness.done("GET", "/restapis/\(id)/models/\(one.body["name"]?.string ?? "")").body
                    == reply.body)
        } else {
            #expect(try await harness.contents() == before)
        }
    }

    @Test func `every API has Empty and Error from the start, and lists go page by page`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        try await harness.done(
            "POST", "/restapis/\(id)/models", ["name": "Cat", "contentType": "application/json", "schema": "{}"])
        let models = try await harness.done("GET", "/restapis/\(id)/models")["item"]?.array ?? []
        #expect(models.compactMap { $0["name"]?.string } == ["Cat", "Empty", "Error"])
        #expect(
            try JSON(parsing: models[1]["schema"]?.string ?? "")
                == ["$schema": "http://json-schema.org/draft-04/schema#", "title": "Empty Schema", "type": "object"])
        #expect(models[1]["description"] == "This is a default empty schema model")
        #expect(
            try JSON(parsing: models[2]["schema"]?.string ?? "")
                == [
                    "$schema": "http://json-schema.org/draft-04/schema#", "title": "Error Schema", "type": "object",
                    "properties": ["message": ["type": "string"]],
                ])
        #expect(models[2]["description"] == "This is a default error schema model")
        let first = try await harness.done("GET", "/restapis/\(id)/models?limit=2")
        #expect(first["item"]?.array?.count == 2)
        let rest = try await harness.done(
            "GET", "/restapis/\(id)/models?limit=2&position=\(first.text("position").replacing("=", with: "%3D"))")
        #expect(rest["item"]?.array?.compactMap { $0["name"]?.string } == ["Error"])
    }

    @Test(
        "UpdateModel",
        arguments: [
            PatchCase("replace", "/description", "new", "", "description", "new"),
            PatchCase("replace", "/schema", #"{"title":"new"}"#, "", "schema", #"{"title":"new"}"#),
            PatchCase(
                "add", "/wrong-path", "x",
                "Invalid patch path  '/wrong-path' specified for op 'add'. Please choose supported operations"),
            PatchCase(
                "replace", "/name", "x",
                "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]"),
            PatchCase("replace", "/schema", "", noSchema),
            PatchCase("replace", "/schema", "1", invalid + "[Invalid model schema specified]"),
        ])
    func update(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let before = try await harness.contents()
        let reply = try await harness.patch("/restapis/\(id)/models/Empty", [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if one.refusal.isEmpty {
            #expect(reply.text(one.place) == one.expected)
        } else {
            #expect(try await harness.contents() == before)
        }
    }

    /// An unknown API is named only where there is no model to name.
    @Test(
        "unknown names",
        arguments: [
            ("GET", "/restapis/abcde0/models", "Invalid API identifier specified 000000000000:abcde0"),
            ("GET", "/restapis/abcde0/models/MySchema", "Invalid model name specified: MySchema"),
            ("PATCH", "/restapis/abcde0/models/mySchema", "Invalid model name specified: mySchema"),
            ("DELETE", "/restapis/abcde0/models/MySchema", "Invalid model name specified: MySchema"),
            ("GET", "/restapis/abcde0/models/M/default_template", "Invalid model name specified: M"),
        ])
    func unknown(_ verb: String, _ target: String, _ message: String) async throws {
        let reply = try await ControlHarness().call(verb, target)
        #expect(reply.status == 404)
        #expect(reply.code == "NotFoundException")
        #expect(reply.message == message)
    }

    @Test func `a model in use stays, and the last method that uses it is named`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let test = try await harness.done("POST", "/restapis/\(id)/resources/\(root)", ["pathPart": "test"]).text("id")
        func delete() async throws -> ControlHarness.Reply {
            try await harness.call("DELETE", "/restapis/\(id)/models/Two")
        }
        try await harness.done(
            "POST", "/restapis/\(id)/models", ["name": "Two", "contentType": "application/json", "schema": "{}"])
        for resource in [root, test] {
            try await harness.done(
                "PUT", "/restapis/\(id)/resources/\(resource)/methods/ANY",
                ["authorizationType": "NONE", "requestModels": ["application/json": "Two"]])
        }
        let both = try await delete()
        #expect(both.status == 409)
        #expect(both.code == "ConflictException")
        #expect(both.message == "Cannot delete model 'Two', is referenced in method request: /test/ANY")
        try await harness.done("DELETE", "/restapis/\(id)/resources/\(test)/methods/ANY")
        #expect(try await delete().message == "Cannot delete model 'Two', is referenced in method request: //ANY")
        try await harness.done("DELETE", "/restapis/\(id)/resources/\(root)/methods/ANY")

        try await harness.done(
            "PUT", "/restapis/\(id)/resources/\(root)/methods/GET/responses/200",
            ["responseModels": ["application/json": "Two"]])
        #expect(try await delete().message == "Cannot delete model 'Two', is referenced in method response: //GET")
        try await harness.done("DELETE", "/restapis/\(id)/resources/\(root)/methods/GET/responses/200")

        try await harness.done(
            "POST", "/restapis/\(id)/models",
            [
                "name": "List", "contentType": "application/json",
                "schema": .string(#"{"items":{"$ref":"\#(ModelReference.uri(api: id, "Two"))"}}"#),
            ])
        #expect(try await delete().message == "Cannot delete model 'Two', is referenced in model: List")
        try await harness.done("DELETE", "/restapis/\(id)/models/List")
        #expect(try await harness.done("DELETE", "/restapis/\(id)/models/Two").body == [:])
        #expect(try await delete().status == 404)
    }

    @Test func `methods name models that there are`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let response = "/restapis/\(id)/resources/\(root)/methods/GET/responses/200"
        let unknown = try await harness.call("PUT", response, ["responseModels": ["application/json": "petModel"]])
        #expect(unknown.message == "Invalid model identifier specified: petModel")
        try await harness.done(
            "POST", "/restapis/\(id)/models", ["name": "petModel", "contentType": "application/json", "schema": "{}"])
        try await harness.done("PUT", response, ["responseModels": ["application/json": "petModel"]])
        try await harness.done(
            "PUT", "/restapis/\(id)/resources/\(root)/methods/POST",
            ["authorizationType": "NONE", "requestModels": ["application/json": "petModel"]])
    }

    @Test func `references to models of the API, to itself and to draft 4 are taken, others are named`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        func create(_ name: String, _ schema: String) async throws -> String {
            try await harness.call(
                "POST", "/restapis/\(id)/models",
                ["name": .string(name), "contentType": "application/json", "schema": .string(schema)]
            ).message ?? ""
        }
        func reference(_ name: String, api: String? = nil) -> String {
            #"{"$ref":"\#(ModelReference.uri(api: api ?? id, name))"}"#
        }
        #expect(try await create("One", #"{"items":\#(reference("Empty"))}"#) == "")
        #expect(try await create("Tree", #"{"properties":{"l":\#(reference("Tree"))}}"#) == "")
        #expect(try await create("Meta", #"{"$ref":"http://json-schema.org/draft-04/schema#"}"#) == "")
        #expect(try await create("Named", #"{"properties":{"$ref":{"type":"string"}}}"#) == "")
        #expect(
            try await create("Two", #"{"allOf":[\#(reference("Cat")),\#(reference("Dog"))]}"#)
                == invalid + "[Invalid model specified: Cat, Invalid model specified: Dog]")
        #expect(
            try await create("Far", reference("Empty", api: "other"))
                == invalid + "[Model reference must be in canonical form]")
    }

    @Test func `a flat schema has its models as definitions`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        func uri(_ name: String) -> String { ModelReference.uri(api: id, name) }
        for (name, schema) in [
            ("Tag", ##"{"properties":{"name":{"$ref":"#/definitions/n"}},"definitions":{"n":{"type":"string"}}}"##),
            ("Pet", #"{"properties":{"tag":{"$ref":"\#(uri("Tag"))"}}}"#),
            ("Pets", #"{"items":{"$ref":"\#(uri("Pet"))"},"properties":{"self":{"$ref":"\#(uri("Pets"))"}}}"#),
        ] {
            try await harness.done(
                "POST", "/restapis/\(id)/models",
                ["name": .string(name), "contentType": "application/json", "schema": .string(schema)])
        }
        let flat = try await harness.done("GET", "/restapis/\(id)/models/Pets?flatten=true").text("schema")
        #expect(
            try JSON(parsing: flat)
                == [
                    "items": ["$ref": "#/definitions/Pet"], "properties": ["self": ["$ref": "#"]],
                    "definitions": [
                        "Pet": ["properties": ["tag": ["$ref": "#/definitions/Tag"]]],
                        "Tag": [
                            "properties": ["name": ["$ref": "#/definitions/Tag/definitions/n"]],
                            "definitions": ["n": ["type": "string"]],
                        ],
                    ],
                ])
        let plain = try await harness.done("GET", "/restapis/\(id)/models/Pets").text("schema")
        #expect(plain.contains(uri("Pet")))
    }

    @Test(
        "GetModelTemplate",
        arguments: [
            (#"{"type":"object"}"#, "{ }"),
            (#"{"properties":{"message":{"type":"string"}}}"#, "{\n  \"message\" : \"foo\"\n}"),
            (
                #"{"properties":{"a":{"type":"integer"},"b":{"type":"boolean"},"c":{"enum":["x"],"type":"string"}}}"#,
                "{\n  \"a\" : 42,\n  \"b\" : true,\n  \"c\" : \"x\"\n}"
            ),
            (
                #"{"type":"array","items":{"properties":{"id":{"type":"number"}}}}"#,
                """
                [
                ##TODO: Update this foreach loop to reference array from input json
                #foreach($elem in $inputRoot)
                  {
                    "id" : 42
                  }
                #if($foreach.hasNext),#end
                #end
                ]
                """
            ),
            (##"{"properties":{"a":{"$ref":"#"}}}"##, "{\n  \"a\" : {\n    \"a\" : { }\n  }\n}"),
            (#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, "\"foo\""),
        ])
    func template(_ schema: String, _ body: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        try await harness.done(
            "POST", "/restapis/\(id)/models",
            ["name": "M", "contentType": "application/json", "schema": .string(schema)])
        let reply = try await harness.done("GET", "/restapis/\(id)/models/M/default_template")
        #expect(reply.text("value") == "#set($inputRoot = $input.path('$'))\n" + body)
    }

    @Test func `a schema that doubles at each level has a bounded template`() async throws {
        var definitions = JSONObject()
        for level in 0..<30 {
            let next: JSON = ["$ref": .string("#/definitions/d\(level + 1)")]
            definitions["d\(level)"] = ["properties": ["a": next, "b": next]]
        }
        let text = SkeletonTemplate.text(["$ref": "#/definitions/d0", "definitions": .object(definitions)])
        #expect(text.utf8.count < 200_000)
    }

    @Test func `a clone's models refer to its own`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        try await harness.done(
            "POST", "/restapis/\(id)/models",
            [
                "name": "List", "contentType": "application/json",
                "schema": .string(#"{"items":{"$ref":"\#(ModelReference.uri(api: id, "Empty"))"}}"#),
            ])
        let clone = try await harness.done("POST", "/restapis", ["name": "b", "cloneFrom": .string(id)]).text("id")
        let model = try await harness.done("GET", "/restapis/\(clone)/models/List")
        #expect(
            try JSON(parsing: model.text("schema"))["items"]?["$ref"]?.string == ModelReference.uri(api: clone, "Empty")
        )
        #expect(try await harness.done("GET", "/restapis/\(clone)/models")["item"]?.array?.count == 3)
    }
}
