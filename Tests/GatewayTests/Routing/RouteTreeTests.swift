import ControlAPI
import Testing

@testable import Gateway

private func tree(_ routes: [(String, [String])]) throws -> RouteTree {
    try RouteTree(
        routes.map { path, verbs in
            let resource = Resource(id: path, path: path)
            let methods = verbs.map { verb in
                (
                    verb,
                    MethodPlan(
                        resource: Resource(id: "\(verb) \(path)", path: resource.path), number: 0,
                        pathParameters: StageCompiler.pathParameters(path),
                        integration: .unavailable(reason: "test"))
                )
            }
            return (path, Dictionary(uniqueKeysWithValues: methods))
        })
}

private let routes: [(String, [String])] = [
    ("/", ["GET"]), ("/pets", ["GET", "ANY"]), ("/pets/{petId}", ["GET"]), ("/pets/{petId}/photos", ["GET"]),
    ("/pets/special", ["GET"]), ("/pets/special/deep", ["GET"]), ("/files/{path+}", ["ANY"]),
    ("/files/readme", ["GET"]),
    ("/part1", ["GET"]), ("/part1/hardcoded-value", ["GET"]), ("/a/{x}/b/{y}", ["GET"]), ("/only", []),
    ("/only/below", ["POST"]),
]

private struct RouteCase: Sendable, CustomTestStringConvertible {
    var verb: String
    var path: String
    var expected: String?
    var captures: [String]
    var testDescription: String { "\(verb) \(path)" }

    init(_ verb: String, _ path: String, _ expected: String?, _ captures: [String] = []) {
        (self.verb, self.path, self.expected, self.captures) = (verb, path, expected, captures)
    }
}

private let cases: [RouteCase] = [
    RouteCase("GET", "", "GET /"),
    RouteCase("GET", "/", "GET /"),
    RouteCase("POST", "/", nil),
    RouteCase("GET", "/pets", "GET /pets"),
    RouteCase("GET", "/pets/", "GET /pets"),
    RouteCase("GET", "//pets", "GET /pets"),
    RouteCase("DELETE", "/pets", "ANY /pets"),
    RouteCase("BREW", "/pets", nil),
    RouteCase("GET", "/Pets", nil),
    RouteCase("GET", "/pets/7", "GET /pets/{petId}", ["7"]),
    RouteCase("GET", "/pets/a%20b", "GET /pets/{petId}", ["a%20b"]),
    RouteCase("POST", "/pets/7", nil),
    RouteCase("GET", "/pets/special", "GET /pets/special"),
    RouteCase("GET", "/pets/special/deep", "GET /pets/special/deep"),
    // The literal leads nowhere, the variable does.
    RouteCase("GET", "/pets/special/photos", "GET /pets/{petId}/photos", ["special"]),
    RouteCase("GET", "/pets/7/photos", "GET /pets/{petId}/photos", ["7"]),
    RouteCase("GET", "/pets//photos", nil),
    RouteCase("GET", "/pets/7/nothing", nil),
    RouteCase("GET", "/files", nil),
    RouteCase("GET", "/files/", nil),
    RouteCase("PUT", "/files/a", "ANY /files/{path+}", ["a"]),
    RouteCase("GET", "/files/a/b/c", "ANY /files/{path+}", ["a/b/c"]),
    RouteCase("GET", "/files/a//b", "ANY /files/{path+}", ["a//b"]),
    RouteCase("GET", "/files/readme", "GET /files/readme"),
    RouteCase("GET", "/files/readme/x", "ANY /files/{path+}", ["readme/x"]),
    RouteCase("POST", "/files/readme", "ANY /files/{path+}", ["readme"]),
    RouteCase("GET", "/a/1/b/2", "GET /a/{x}/b/{y}", ["1", "2"]),
    RouteCase("GET", "/only", nil),
    RouteCase("POST", "/only/below", "POST /only/below"),
    RouteCase("GET", "/nothing", nil),
]

private func match(_ tree: RouteTree, _ verb: String, _ path: String) -> (String?, [String]) {
    let bytes = Array(path.utf8) + [0]
    var spans: [ByteSpan] = []
    let method = bytes.withUnsafeBytes { all in
        tree.match(
            all.baseAddress!, 0, path.utf8.count, verb: Verb(named: verb) ?? .other, captures: &spans)
    }
    return (method?.resourceId, spans.map { String(decoding: bytes[$0.lower..<$0.upper], as: UTF8.self) })
}

@Suite struct RouteTreeTests {
    @Test(arguments: cases)
    private func picksTheMethod(_ test: RouteCase) throws {
        let (id, captures) = match(try tree(routes), test.verb, test.path)
        #expect(id == test.expected)
        if test.expected != nil { #expect(captures == test.captures) }
    }

    /// Recorded from AWS: a miss below a literal falls back to the greedy sibling.
    @Test func fallsBackToTheGreedySibling() throws {
        let tree = try tree([("/part1", ["GET"]), ("/{param+}", ["GET"]), ("/part1/hardcoded-value", ["GET"])])
        #expect(match(tree, "GET", "/part1").0 == "GET /part1")
        #expect(match(tree, "GET", "/part1/hardcoded-value").0 == "GET /part1/hardcoded-value")
        #expect(match(tree, "GET", "/part1/random-value").0 == "GET /{param+}")
        #expect(match(tree, "GET", "/part1/random-value").1 == ["part1/random-value"])
    }

    @Test func findsEachOfAThousandRoutes() throws {
        let many = (0..<1000).map { ("/resource\($0)/{id}", ["GET"]) }
        let tree = try tree(many)
        for number in 0..<1000 {
            let (id, captures) = match(tree, "GET", "/resource\(number)/x")
            #expect(id == "GET /resource\(number)/{id}")
            #expect(captures == ["x"])
        }
    }
}
