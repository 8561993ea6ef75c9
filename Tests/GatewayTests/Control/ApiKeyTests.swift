import ControlAPI
import JSON
import Testing

@testable import Gateway

@Suite struct ApiKeyTests {
    @Test func `a key is made, shown without its value unless asked, and deleted`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.done("POST", "/apikeys", ["name": "one", "enabled": true, "tags": ["a": "b"]])
        #expect(made.status == 201)
        #expect(made.text("value").count == 40)
        #expect(made["tags"] == ["a": "b"])
        let id = made.text("id")
        let shown = try await harness.done("GET", "/apikeys/\(id)")
        #expect(shown["value"] == nil)
        #expect(shown["enabled"] == true)
        #expect(shown["stageKeys"] == [])
        #expect(try await harness.done("GET", "/apikeys/\(id)?includeValue=true").text("value") == made.text("value"))
        #expect(
            harness.publisher.publishedKeys.last?.keys
                == [KeyPublication.Key(id: id, value: made.text("value"), enabled: true)])
        #expect(try await !harness.journal().contains(made.text("value")))
        #expect(try await harness.done("DELETE", "/apikeys/\(id)").status == 202)
        #expect(harness.publisher.publishedKeys.last?.keys == [])
        let gone = try await harness.call("GET", "/apikeys/\(id)")
        #expect((gone.status, gone.message) == (404, "Invalid API Key identifier specified"))
    }

    /// Recorded: a key without members has these, and is off.
    @Test func `a key has defaults`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.done("POST", "/apikeys", [:])
        #expect(made["enabled"] == false)
        #expect(made["name"] == nil)
        let patched = try await harness.patch(
            "/apikeys/\(made.text("id"))", [.replace("/enabled", "not-a-boolean")])
        #expect(patched.status == 200)
        #expect(
            Set((patched.body.object?.members ?? []).map(\.key))
                == ["id", "createdDate", "lastUpdatedDate", "enabled", "stageKeys", "tags"])
        #expect(patched["enabled"] == false)
        #expect(patched["tags"] == [:])
    }

    @Test(
        "what is refused (appendix B)",
        arguments: [
            BodyCase(["value": .string(text(19))], "API Key value should be at least 20 characters"),
            BodyCase(["value": .string(text(20))]),
            BodyCase(["value": .string(text(128))]),
            BodyCase(["value": .string(text(129))], "API Key value exceeds maximum size of 128 characters"),
            BodyCase(
                ["value": .string(text(20) + " x")],
                "API Key value should have printable ASCII characters without blanks only"),
            BodyCase(["name": .string(text(1024))]),
            BodyCase(["name": .string(text(1025))], "Invalid API Key name, can be at most 1024 characters."),
            BodyCase(["description": .string(text(125_000))]),
            BodyCase(["description": .string(text(125_001))], "Invalid API Key description specified."),
            BodyCase(
                ["stageKeys": [["restApiId": "nope", "stageName": "prod"]]],
                "Invalid API identifier specified 000000000000:nope"),
            BodyCase(
                ["name": 1],
                "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String"),
        ])
    func refused(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let before = try await harness.contents()
        let reply = try await harness.call("POST", "/apikeys", one.body)
        #expect((reply.message ?? "") == one.message)
        #expect((reply.status == 201) == one.message.isEmpty)
        if !one.message.isEmpty { #expect(try await harness.contents() == before) }
    }

    private static func text(_ count: Int) -> String { String(repeating: "a", count: count) }

    @Test func `a value is unique in the account`() async throws {
        let harness = try ControlHarness()
        let body: JSON = ["value": .string(Self.text(30))]
        try await harness.done("POST", "/apikeys", body)
        let second = try await harness.call("POST", "/apikeys", body)
        #expect((second.status, second.code) == (409, "ConflictException"))
        #expect(second.message == "API Key already exists")
    }

    @Test(
        "patches of a key",
        arguments: [
            PatchCase("replace", "/name", "new", "", "name", "\"new\""),
            PatchCase("replace", "/description", "text", "", "description", "\"text\""),
            PatchCase("replace", "/customerId", "c1", "", "customerId", "\"c1\""),
            PatchCase("replace", "/enabled", "TRUE", "", "enabled", "true"),
            PatchCase("replace", "/enabled", "false", "", "enabled", "false"),
            PatchCase("add", "/labels", "x", "", "tags", "{}"),
            PatchCase(
                "replace", "/value", "x",
                "Invalid patch path  '/value' specified for op 'replace'. "
                    + "Must be one of: [/name, /description, /customerId, /enabled]"),
            PatchCase(
                "add", "/name", "x",
                "Invalid patch path  '/name' specified for op 'add'. Must be one of: [/stages, /labels]"),
            PatchCase("add", "/stages", "x", "Invalid stage key specified: x. It must be {apiId}/{stage}"),
        ])
    func patches(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let id = try await harness.done("POST", "/apikeys", ["name": "old"]).text("id")
        let reply = try await harness.patch("/apikeys/\(id)", [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if one.refusal.isEmpty { #expect(reply[one.place]?.text() == one.expected) }
    }

    @Test func `lists select by name and customer, in pages`() async throws {
        let harness = try ControlHarness()
        for (name, customer) in [("alpha", "c1"), ("albert", "c2"), ("beta", "c1"), ("a%", "c1")] {
            try await harness.done("POST", "/apikeys", ["name": .string(name), "customerId": .string(customer)])
        }
        func names(_ query: String) async throws -> [String] {
            try await harness.done("GET", "/apikeys?\(query)")["item"]?.array?.compactMap { $0["name"]?.string } ?? []
        }
        #expect(try await names("") == ["alpha", "albert", "beta", "a%"])
        #expect(try await names("name=al") == ["alpha", "albert"])
        #expect(try await names("name=a%25") == ["a%"])
        #expect(try await names("customerId=c1") == ["alpha", "beta", "a%"])
        #expect(try await names("name=al&customerId=c2") == ["albert"])
        let first = try await harness.done("GET", "/apikeys?limit=3&includeValues=true")
        #expect(first["item"]?.array?.allSatisfy { $0["value"]?.string?.count == 40 } == true)
        #expect(try await names("limit=3&position=\(first.text("position"))") == ["a%"])
    }
}

@Suite struct ApiKeyImportTests {
    private static let key = String(repeating: "k", count: 32)

    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        /// `name enabled description`, a line a key
        let keys: [String]
        var warnings: [String] = []
        var testDescription: String { file.debugDescription }
    }

    /// Appendix C.
    @Test(arguments: [
        Row(file: "Name,Key\none,\(key)\n", keys: ["one true -"]),
        // Any case and order; unknown columns are ignored; CRLF, byte order mark, blanks and blank lines.
        Row(file: "\u{FEFF}foo,KEY,name\r\nx,\(key), one \r\n\r\n", keys: ["one true -"]),
        Row(
            file: "name,key,description,enabled\none,\(key),\"a, \"\"b\"\"\nc\",FALSE", keys: ["one false a, \"b\"\nc"]),
        Row(
            file: "name,key\n,\(key)\n", keys: [],
            warnings: ["Unable to import the API key on line 2: the Name is missing"]),
        Row(
            file: "name,key\nshort,\(String(repeating: "k", count: 29))\nright,\(String(repeating: "k", count: 30))\n",
            keys: ["right true -"],
            warnings: [
                "Unable to import the API key on line 2: the Key must have 30 to 128 printable ASCII characters "
                    + "without blanks"
            ]),
        Row(
            file: "name,key,enabled\none,\(key),maybe\n", keys: [],
            warnings: ["Unable to import the API key on line 2: Enabled must be true or false, not 'maybe'"]),
        Row(
            file: "name,key,UsagePlanIds\none,\(key),\"nope,other\"\n", keys: [],
            warnings: ["Unable to import the API key on line 2: Invalid Usage Plan ID specified"]),
        // The same key again overwrites.
        Row(file: "name,key,enabled\none,\(key),true\ntwo,\(key),false\n", keys: ["two false -"]),
        Row(file: "name,key\n", keys: []),
    ])
    func imports(_ row: Row) async throws {
        let harness = try ControlHarness()
        let reply = try await harness.send("POST", "/apikeys?mode=import&format=csv", Array(row.file.utf8))
        #expect(reply.status == 201)
        #expect(reply["warnings"]?.array?.compactMap(\.string) == row.warnings)
        let list = try await harness.done("GET", "/apikeys")["item"]?.array ?? []
        #expect(reply["ids"]?.array?.compactMap(\.string) == list.compactMap { $0["id"]?.string })
        #expect(
            list.map { key in
                "\(key["name"]?.string ?? "-") \(key["enabled"]?.bool == true) \(key["description"]?.string ?? "-")"
            } == row.keys)
        // With failonwarnings nothing is left where there would have been a warning.
        let strict = try ControlHarness()
        let before = try await strict.contents()
        let refused = try await strict.send(
            "POST", "/apikeys?failonwarnings=true&mode=import&format=csv", Array(row.file.utf8))
        #expect(refused.status == (row.warnings.isEmpty ? 201 : 400))
        #expect(refused.message == row.warnings.first)
        if !row.warnings.isEmpty { #expect(try await strict.contents() == before) }
    }

    @Test(arguments: [
        ("", "Invalid API key file: the column Name is missing"),
        ("Name\none\n", "Invalid API key file: the column Key is missing"),
        ("Key\n\(key)\n", "Invalid API key file: the column Name is missing"),
        ("name,key\n\"one,\(key)\n", "Invalid API key file: line 2: a quote is not closed"),
        ("name,key\n\"one\"x,\(key)\n", "Invalid API key file: line 2: a comma has to follow a closing quote"),
    ])
    func `files that are none`(file: String, message: String) async throws {
        let reply = try await ControlHarness().send("POST", "/apikeys?mode=import&format=csv", Array(file.utf8))
        #expect((reply.status, reply.message) == (400, message))
    }

    @Test func `bytes that are no text are refused`() async throws {
        let reply = try await ControlHarness().send("POST", "/apikeys?mode=import&format=csv", [0x6E, 0xFF, 0x0A])
        #expect(reply.message == "Invalid API key file: line 1: the text is not UTF-8")
    }

    @Test func `another format is refused`() async throws {
        let reply = try await ControlHarness().send("POST", "/apikeys?mode=import&format=xml", [])
        #expect(
            reply.message
                == "1 validation error detected: Value 'xml' at 'format' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [csv]")
    }

    @Test func `a key goes into its plans and stays in those that it has`() async throws {
        let harness = try ControlHarness()
        let first = try await harness.done("POST", "/usageplans", ["name": "p"]).text("id")
        let second = try await harness.done("POST", "/usageplans", ["name": "q"]).text("id")
        func send(_ plans: String) async throws {
            let file = "Name,Key,UsagePlanIds\none,\(Self.key),\"\(plans)\"\n"
            let reply = try await harness.send("POST", "/apikeys?mode=import&format=csv", Array(file.utf8))
            #expect(reply["warnings"] == [])
        }
        try await send(first)
        try await send("\(second), \(first)")
        #expect(harness.publisher.publishedKeys.last?.members.map(\.planId) == [first, second])
    }
}

extension ControlHarness {
    /// All entries as text.
    func journal() async throws -> String { try await done("GET", "/sluice/journal?limit=500").body.text() }
}
