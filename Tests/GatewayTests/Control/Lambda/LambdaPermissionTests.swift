import JSON
import Lambda
import Testing

@testable import Gateway

private let policy = ControlHarness.hello + "/policy"

@Suite struct LambdaPermissionTests {
    private static let statement: JSON = [
        "StatementId": "gateway", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": "arn:aws:execute-api:us-east-1:000000000000:abc/*/*/*",
    ]

    @Test func `a permission from its creation to its end`() async throws {
        let harness = try ControlHarness()
        try await harness.function()
        let none = try await harness.call("GET", policy)
        #expect(none.status == 404)
        #expect(none.message == "The resource you requested does not exist.")
        let added = try await harness.done("POST", policy, Self.statement)
        #expect(added.status == 201)
        let text =
            #"{"Sid":"gateway","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"#
            + #""Action":"lambda:InvokeFunction","Resource":"\#(lambdaArn)","Condition":"#
            + #"{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:us-east-1:000000000000:abc/*/*/*"}}}"#
        #expect(added.text("Statement") == text)
        let shown = try await harness.done("GET", policy)
        #expect(shown.text("Policy") == #"{"Version":"2012-10-17","Id":"default","Statement":[\#(text)]}"#)
        let published = try #require(harness.functions.published.first?.policies[""])
        #expect(
            published.allowsInvoke(
                servicePrincipal: "apigateway.amazonaws.com",
                sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc/prod/GET/x",
                sourceAccount: "000000000000"))

        let twice = try await harness.call("POST", policy, Self.statement)
        #expect(twice.status == 409)
        #expect(
            twice.message == "The statement id (gateway) provided already exists. Please provide a new statement id, "
                + "or remove the existing statement.")
        let stale = try await harness.call("DELETE", policy + "/gateway?RevisionId=other")
        #expect(stale.status == 412)
        let unknown = try await harness.call("DELETE", policy + "/other")
        #expect(unknown.message == "Statement other is not found in resource policy.")
        let target = policy + "/gateway?RevisionId=" + shown.text("RevisionId")
        #expect(try await harness.done("DELETE", target).status == 204)
        #expect(try await harness.call("GET", policy).status == 404)
        #expect(harness.functions.published.first?.policies == [:])
        let journal = try await harness.done("GET", "/sluice/journal?limit=2")
        #expect(journal["item"]?.array?.map { $0["operation"] } == ["RemovePermission", "AddPermission"])
    }

    @Test func `an alias has a policy of its own`() async throws {
        let harness = try ControlHarness()
        try await harness.versionedFunction()
        try await harness.done("POST", ControlHarness.hello + "/aliases", ["Name": "prod", "FunctionVersion": "1"])
        try await harness.done("POST", policy + "?Qualifier=prod", Self.statement)
        #expect(harness.functions.published.first?.policies.keys.sorted() == ["prod"])
        #expect(try await harness.done("GET", policy + "?Qualifier=prod").text("Policy").contains(lambdaArn + ":prod"))
        #expect(try await harness.call("GET", policy).status == 404)
        #expect(
            try await harness.call("POST", policy + "?Qualifier=$LATEST", Self.statement).message
                == "We currently do not support adding policies for $LATEST.")
    }

    @Test(
        "what AddPermission refuses",
        arguments: [
            BodyCase(
                ["Action": "lambda:InvokeFunction", "Principal": "*"],
                "1 validation error detected: Value null at 'statementId' failed to satisfy constraint: Member must "
                    + "not be null"),
            BodyCase(
                ["StatementId": "a b", "Action": "lambda:InvokeFunction", "Principal": "*"],
                "1 validation error detected: Value 'a b' at 'statementId' failed to satisfy constraint: Member must "
                    + "satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"),
            BodyCase(
                ["StatementId": "s", "Action": "s3:GetObject", "Principal": "*"],
                "1 validation error detected: Value 's3:GetObject' at 'action' failed to satisfy constraint: Member "
                    + "must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])"),
            BodyCase(
                ["StatementId": "s", "Action": "lambda:*", "Principal": "nobody"],
                "The provided principal was invalid. Please check the principal and try again."),
            BodyCase(
                ["StatementId": "s", "Action": "lambda:*", "Principal": "*", "SourceAccount": "12"],
                #"1 validation error detected: Value '12' at 'sourceAccount' failed to satisfy constraint: Member must "#
                    + #"satisfy regular expression pattern: \d{12}"#),
        ])
    func refused(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        try await harness.function()
        #expect(try await harness.call("POST", policy, one.body).message == one.message)
    }

    @Test func `a policy has an end`() async throws {
        let harness = try ControlHarness()
        try await harness.function()
        var reply = try await harness.call("POST", policy, Self.statement)
        var count = 0
        while reply.status == 201, count < 200 {
            count += 1
            reply = try await harness.call(
                "POST", policy,
                [
                    "StatementId": .string("s\(count)"), "Action": "lambda:InvokeFunction",
                    "Principal": "apigateway.amazonaws.com",
                    "SourceArn": .string(
                        "arn:aws:execute-api:us-east-1:000000000000:" + String(repeating: "x", count: 500)),
                ])
        }
        #expect(reply.code == "PolicyLengthExceededException")
    }

    @Test func `reserved concurrency, tags and account settings`() async throws {
        let harness = try ControlHarness()
        try await harness.function(["Tags": ["a": "1"]])
        let set = "/2017-10-31/functions/hello/concurrency"
        let shown = "/2019-09-30/functions/hello/concurrency"
        #expect(try await harness.done("GET", shown).body == [:])
        #expect(
            try await harness.done("PUT", set, ["ReservedConcurrentExecutions": 5]).body
                == ["ReservedConcurrentExecutions": 5])
        #expect(try await harness.done("GET", shown).body == ["ReservedConcurrentExecutions": 5])
        #expect(
            try await harness.done("GET", ControlHarness.hello)["Concurrency"] == ["ReservedConcurrentExecutions": 5])
        #expect(harness.functions.published.first?.reservedConcurrency == 5)
        #expect(try await harness.call("PUT", set, [:]).code == "ValidationException")
        #expect(try await harness.done("DELETE", set).status == 204)
        #expect(harness.functions.published.first?.reservedConcurrency == nil)

        let tags = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ahello"
        #expect(try await harness.done("POST", tags, ["Tags": ["b": "2"]]).status == 204)
        #expect(try await harness.done("GET", tags).body == ["Tags": ["a": "1", "b": "2"]])
        #expect(try await harness.done("DELETE", tags + "?tagKeys=a").status == 204)
        #expect(try await harness.done("GET", tags).body == ["Tags": ["b": "2"]])
        #expect(
            try await harness.call("GET", tags + "%3A1").message
                == "Tags on function aliases and versions are not supported. Please specify a function ARN.")

        let settings = try await harness.done("GET", "/2016-08-19/account-settings")
        #expect(settings["AccountUsage"] == ["TotalCodeSize": 156, "FunctionCount": 1])
    }
}
