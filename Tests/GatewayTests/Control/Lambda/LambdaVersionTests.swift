import JSON
import Lambda
import Testing

@testable import Gateway

private func share(_ value: Double) -> JSON { JSONNumber(value).map { .number($0) } ?? .null }

@Suite struct LambdaVersionTests {
    @Test func `versions are numbered, stay as they are, and are made only where something changed`() async throws {
        let harness = try ControlHarness()
        let made = try await harness.function(["Publish": true])
        #expect(made.text("Version") == "1")
        #expect(made.text("FunctionArn") == lambdaArn)
        let again = try await harness.done("POST", ControlHarness.hello + "/versions", [:])
        #expect(again.text("Version") == "1")
        #expect(again.text("FunctionArn") == lambdaArn + ":1")
        try await harness.done("PUT", ControlHarness.hello + "/configuration", ["Timeout": 9])
        let second = try await harness.done(
            "POST", ControlHarness.hello + "/versions",
            ["Description": "slow", "CodeSha256": .string(ControlHarness.packageSha)])
        #expect(second.status == 201)
        #expect(second.text("Version") == "2")
        #expect(second.text("Description") == "slow")
        #expect(second["Timeout"] == 9)
        #expect(try await harness.done("GET", ControlHarness.hello + "/configuration?Qualifier=1")["Timeout"] == 3)
        let listed = try await harness.done("GET", ControlHarness.hello + "/versions")
        #expect(listed["Versions"]?.array?.map { $0["Version"] } == ["$LATEST", "1", "2"])
        let wrong = try await harness.call("POST", ControlHarness.hello + "/versions", ["CodeSha256": "x"])
        #expect(
            wrong.message == "CodeSHA256 (x) is different from current CodeSHA256 in $LATEST "
                + "(\(ControlHarness.packageSha)). Please try again with the CodeSHA256 in $LATEST.")
        try await harness.done("DELETE", ControlHarness.hello + "?Qualifier=2")
        try await harness.done("PUT", ControlHarness.hello + "/configuration", ["Timeout": 10])
        #expect(try await harness.done("POST", ControlHarness.hello + "/versions", [:]).text("Version") == "3")
    }

    @Test func `an alias from its creation to its end`() async throws {
        let harness = try ControlHarness()
        try await harness.versionedFunction()
        let path = ControlHarness.hello + "/aliases"
        let made = try await harness.done("POST", path, ["Name": "prod", "FunctionVersion": "1"])
        #expect(made.status == 201)
        #expect(made.text("AliasArn") == lambdaArn + ":prod")
        #expect(made.text("Description") == "")
        let shared = try await harness.done(
            "PUT", path + "/prod", ["RoutingConfig": ["AdditionalVersionWeights": ["2": share(0.25)]]])
        #expect(shared["RoutingConfig"] == ["AdditionalVersionWeights": ["2": share(0.25)]])
        #expect(shared.text("RevisionId") != made.text("RevisionId"))
        #expect(
            harness.functions.published.first?.aliases
                == ["prod": FunctionAlias(version: "1", additionalVersionWeights: ["2": 0.25])])
        #expect(try await harness.done("GET", path + "/prod").body == shared.body)
        #expect(try await harness.done("GET", path).body == ["Aliases": [shared.body]])
        #expect(try await harness.done("GET", path + "?FunctionVersion=2").body == ["Aliases": []])
        let named = try await harness.done("GET", ControlHarness.hello + "/configuration?Qualifier=prod")
        #expect(named.text("FunctionArn") == lambdaArn + ":prod")
        #expect(named.text("Version") == "1")
        let moved = try await harness.done(
            "PUT", path + "/prod",
            ["FunctionVersion": "2", "RoutingConfig": ["AdditionalVersionWeights": [:]], "Description": "d"])
        #expect(moved["RoutingConfig"] == nil)
        #expect(moved.text("FunctionVersion") == "2")
        #expect(try await harness.done("DELETE", path + "/prod").status == 204)
        #expect(try await harness.done("DELETE", path + "/prod").status == 204)
        let gone = try await harness.call("GET", path + "/prod")
        #expect(gone.message == "Cannot find alias arn: \(lambdaArn):prod")
        #expect(gone.status == 404)
    }

    @Test(
        "what CreateAlias refuses",
        arguments: [
            BodyCase(
                ["Name": "12", "FunctionVersion": "1"],
                "1 validation error detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy "
                    + "regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
            BodyCase(
                ["Name": "a"],
                "1 validation error detected: Value null at 'functionVersion' failed to satisfy constraint: Member "
                    + "must not be null"),
            BodyCase(["Name": "taken", "FunctionVersion": "1"], "Alias already exists: \(lambdaArn):taken"),
            BodyCase(["Name": "a", "FunctionVersion": "7"], "Function not found: \(lambdaArn):7"),
            BodyCase(
                [
                    "Name": "a", "FunctionVersion": "1",
                    "RoutingConfig": ["AdditionalVersionWeights": ["7": share(0.5)]],
                ],
                "Function not found: \(lambdaArn):7"),
            BodyCase(
                [
                    "Name": "a", "FunctionVersion": "1",
                    "RoutingConfig": ["AdditionalVersionWeights": ["1": share(0.5)]],
                ],
                "Invalid function version 1. The function version 1 is already included in routing configuration."),
            BodyCase(
                [
                    "Name": "a", "FunctionVersion": "$LATEST",
                    "RoutingConfig": ["AdditionalVersionWeights": ["1": share(0.5)]],
                ],
                "$LATEST is not supported for an alias pointing to more than 1 version"),
            BodyCase(
                [
                    "Name": "a", "FunctionVersion": "1",
                    "RoutingConfig": ["AdditionalVersionWeights": ["1": share(0.5), "2": share(0.2)]],
                ], "Number of items in AdditionalVersionWeights cannot be greater than 1"),
            BodyCase(
                [
                    "Name": "a", "FunctionVersion": "1",
                    "RoutingConfig": ["AdditionalVersionWeights": ["2": share(1.5)]],
                ],
                "1 validation error detected: Value '{2=1.5}' at 'routingConfig.additionalVersionWeights' failed to "
                    + "satisfy constraint: Map value must satisfy constraint: [Member must have value less than or "
                    + "equal to 1.0]"),
        ])
    func aliasRefused(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        try await harness.versionedFunction()
        let path = ControlHarness.hello + "/aliases"
        try await harness.done("POST", path, ["Name": "taken", "FunctionVersion": "1"])
        let before = try await harness.contents()
        #expect(try await harness.call("POST", path, one.body).message == one.message)
        #expect(try await harness.contents() == before)
    }
}
