import ControlAPI
import Testing

@testable import Console

@Suite("Which function an integration invokes")
struct FunctionAddressTests {
    private static let lead = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"

    private static let account = lead + "arn:aws:lambda:us-east-1:000000000000:function:"

    private static let rows: [(String, String?)] = [
        ("\(account)hello/invocations", "hello"), ("\(account)hello:live/invocations", "hello"),
        ("\(account)${stageVariables.name}/invocations", "from-stage"),
        ("\(account)a-${stageVariables.name}:${stageVariables.name}/invocations", "a-from-stage"),
        ("\(lead)hello/invocations", "hello"), ("\(lead)${stageVariables.arn}/invocations", "by-arn"),
        ("\(account)${stageVariables.other}/invocations", nil), ("\(lead)${stageVariables.name", nil),
        ("\(lead)arn:aws:lambda/invocations", nil), (lead, nil),
        ("arn:aws:apigateway:us-east-1:sqs:path/000000000000/functions/queue", nil), ("http://a/functions/b", nil),
        ("", nil),
    ]

    @Test(arguments: rows)
    func names(_ uri: String, _ name: String?) {
        let variables = ["name": "from-stage", "arn": "arn:aws:lambda:us-east-1:000000000000:function:by-arn"]
        #expect(FunctionAddress.name(in: uri, variables: variables) == name)
    }

    @Test func stagesMayNameDifferentOnes() {
        var model = Model()
        var resources = Fixtures.backendResources
        resources[1].resourceMethods?["GET"]?.methodIntegration?.uri =
            Self.lead + "${stageVariables.region}/invocations"
        model.take(.resources(resources), for: .resources(apiId: Fixtures.petstore))
        var stages = Fixtures.stages
        stages[0].variables = ["region": "us"]
        stages[1].canarySettings?.stageVariableOverrides?["region"] = "asia"
        model.take(.stages(stages), for: .stages(apiId: Fixtures.petstore))
        let key = MethodKey(apiId: Fixtures.petstore, resourceId: "ord000", path: "/orders", verb: "GET")
        #expect(model.functions(of: key) == ["us", "eu", "asia"])
        #expect(model.methods(invoking: "eu") == ["a1b2c3d4e5 GET /orders"])
    }

    @Test func whatRisesIsNewForTenSeconds() {
        var rises = Rises()
        rises.take(["a": 5, "b": 0], now: 0)
        #expect(!rises.isRising("a"), "what was there before is not new")
        rises.take(["a": 5, "b": 1], now: 1000)
        #expect(!rises.isRising("a") && rises.isRising("b"))
        rises.take(["a": 0, "b": 1], now: 10_500)
        #expect(!rises.isRising("a") && rises.isRising("b"))
        rises.take(["a": 0, "b": 1], now: 11_001)
        #expect(!rises.isRising("b"))
        rises.take(["c": 9], now: 12_000)
        #expect(!rises.isRising("c"))
    }
}
