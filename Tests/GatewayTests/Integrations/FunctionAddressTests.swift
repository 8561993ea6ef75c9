import Testing

@testable import Gateway

/// What stands for a function in an integration's address (specification 10).
@Suite struct FunctionAddressTests {
    private static let arn = "arn:aws:lambda:eu-west-1:123456789012:function:hello"

    @Test(arguments: [
        "hello", "hello:live", "hello:$LATEST", "hello:7", "123456789012:function:hello",
        "123456789012:function:hello:live", arn, arn + ":live", arn + ":$LATEST",
    ])
    func readsFunctions(_ function: String) throws {
        for slashes in ["/", "//"] {
            let address = try FunctionAddress(
                "arn:aws:apigateway:eu-west-1:lambda:path\(slashes)2015-03-31/functions/\(function)/invocations")
            #expect(address.function == function)
            #expect(address.region == "eu-west-1")
        }
    }

    @Test(arguments: [
        ("", "is a stage variable not set?"), ("hello:", "is a stage variable not set?"),
        ("arn:aws:lambda:us-east-1:000000000000:function:", "is a stage variable not set?"),
        (arn + ":", "is a stage variable not set?"), ("he llo", "other characters"), ("a/b", "other characters"),
        ("arn:aws:sns:us-east-1:000000000000:topic:x", "an ARN has to be"), ("a:b:c", "a partial ARN has to be"),
        (arn + ":live:more", "too many parts"), ("hello:li.ve", "no version or alias"),
    ])
    func saysWhatIsWrong(_ function: String, _ reason: String) {
        let error = #expect(throws: FunctionAddress.Fault.self) {
            try FunctionAddress(FakeFunctions.uri(function))
        }
        #expect(error?.description.hasPrefix("Invalid endpoint address: ") == true)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "", "hello", "arn:aws:apigateway:us-east-1:lambda:action/Invoke",
        "arn:aws:apigateway:us-east-1:sqs:path/2015-03-31/functions/hello/invocations",
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/hello",
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/invocations",
        "arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/hello/response-streaming-invocations",
    ])
    func refusesOtherAddresses(_ uri: String) {
        #expect(throws: FunctionAddress.Fault.self) { try FunctionAddress(uri) }
    }

    @Test(arguments: [
        (FakeFunctions.uri(), true), (FakeFunctions.uri("${stageVariables.fn}"), true),
        ("arn:aws:apigateway:us-east-1:sqs:path/x", false), ("http://lambda/", false),
    ])
    func tellsFunctionsFromOtherServices(_ uri: String, _ isFunction: Bool) {
        #expect(FunctionAddress.isFunction(uri) == isFunction)
    }
}
