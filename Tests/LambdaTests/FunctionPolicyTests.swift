import JSON
import Testing

@testable import Lambda

private let gateway = "apigateway.amazonaws.com"
private let account = "000000000000"
private let call = "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/prod/GET/pets/7"

@Suite struct FunctionPolicyTests {
    struct Row: CustomTestStringConvertible {
        let statement: FunctionPolicy.Statement
        let allows: Bool
        var testDescription: String { statement.line }

        init(
            _ allows: Bool, principal: String = gateway, action: String = "lambda:InvokeFunction", arn: String? = nil,
            account: String? = nil, conditions: [String: String] = [:]
        ) {
            statement = FunctionPolicy.Statement(
                sid: "s", principal: principal, action: action, sourceArn: arn, sourceAccount: account,
                conditions: conditions)
            self.allows = allows
        }
    }

    @Test(
        "who may invoke",
        arguments: [
            Row(true),
            Row(true, principal: "*"),
            Row(false, principal: "s3.amazonaws.com"),
            Row(false, principal: "000000000000"),
            Row(true, action: "lambda:Invoke*"), Row(true, action: "lambda:*"), Row(true, action: "*"),
            Row(true, action: "lambda:invokefunction"),
            Row(false, action: "lambda:GetFunction"), Row(false, action: "lambda:InvokeFunctionUrl"),
            Row(true, arn: call),
            Row(true, arn: "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/*/*/*"),
            Row(true, arn: "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/*"),
            Row(true, arn: "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/prod/GET/pets/?"),
            Row(true, arn: "arn:aws:execute-api:*:*:*"),
            Row(false, arn: "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/*/POST/*"),
            Row(false, arn: "arn:aws:execute-api:us-east-1:000000000000:other/*"),
            Row(false, arn: "arn:aws:execute-api:us-east-1:000000000000:A1B2C3D4E5/*"),
            Row(false, arn: "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/prod/GET/pets/"),
            // A star does not reach over a colon into the next part.
            Row(false, arn: "arn:aws:*:a1b2c3d4e5/prod/GET/pets/7"),
            Row(false, arn: "*"),
            Row(true, account: account), Row(false, account: "111111111111"),
            Row(true, arn: call, account: account), Row(false, arn: call, account: "111111111111"),
            Row(false, conditions: ["aws:PrincipalOrgID": "o-abcdefghij"]),
        ])
    func allows(_ row: Row) {
        let policy = FunctionPolicy(statements: [row.statement])
        #expect(
            policy.allowsInvoke(servicePrincipal: gateway, sourceArn: call, sourceAccount: account) == row.allows)
    }

    @Test func `without a statement nobody may, and one of several is enough`() {
        var policy = FunctionPolicy(statements: [])
        #expect(!policy.allowsInvoke(servicePrincipal: gateway, sourceArn: call, sourceAccount: account))
        policy.statements = [Row(false, principal: "s3.amazonaws.com").statement, Row(true).statement]
        #expect(policy.allowsInvoke(servicePrincipal: gateway, sourceArn: call, sourceAccount: account))
    }

    @Test func `a pattern of many stars ends in time`() {
        let stars = String(repeating: "*a", count: 500)
        let text = String(repeating: "a", count: 2000) + "b"
        #expect(!ArnPattern.matches(stars, text: text))
    }

    @Test func `the document in IAM's form`() {
        let statement = FunctionPolicy.Statement(
            sid: "pets", principal: gateway, action: "lambda:InvokeFunction", sourceArn: call, sourceAccount: account)
        let expected =
            #"{"Sid":"pets","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"#
            + #""Action":"lambda:InvokeFunction","Resource":"arn:f","Condition":{"StringEquals":"#
            + #"{"AWS:SourceAccount":"000000000000"},"ArnLike":{"AWS:SourceArn":"\#(call)"}}}"#
        #expect(statement.document(resource: "arn:f").text() == expected)
        let policy = FunctionPolicy(statements: [statement])
        #expect(
            policy.document(resource: "arn:f").text()
                == #"{"Version":"2012-10-17","Id":"default","Statement":[\#(expected)]}"#)
    }

    @Test(arguments: [
        ("*", #""*""#), ("111111111111", #"{"AWS":"arn:aws:iam::111111111111:root"}"#),
        ("arn:aws:iam::111111111111:user/a", #"{"AWS":"arn:aws:iam::111111111111:user/a"}"#),
    ])
    func `principals in the document`(_ principal: String, _ text: String) {
        let statement = FunctionPolicy.Statement(sid: "s", principal: principal, action: "lambda:InvokeFunction")
        #expect(statement.document(resource: "r")["Principal"]?.text() == text)
    }
}
