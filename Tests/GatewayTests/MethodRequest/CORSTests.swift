import ControlAPI
import Testing

@testable import Gateway

/// CORS as REST APIs have it: section 13. An `OPTIONS` mock answers the preflight, the methods map the origin, and
/// `DEFAULT_4XX` and `DEFAULT_5XX` carry it in errors.
@Suite struct CORSTests {
    private static let headers = [
        "Access-Control-Allow-Headers": "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token",
        "Access-Control-Allow-Methods": "GET,OPTIONS", "Access-Control-Allow-Origin": "*",
    ]

    /// The shape that importing recorded Swagger documents gives.
    private static func preflight() -> Integration {
        var integration = Integration(type: "MOCK")
        integration.passthroughBehavior = "WHEN_NO_MATCH"
        integration.requestTemplates = ["application/json": "{\n  \"statusCode\" : 200\n}\n"]
        var response = IntegrationResponse(statusCode: "200")
        response.responseTemplates = ["application/json": "{}\n"]
        response.responseParameters = Dictionary(
            uniqueKeysWithValues: headers.map { ("method.response.header.\($0.key)", "'\($0.value)'") })
        integration.integrationResponses = ["200": response]
        return integration
    }

    private func plane() async throws -> TestPlane {
        var get = TestPlane.mock("{\"pets\": []}")
        get.integrationResponses?["200"]?.responseParameters = [
            "method.response.header.Access-Control-Allow-Origin": "'*'"
        ]
        var broken = Integration(type: "HTTP_PROXY")
        broken.uri = "http://nobody.invalid/"
        let resource = Resource(
            id: "p", path: "/pets",
            resourceMethods: [
                "GET": TestPlane.method(get, verb: "GET"),
                "OPTIONS": TestPlane.method(Self.preflight(), verb: "OPTIONS"),
                "PUT": TestPlane.method(broken, verb: "PUT"),
            ])
        let plane = try await TestPlane([])
        try await plane.publish([resource], stage: Stage(stageName: "prod", deploymentId: "base")) { snapshot in
            let parameters = ["gatewayresponse.header.Access-Control-Allow-Origin": "'*'"]
            snapshot.gatewayResponses = [
                "DEFAULT_4XX": GatewayResponse(responseType: "DEFAULT_4XX", responseParameters: parameters),
                "DEFAULT_5XX": GatewayResponse(responseType: "DEFAULT_5XX", responseParameters: parameters),
            ]
        }
        return plane
    }

    @Test(arguments: ["", "Accept: */*\r\n", "Content-Type: application/json\r\n"])
    func answersThePreflight(_ more: String) async throws {
        let plane = try await plane()
        let answer = try await plane.call(
            "/prod/pets", verb: "OPTIONS",
            headers: "Origin: https://example.com\r\nAccess-Control-Request-Method: GET\r\n" + more)
        #expect(answer.status == 200)
        for (name, value) in Self.headers { #expect(answer.all(name) == [value]) }
        #expect(answer["content-type"] == "application/json")
        #expect(answer.text == "{}\n")
        await plane.stop()
    }

    @Test(arguments: [
        ("GET", "/prod/pets", 200), ("DELETE", "/prod/pets", 403), ("GET", "/prod/none", 403),
        ("PUT", "/prod/pets", 504),
    ])
    func everyAnswerHasTheOrigin(_ verb: String, _ path: String, _ status: Int) async throws {
        let plane = try await plane()
        let answer = try await plane.call(path, verb: verb, headers: "Origin: https://example.com\r\n")
        #expect(answer.status == status)
        #expect(answer.all("access-control-allow-origin") == ["*"])
        await plane.stop()
    }
}
