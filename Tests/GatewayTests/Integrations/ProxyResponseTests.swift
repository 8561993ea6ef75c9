import NIOCore
import Testing

@testable import Gateway

/// The contract of a proxy integration's output (specification 10.3).
@Suite struct ProxyResponseTests {
    private func parse(_ payload: String) throws -> ProxyResponse { try ProxyResponse(ByteBuffer(string: payload)) }

    @Test(
        arguments: [
            // No member has to be there.
            ("{}", 200, "", false), (#"{"statusCode":200}"#, 200, "", false),
            (
                #"{"statusCode":null,"headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null}"#, 200,
                "", false
            ),
            // An integer or a numeric string.
            (#"{"statusCode":201}"#, 201, "", false), (#"{"statusCode":"404"}"#, 404, "", false),
            (#"{"statusCode":200.0}"#, 200, "", false), (#"{"statusCode":599}"#, 599, "", false),
            (#"{"body":"a\n\"b\""}"#, 200, "a\n\"b\"", false),
            (#"{"body":"AA==","isBase64Encoded":true}"#, 200, "AA==", true),
            (#"{"isBase64Encoded":"true"}"#, 200, "", true), (" {} ", 200, "", false),
        ] as [(String, Int, String, Bool)])
    func reads(_ payload: String, _ status: Int, _ body: String, _ isBase64: Bool) throws {
        let response = try parse(payload)
        #expect(response.status == status)
        #expect(response.body == body)
        #expect(response.isBase64Encoded == isBase64)
    }

    static let malformed: [(payload: String, reason: String)] = [
        ("", "is empty"), ("null", "has to be an object"), ("[]", "has to be an object"),
        ("\"text\"", "has to be an object"),
        ("7", "has to be an object"), ("true", "has to be an object"), ("{", "is no JSON"), ("hello", "is no JSON"),
        ("{\"statusCode\":200}x", "is no JSON"), ("<html/>", "is no JSON"),
        (#"{"statusCode":200,"wrongValue":"value"}"#, "\"wrongValue\" is no member"),
        (#"{"StatusCode":200}"#, "\"StatusCode\" is no member"), (#"{"message":"x"}"#, "\"message\" is no member"),
        (#"{"statusCode":"abc"}"#, "statusCode"), (#"{"statusCode":200.5}"#, "statusCode"),
        (#"{"statusCode":true}"#, "statusCode"), (#"{"statusCode":{}}"#, "statusCode"),
        (#"{"statusCode":""}"#, "statusCode"),
        (#"{"statusCode":99}"#, "statusCode"), (#"{"statusCode":100}"#, "statusCode"),
        (#"{"statusCode":600}"#, "statusCode"),
        (#"{"statusCode":-200}"#, "statusCode"), (#"{"statusCode":1e400}"#, "statusCode"),
        (#"{"headers":[]}"#, "headers has to be an object"), (#"{"headers":"x"}"#, "headers has to be an object"),
        (#"{"headers":{"a":{}}}"#, "\"a\" has to be a string"),
        (#"{"headers":{"a":["b"]}}"#, "\"a\" has to be a string"),
        (#"{"multiValueHeaders":[]}"#, "multiValueHeaders has to be an object"),
        (#"{"multiValueHeaders":{"a":"b"}}"#, "\"a\" has to be a list"),
        (#"{"multiValueHeaders":{"a":[{}]}}"#, "\"a\" has to be a string"),
        (#"{"body":{}}"#, "body has to be a string"), (#"{"body":["a"]}"#, "body has to be a string"),
        (#"{"body":5}"#, "body has to be a string"), (#"{"body":false}"#, "body has to be a string"),
        (#"{"isBase64Encoded":1}"#, "isBase64Encoded"), (#"{"isBase64Encoded":"yes"}"#, "isBase64Encoded"),
    ]

    @Test(arguments: malformed) func refuses(_ row: (payload: String, reason: String)) {
        let error = #expect(throws: ProxyResponse.Malformed.self) { try parse(row.payload) }
        #expect(error?.description.contains(row.reason) == true, "\(error?.description ?? "")")
    }

    @Test(
        arguments: [
            (#"{"headers":{"A":"1","B":2,"C":true,"D":1.5,"E":null}}"#, ["A: 1", "B: 2", "C: true", "D: 1.5"]),
            (#"{"multiValueHeaders":{"A":["1","2",3,null,false]}}"#, ["A: 1", "A: 2", "A: 3", "A: false"]),
            // Both maps: `multi.., solo`, and a pair of both once.
            (#"{"headers":{"A":"solo"},"multiValueHeaders":{"A":["m1","m2"]}}"#, ["A: m1", "A: m2", "A: solo"]),
            (#"{"headers":{"a":"m1","B":"x"},"multiValueHeaders":{"A":["m1","m2"]}}"#, ["A: m1", "A: m2", "B: x"]),
        ])
    func mergesHeaders(_ payload: String, _ headers: [String]) throws {
        let found = try parse(payload).headers.map {
            "\(String(decoding: $0.name, as: UTF8.self)): \(String(decoding: $0.value, as: UTF8.self))"
        }
        #expect(found == headers)
    }
}
