import ControlAPI
import Testing

@testable import Gateway

@Suite struct AuthorizationTests {
    @Test(
        arguments: [
            (nil, 200), ("NONE", 200), ("AWS_IAM", 500), ("CUSTOM", 500), ("COGNITO_USER_POOLS", 500), ("LATER", 500),
        ] as [(String?, Int)])
    func `no method that needs authorization lets anyone through`(_ type: String?, _ status: Int) async throws {
        var integration = Integration(type: "MOCK")
        integration.requestTemplates = ["application/json": #"{"statusCode": 200}"#]
        integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
        var method = TestPlane.method(integration)
        method.authorizationType = type
        let plane = try await TestPlane([])
        var setting = MethodSetting()
        setting.loggingLevel = "ERROR"
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = ["*/*": setting]
        try await plane.publish([Resource(id: "r", path: "/", resourceMethods: ["ANY": method])], stage: stage)
        let answer = try await plane.call("/prod/", headers: "Authorization: x\r\n")
        #expect(answer.status == status)
        if status == 500 {
            #expect(answer["x-amzn-errortype"] == "AuthorizerConfigurationException")
            #expect(answer.text == #"{"message":null}"#)
            let record = await plane.plane.executionLog(requestId: answer["x-amzn-requestid"] ?? "")
            let line =
                "Execution failed due to configuration error: authorization type \(type ?? "") is not run by this version "
                + "of Sluice, so that every request is refused. Use NONE to let requests through"
            #expect(record?.lines.map(\.message).contains(line) == true, "\(record?.lines ?? [])")
        }
        await plane.stop()
    }
}
