import Testing

@testable import Lambda

@Suite struct FunctionReferenceTests {
    @Test(
        arguments: [
            ("hello", "hello", nil, nil),
            ("hello:live", "hello", "live", nil),
            ("hello:$LATEST", "hello", "$LATEST", nil),
            ("000000000000:function:hello", "hello", nil, "000000000000"),
            ("000000000000:function:hello:7", "hello", "7", "000000000000"),
            ("arn:aws:lambda:us-east-1:000000000000:function:hello", "hello", nil, "000000000000"),
            ("arn:aws:lambda:us-east-1:000000000000:function:hello:live", "hello", "live", "000000000000"),
            ("arn:aws-cn:lambda:cn-north-1:123456789012:function:a_b-C9", "a_b-C9", nil, "123456789012"),
        ] as [(String, String, String?, String?)])
    func namesAndArnsAreRead(text: String, name: String, qualifier: String?, account: String?) throws {
        let reference = try FunctionReference(text)
        #expect(reference.name == name)
        #expect(reference.qualifier == qualifier)
        #expect(reference.account == account)
    }

    @Test(arguments: [
        "", ":", "hello:", ":live", "a b", "hello:a b", "hello:1:2", "arn:aws:lambda:us-east-1:1:function:",
        "arn:aws:s3:::bucket", String(repeating: "a", count: 300), "../etc", "hello/..",
    ])
    func whatIsNoNameIsRefused(text: String) {
        #expect(throws: InvocationRefusal.self) { try FunctionReference(text) }
    }

    @Test func aQualifierBesideTheNameHasToBeTheSame() throws {
        #expect(try FunctionReference("hello", qualifier: "live").qualifier == "live")
        #expect(try FunctionReference("hello:live", qualifier: "live").qualifier == "live")
        #expect(throws: InvocationRefusal.qualifiersDiffer) { try FunctionReference("hello:live", qualifier: "1") }
    }
}
