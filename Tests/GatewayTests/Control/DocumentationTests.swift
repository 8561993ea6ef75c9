import ControlAPI
import JSON
import Testing

@testable import Gateway

private let location = "Invalid documentation part location: "

@Suite struct DocumentationTests {
    /// Location given → location shown (appendix C), or the refusal.
    @Test(
        "locations by type",
        arguments: [
            (["type": "API"], ["type": "API"], ""),
            (["type": "AUTHORIZER", "name": "a"], ["type": "AUTHORIZER", "name": "a"], ""),
            (["type": "MODEL", "name": "Pet"], ["type": "MODEL", "name": "Pet"], ""),
            (["type": "RESOURCE"], ["type": "RESOURCE", "path": "/"], ""),
            (["type": "METHOD"], ["type": "METHOD", "path": "/", "method": "*"], ""),
            (
                ["type": "PATH_PARAMETER", "path": "/{a}", "name": "a"],
                ["type": "PATH_PARAMETER", "path": "/{a}", "method": "*", "name": "a"], ""
            ),
            (
                ["type": "QUERY_PARAMETER", "method": "get", "name": "q"],
                ["type": "QUERY_PARAMETER", "path": "/", "method": "GET", "name": "q"], ""
            ),
            (
                ["type": "REQUEST_HEADER", "name": "h"],
                ["type": "REQUEST_HEADER", "path": "/", "method": "*", "name": "h"], ""
            ),
            (["type": "REQUEST_BODY", "path": ""], ["type": "REQUEST_BODY", "path": "/", "method": "*"], ""),
            (["type": "RESPONSE"], ["type": "RESPONSE", "path": "/", "method": "*", "statusCode": "*"], ""),
            (
                ["type": "RESPONSE_HEADER", "statusCode": "200", "name": "h"],
                ["type": "RESPONSE_HEADER", "path": "/", "method": "*", "statusCode": "200", "name": "h"], ""
            ),
            (
                ["type": "RESPONSE_BODY"], ["type": "RESPONSE_BODY", "path": "/", "method": "*", "statusCode": "*"], ""
            ),
            (["type": "API", "path": "/"], [:], location + "path is not valid for type API"),
            (["type": "MODEL"], [:], location + "name is required for type MODEL"),
            (["type": "AUTHORIZER"], [:], location + "name is required for type AUTHORIZER"),
            (["type": "QUERY_PARAMETER"], [:], location + "name is required for type QUERY_PARAMETER"),
            (["type": "RESOURCE", "method": "GET"], [:], location + "method is not valid for type RESOURCE"),
            (["type": "METHOD", "statusCode": "200"], [:], location + "statusCode is not valid for type METHOD"),
            (["type": "RESPONSE", "statusCode": "2"], [:], location + "statusCode is no status: 2"),
            (["type": "METHOD", "path": "pets"], [:], location + "path must begin with /: pets"),
            (
                ["type": "METHOD", "method": "FETCH"], [:],
                "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"
            ),
            (
                ["type": "INVALID"], [:],
                "1 validation error detected: Value 'INVALID' at 'createDocumentationPartInput.location.type' failed "
                    + "to satisfy constraint: Member must satisfy enum value set: [RESPONSE_BODY, RESPONSE, METHOD, "
                    + "MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, "
                    + "API, REQUEST_HEADER]"
            ),
        ] as [(JSON, JSON, String)])
    func locations(_ given: JSON, _ shown: JSON, _ refusal: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let before = try await harness.contents()
        let reply = try await harness.call(
            "POST", "/restapis/\(id)/documentation/parts", ["location": given, "properties": #"{"a":1}"#])
        #expect((reply.message ?? "") == refusal)
        guard refusal.isEmpty else {
            #expect(try await harness.contents() == before)
            return
        }
        #expect(reply.status == 201)
        #expect(reply["location"]?.object?.members.count == shown.object?.members.count)
        for (name, value) in shown.object?.members ?? [] { #expect(reply["location"]?[name] == value) }
    }

    @Test(
        "properties",
        arguments: [
            ("", "Documentation part properties must be non-empty"),
            ("[1]", "Documentation part properties must be a JSON object"),
            ("{", "Documentation part properties must be a JSON object"),
        ])
    func properties(_ text: String, _ refusal: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let parts = "/restapis/\(id)/documentation/parts"
        let made = try await harness.call(
            "POST", parts, ["location": ["type": "API"], "properties": .string(text)])
        #expect(made.status == 400)
        #expect(made.message?.hasPrefix(refusal) == true)
        let part = try await harness.done("POST", parts, ["location": ["type": "API"], "properties": "{}"])
        let patched = try await harness.patch(parts + "/" + part.text("id"), [.replace("/properties", text)])
        #expect(patched.message?.hasPrefix(refusal) == true)
    }

    @Test func `a part from its creation to its end`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let parts = "/restapis/\(id)/documentation/parts"
        let body: JSON = ["location": ["type": "API"], "properties": #"{"a":1}"#]
        let part = try await harness.done("POST", parts, body)
        let twice = try await harness.call("POST", parts, body)
        #expect(twice.status == 409)
        #expect(twice.message == "Documentation part already exists for the specified location: type 'API'.")
        let place = parts + "/" + part.text("id")
        let patched = try await harness.patch(place, [.replace("/properties", #"{"b":2}"#)])
        #expect(patched.text("properties") == #"{"b":2}"#)
        #expect(try await harness.done("GET", place).body == patched.body)
        #expect(
            try await harness.patch(place, [.replace("/location", "x")]).message
                == "Invalid patch path  '/location' specified for op 'replace'. Must be one of: [/properties]")
        #expect(try await harness.done("DELETE", place).status == 202)
        for verb in ["GET", "PATCH", "DELETE"] {
            let reply = try await harness.call(verb, place, ["patchOperations": []])
            #expect(reply.status == 404)
            #expect(reply.message == "Invalid Documentation part identifier specified")
        }
        #expect(
            try await harness.call("GET", "/restapis/none/documentation/parts").message
                == "Invalid API identifier specified 000000000000:none")
    }

    /// Query → types of the parts that are listed.
    @Test(
        "GetDocumentationParts",
        arguments: [
            ("", ["API", "METHOD", "MODEL"]), ("?type=MODEL", ["MODEL"]), ("?name=Pet", ["MODEL"]),
            ("?path=/", ["METHOD"]), ("?type=API&path=/", []),
            ("?locationStatus=DOCUMENTED", ["API", "METHOD", "MODEL"]),
            ("?locationStatus=UNDOCUMENTED", ["MODEL", "MODEL", "RESOURCE"]),
            ("?locationStatus=UNDOCUMENTED&name=Empty", ["MODEL"]),
        ])
    func list(_ query: String, _ types: [String]) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let parts = "/restapis/\(id)/documentation/parts"
        for location in [["type": "API"], ["type": "METHOD", "method": "GET"], ["type": "MODEL", "name": "Pet"]]
            as [JSON]
        {
            try await harness.done("POST", parts, ["location": location, "properties": "{}"])
        }
        let items = try await harness.done("GET", parts + query)["item"]?.array ?? []
        #expect(items.compactMap { $0["location"]?["type"]?.string }.sorted() == types)
        var paged: [JSON] = []
        var position = ""
        repeat {
            let start = position.isEmpty ? "" : "&position=" + position.replacing("=", with: "%3D")
            let page = try await harness.done("GET", parts + (query.isEmpty ? "?" : query + "&") + "limit=1" + start)
            paged += page["item"]?.array ?? []
            position = page.text("position")
        } while !position.isEmpty
        #expect(paged == items)
    }

    private static func file(_ parts: JSON) -> [UInt8] {
        let file: JSON = ["openapi": "3.0.0", "x-amazon-apigateway-documentation": ["documentationParts": parts]]
        return file.bytes()
    }

    /// Mode → the properties of `API` and the number of parts after a file with another `API` part and a `MODEL`.
    @Test(
        "ImportDocumentationParts",
        arguments: [
            ("merge", #"{"a":1,"b":3,"c":4}"#, 3), ("", #"{"a":1,"b":3,"c":4}"#, 3),
            ("overwrite", #"{"b":3,"c":4}"#, 2),
        ])
    func imports(_ mode: String, _ properties: String, _ count: Int) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let parts = "/restapis/\(id)/documentation/parts"
        try await harness.done("POST", parts, ["location": ["type": "API"], "properties": #"{"a":1,"b":2}"#])
        try await harness.done("POST", parts, ["location": ["type": "METHOD"], "properties": "{}"])
        let reply = try await harness.send(
            "PUT", parts + "?mode=\(mode)",
            Self.file([
                ["location": ["type": "API"], "properties": ["b": 3, "c": 4]],
                ["location": ["type": "MODEL", "name": "Empty"], "properties": ["d": 5]],
            ]))
        #expect(reply.status == 200)
        #expect(reply["ids"]?.array?.count == 2)
        #expect(reply["warnings"] == nil)
        let items = try await harness.done("GET", parts)["item"]?.array ?? []
        #expect(items.count == count)
        #expect(items.first { $0["location"]?["type"] == "API" }?["properties"]?.string == properties)
    }

    @Test func `parts that cannot be taken are warnings, or fail it all`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let parts = "/restapis/\(id)/documentation/parts"
        let file = Self.file([
            ["location": ["type": "MODEL"], "properties": ["b": 3]],
            ["location": ["type": "API"], "properties": ["b": 3]],
            ["location": ["type": "NO"], "properties": [:]], ["properties": [:]], ["location": ["type": "API"]],
        ])
        let before = try await harness.contents()
        #expect(try await harness.send("PUT", parts + "?failonwarnings=true", file).status == 400)
        for bad in ["", "{", "[]", #"{"openapi":"3.0.0"}"#] {
            #expect(try await harness.send("PUT", parts, Array(bad.utf8)).status == 400)
        }
        #expect(try await harness.send("PUT", parts + "?mode=x", file).code == "ValidationException")
        #expect(try await harness.contents() == before)
        let reply = try await harness.send("PUT", parts, file)
        #expect(reply["ids"]?.array?.count == 1)
        #expect(reply["warnings"]?.array?.count == 4)
    }

    @Test func `a version keeps the parts of its moment`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let root = "/restapis/\(id)/documentation"
        let part = try await harness.done(
            "POST", root + "/parts", ["location": ["type": "API"], "properties": #"{"a":1}"#])
        let made = try await harness.done(
            "POST", root + "/versions", ["documentationVersion": "1.0", "stageName": "prod", "description": "d"])
        #expect(made.status == 201)
        #expect(made.text("version") == "1.0")
        try await harness.done("DELETE", root + "/parts/" + part.text("id"))
        let kept = try await harness.store.read { try DocumentationVersionTable.parts($0, api: id, "1.0") }
        #expect(kept.map(\.properties) == [#"{"a":1}"#])
        #expect(try await harness.done("GET", "/restapis/\(id)/stages/prod").text("documentationVersion") == "1.0")
        #expect(try await harness.done("GET", root + "/versions").body == ["item": [made.body]])
        let twice = try await harness.call("POST", root + "/versions", ["documentationVersion": "1.0"])
        #expect(twice.status == 409)
        let place = root + "/versions/1.0"
        #expect(try await harness.patch(place, [.replace("/description", "new")]).text("description") == "new")
        #expect(
            try await harness.call("DELETE", place).message
                == "Cannot delete documentation version '1.0', is referenced in stage: prod")
        try await harness.patch("/restapis/\(id)/stages/prod", [.replace("/documentationVersion", "")])
        #expect(try await harness.done("DELETE", place).status == 202)
        let gone = try await harness.call("GET", place)
        #expect(gone.message == "Invalid Documentation version identifier specified")
        let stage = try await harness.call(
            "POST", root + "/versions", ["documentationVersion": "2.0", "stageName": "none"])
        #expect(stage.message == "Invalid stage identifier specified")
        #expect(try await harness.done("GET", root + "/versions").body == ["item": []])
    }

    @Test func `all of it goes with its API`() async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.api()
        let root = "/restapis/\(id)"
        try await harness.done(
            "POST", root + "/documentation/parts", ["location": ["type": "API"], "properties": "{}"])
        try await harness.done("POST", root + "/documentation/versions", ["documentationVersion": "1"])
        try await harness.done("DELETE", root)
        let left = try await harness.store.read { db in
            try Rows.all(db, of: "documentation_part") + Rows.all(db, of: "documentation_version")
        }
        #expect(left.isEmpty)
    }
}
