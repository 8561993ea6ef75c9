import NIOCore
import Testing

@testable import Lambda

@Suite struct FunctionDirectoryTests {
    private let arn = "arn:aws:lambda:us-east-1:000000000000:function:hello"
    private let source = "arn:aws:execute-api:us-east-1:000000000000:abc123/prod/GET/pets"

    private func directory(policies: [String: FunctionPolicy] = [:]) -> FunctionDirectory {
        var directory = FunctionDirectory(region: "us-east-1", account: "000000000000")
        let versions = ["$LATEST", "1", "2"].map {
            FunctionVersion(version: $0, runtime: "provided", handler: "h", codeDirectory: "/srv", revision: $0)
        }
        directory.functions["hello"] = Function(
            name: "hello", arn: arn, versions: Dictionary(uniqueKeysWithValues: versions.map { ($0.version, $0) }),
            aliases: [
                "live": FunctionAlias(version: "1"),
                "canary": FunctionAlias(version: "1", additionalVersionWeights: ["2": 0.25]),
                "lost": FunctionAlias(version: "9"),
            ], policies: policies)
        directory.records["hello"] = FunctionRecord(
            name: "hello", log: FunctionLog(maximumRecords: 1, maximumBytes: 1))
        return directory
    }

    private func resolve(
        _ name: String, qualifier: String? = nil, caller: FunctionInvocation.Caller = .account, draw: Double = 0,
        in directory: FunctionDirectory? = nil
    ) throws -> InvocationTarget {
        let invocation = FunctionInvocation(
            function: name, qualifier: qualifier, payload: ByteBuffer(), caller: caller)
        return try (directory ?? self.directory()).resolve(invocation) { draw }
    }

    @Test(arguments: [
        ("hello", 0, "$LATEST"), ("hello:$LATEST", 0, "$LATEST"), ("hello:2", 0, "2"), ("hello:live", 0, "1"),
        ("hello:canary", 0.0, "2"), ("hello:canary", 0.24, "2"), ("hello:canary", 0.25, "1"),
        ("hello:canary", 0.99, "1"),
    ])
    func qualifiersReachVersions(name: String, draw: Double, version: String) throws {
        #expect(try resolve(name, draw: draw).version.version == version)
    }

    @Test func theInvokedArnHasTheQualifierThatWasAskedFor() throws {
        #expect(try resolve("hello").arn == arn)
        #expect(try resolve("hello", qualifier: "live").arn == arn + ":live")
    }

    @Test(arguments: [
        ("bye", "arn:aws:lambda:us-east-1:000000000000:function:bye"),
        ("hello:7", "arn:aws:lambda:us-east-1:000000000000:function:hello:7"),
        ("hello:lost", "arn:aws:lambda:us-east-1:000000000000:function:hello:lost"),
        ("999999999999:function:bye", "arn:aws:lambda:us-east-1:999999999999:function:bye"),
    ])
    func whatIsNotThereIs404(name: String, arn: String) {
        #expect(throws: InvocationRefusal.notFound(arn: arn)) { try resolve(name) }
    }

    @Test func everyRegionHasTheSameFunctions() throws {
        #expect(
            try resolve("arn:aws:lambda:eu-west-1:000000000000:function:hello").version.version == "$LATEST")
    }

    @Test(arguments: [("eu-west-1", "abc123", true), ("*", "abc123", true), ("us-east-1", "other", false)])
    func aPolicyMayNameAnyRegion(region: String, api: String, isIn: Bool) {
        let statement = FunctionPolicy.Statement(
            sid: "s", principal: "apigateway.amazonaws.com", action: "lambda:InvokeFunction",
            sourceArn: "arn:aws:execute-api:\(region):000000000000:\(api)/*")
        let policy = FunctionPolicy(statements: [statement])
        #expect(
            policy.allowsInvoke(
                servicePrincipal: "apigateway.amazonaws.com",
                sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc123/dev/GET/pets",
                sourceAccount: "000000000000") == isIn)
    }

    @Test func aGatewayNeedsAPolicyOfTheQualifierThatItInvokes() throws {
        let statement = FunctionPolicy.Statement(
            sid: "s", principal: "apigateway.amazonaws.com", action: "lambda:InvokeFunction",
            sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc123/*/GET/pets")
        let directory = directory(policies: ["": FunctionPolicy(statements: [statement])])
        let gateway = FunctionInvocation.Caller.apiGateway(sourceArn: source)
        let other = FunctionInvocation.Caller.apiGateway(sourceArn: source + "/1")
        #expect(try resolve("hello", caller: gateway, in: directory).version.version == "$LATEST")
        #expect(try resolve("hello:$LATEST", caller: gateway, in: directory).version.version == "$LATEST")
        #expect(throws: InvocationRefusal.forbidden(arn: arn)) { try resolve("hello", caller: other, in: directory) }
        #expect(throws: InvocationRefusal.forbidden(arn: arn + ":live")) {
            try resolve("hello:live", caller: gateway, in: directory)
        }
        #expect(throws: InvocationRefusal.forbidden(arn: arn)) { try resolve("hello", caller: gateway) }
    }
}
