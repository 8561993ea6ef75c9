import ControlAPI
import Testing

@testable import Gateway

/// Binary media types and `contentHandling`, row by row of API Gateway's two tables of content type conversions.
@Suite struct ContentHandlingTests {
    static let png = PayloadPlane.png
    static let base64 = PayloadPlane.pngBase64
    static let asText = PayloadPlane.pngAsText

    struct RequestRow: Sendable {
        var contentType: String
        var handling: String?
        var sent: [UInt8]
        /// At the backend of an `HTTP` integration; `nil` for 500.
        var arrives: [UInt8]?
        /// At the backend of an `HTTP_PROXY`, where text that needs no conversion is not looked at.
        var arrivesProxied: [UInt8]?

        init(_ contentType: String, _ handling: String?, _ sent: [UInt8], _ arrives: [UInt8]?, proxied: [UInt8]? = nil)
        {
            self.contentType = contentType
            self.handling = handling
            self.sent = sent
            self.arrives = arrives
            arrivesProxied = proxied ?? arrives
        }
    }

    static let text = Array("grüße".utf8)
    static let requests = [
        // Not one of the binary media types: text.
        RequestRow("text/plain", nil, text, text),
        RequestRow("text/plain", "CONVERT_TO_TEXT", text, text),
        RequestRow("text/plain", "CONVERT_TO_BINARY", base64, png),
        RequestRow("text/plain", "CONVERT_TO_BINARY", text, nil),
        RequestRow("text/plain", nil, png, asText, proxied: png),
        // `image/*` stands for no other type.
        RequestRow("image/gif", "CONVERT_TO_TEXT", base64, base64),
        // One of them: binary.
        RequestRow("image/png", nil, png, png),
        RequestRow("image/png", "CONVERT_TO_BINARY", png, png),
        RequestRow("image/png", "CONVERT_TO_TEXT", png, base64),
        RequestRow("Image/PNG; name=x", "CONVERT_TO_TEXT", png, base64),
        RequestRow("image/png, text/plain", nil, png, png),
    ]

    @Test(arguments: requests, ["HTTP", "HTTP_PROXY"])
    func convertsRequests(_ row: RequestRow, _ type: String) async throws {
        var integration = Integration(type: type)
        integration.httpMethod = "POST"
        integration.contentHandling = row.handling
        let plane = try await PayloadPlane(integration, binaryTypes: ["image/png", "image/*"])
        let answer = try await plane.call("POST", ["Content-Type: \(row.contentType)"], body: row.sent)
        let expected = type == "HTTP" ? row.arrives : row.arrivesProxied
        if let expected {
            #expect(answer.status == 200)
            #expect(plane.backend.last?.body == expected)
            #expect(plane.backend.last?.all("content-length") == ["\(expected.count)"])
            #expect(plane.backend.last?["content-type"] == row.contentType)
        } else {
            #expect(answer.status == 500)
            #expect(answer.text == #"{"message": "Internal server error"}"#)
            #expect(plane.backend.count == 0)
            #expect(await plane.lastError()?.contains("Unable to transform request: CONVERT_TO_BINARY needs") == true)
        }
        await plane.stop()
    }

    @Test(arguments: ["HTTP", "HTTP_PROXY"])
    func convertsRequestsOfApisWithoutBinaryTypes(_ type: String) async throws {
        for (handling, sent, arrives) in [
            (nil, Self.text, Self.text), ("CONVERT_TO_TEXT", Self.text, Self.text),
            ("CONVERT_TO_BINARY", Self.base64, Self.png),
        ] as [(String?, [UInt8], [UInt8])] {
            var integration = Integration(type: type)
            integration.httpMethod = "POST"
            integration.contentHandling = handling
            let plane = try await PayloadPlane(integration)
            for chunks in [nil, 5] {
                #expect(
                    try await plane.call("POST", ["Content-Type: image/png"], body: sent, chunks: chunks).status == 200)
                #expect(plane.backend.last?.body == arrives)
            }
            await plane.stop()
        }
    }

    @Test func allTypesAreBinaryForAStar() async throws {
        for type in ["HTTP", "HTTP_PROXY"] {
            var integration = Integration(type: type)
            integration.httpMethod = "POST"
            let plane = try await PayloadPlane(
                integration, binaryTypes: ["*/*"],
                response: .init(headers: ["Content-Type: image/png"], body: Self.png))
            for headers in [[], ["Content-Type: application/x-unknown", "Accept: text/html, */*"]] {
                let answer = try await plane.call("POST", headers, body: Self.png)
                #expect(plane.backend.last?.body == Self.png)
                #expect(answer.body == Self.png)
                #expect(answer["content-length"] == "\(Self.png.count)")
            }
            await plane.stop()
        }
    }

    // MARK: Responses

    struct ResponseRow: Sendable {
        var types: [String]?
        var contentType: String
        var accept: String?
        var handling: String?
        var sent: [UInt8]
        /// At the client; `nil` for 500.
        var arrives: [UInt8]?

        init(
            _ types: [String]?, _ contentType: String, _ accept: String?, _ handling: String?, _ sent: [UInt8],
            _ arrives: [UInt8]?
        ) {
            self.types = types
            self.contentType = contentType
            self.accept = accept
            self.handling = handling
            self.sent = sent
            self.arrives = arrives
        }
    }

    static let types = ["image/png", "application/octet-stream"]
    static let responses: [ResponseRow] = [
        // No binary media types.
        ResponseRow(nil, "text/plain", "text/plain", nil, text, text),
        ResponseRow(nil, "text/plain", "image/png", nil, base64, base64),
        ResponseRow(nil, "image/png", "image/png", "CONVERT_TO_BINARY", base64, png),
        ResponseRow(nil, "text/plain", nil, "CONVERT_TO_BINARY", text, nil),
        ResponseRow(nil, "text/plain", nil, "CONVERT_TO_TEXT", text, text),
        // Text, and a client that accepts text.
        ResponseRow(types, "text/plain", "text/plain", nil, text, text),
        ResponseRow(types, "text/plain", "text/plain", "CONVERT_TO_BINARY", base64, png),
        ResponseRow(types, "text/plain", "text/plain", "CONVERT_TO_TEXT", base64, base64),
        // Text, and a client that accepts binary.
        ResponseRow(types, "text/plain", "image/png", nil, base64, png),
        ResponseRow(types, "text/plain", "image/png", nil, text, nil),
        ResponseRow(types, "text/plain", "image/png", "CONVERT_TO_BINARY", base64, png),
        ResponseRow(types, "text/plain", "image/png", "CONVERT_TO_TEXT", base64, base64),
        // Binary, and a client that accepts text.
        ResponseRow(types, "image/png", "text/plain", nil, png, base64),
        ResponseRow(types, "image/png", "text/plain", "CONVERT_TO_BINARY", png, png),
        ResponseRow(types, "image/png", "text/plain", "CONVERT_TO_TEXT", png, base64),
        // Binary, and a client that accepts binary.
        ResponseRow(types, "image/png", "image/png", nil, png, png),
        ResponseRow(types, "image/png", "image/png", "CONVERT_TO_BINARY", png, png),
        ResponseRow(types, "image/png", "image/png", "CONVERT_TO_TEXT", png, base64),
        // Only the first type counts, and no Accept is application/json.
        ResponseRow(types, "image/png", "application/octet-stream;q=0.1, text/plain", nil, png, png),
        ResponseRow(types, "image/png", "text/plain, image/png", nil, png, base64),
        ResponseRow(types, "image/png", "*/*", nil, png, base64),
        ResponseRow(types, "image/png", "image/*", nil, png, base64),
        ResponseRow(types, "image/png", nil, nil, png, base64),
        ResponseRow(["application/json", "image/png"], "image/png", nil, nil, png, png),
        ResponseRow(["*/*"], "image/png", "text/plain", nil, png, png),
        ResponseRow(["*/*"], "text/plain", nil, nil, text, text),
    ]

    @Test(arguments: responses, ["HTTP", "HTTP_PROXY"])
    func convertsResponses(_ row: ResponseRow, _ type: String) async throws {
        var integration = Integration(type: type)
        integration.httpMethod = "GET"
        var response = IntegrationResponse(statusCode: "200")
        response.contentHandling = row.handling
        integration.integrationResponses = ["200": response]
        for isChunked in [false, true] {
            let plane = try await PayloadPlane(
                integration, binaryTypes: row.types,
                response: .init(headers: ["Content-Type: \(row.contentType)"], body: row.sent, isChunked: isChunked))
            let answer = try await plane.call("GET", row.accept.map { ["Accept: \($0)"] } ?? [])
            if let arrives = row.arrives {
                #expect(answer.status == 200)
                #expect(answer.body == arrives)
                #expect(answer["content-type"] == row.contentType)
            } else {
                #expect(answer.status == 500)
                #expect(answer.text == #"{"message": "Internal server error"}"#)
                #expect(
                    await plane.lastError()?.contains("Unable to transform response: CONVERT_TO_BINARY needs") == true)
            }
            await plane.stop()
        }
    }

    @Test func bytesThatAreNoTextAreReplacedInTextAndKeptInStreams() async throws {
        for (type, arrives) in [("HTTP", Self.asText), ("HTTP_PROXY", Self.png)] {
            var integration = Integration(type: type)
            integration.httpMethod = "GET"
            let plane = try await PayloadPlane(
                integration, response: .init(headers: ["Content-Type: image/png"], body: Self.png))
            #expect(try await plane.call("GET").body == arrives)
            await plane.stop()
        }
    }

    @Test func headGetsNoBodyToConvert() async throws {
        for type in ["HTTP", "HTTP_PROXY"] {
            var integration = Integration(type: type)
            integration.httpMethod = "ANY"
            let plane = try await PayloadPlane(
                integration, binaryTypes: ["image/png"],
                response: .init(headers: ["Content-Type: image/png"], body: Self.png))
            #expect(try await plane.call("HEAD", ["Accept: text/plain"]).status == 200)
            await plane.stop()
        }
    }

    // MARK: Templates

    @Test func templatesReadTextAlone() async throws {
        struct Row {
            var contentType: String
            var handling: String?
            var sent: [UInt8]
            var arrives: [UInt8]?
        }
        let rows = [
            Row(contentType: "text/plain", sent: Array("hi".utf8), arrives: Array("<hi>".utf8)),
            Row(
                contentType: "image/png", handling: "CONVERT_TO_TEXT", sent: Self.png,
                arrives: Array("<".utf8) + Self.base64 + Array(">".utf8)),
            Row(contentType: "image/png", sent: Self.png),
            Row(contentType: "image/png", handling: "CONVERT_TO_BINARY", sent: Self.png),
            // What the template makes is decoded.
            Row(contentType: "text/plain", handling: "CONVERT_TO_BINARY", sent: Self.base64),
        ]
        for row in rows {
            var integration = Integration(type: "HTTP")
            integration.httpMethod = "POST"
            integration.contentHandling = row.handling
            integration.requestTemplates = [row.contentType: "<$input.body>"]
            let plane = try await PayloadPlane(integration, binaryTypes: ["image/png"])
            let answer = try await plane.call("POST", ["Content-Type: \(row.contentType)"], body: row.sent)
            #expect(answer.status == (row.arrives == nil ? 500 : 200))
            #expect(plane.backend.last?.body == row.arrives)
            if row.arrives == nil {
                #expect(await plane.lastError()?.contains("Unable to transform request") == true)
            }
            await plane.stop()
        }
        var decoding = Integration(type: "HTTP")
        decoding.httpMethod = "POST"
        decoding.contentHandling = "CONVERT_TO_BINARY"
        decoding.requestTemplates = ["application/json": "$input.path('$.data')"]
        let plane = try await PayloadPlane(decoding)
        let body = Array(#"{"data": ""#.utf8) + Self.base64 + Array(#""}"#.utf8)
        #expect(try await plane.call("POST", body: body).status == 200)
        #expect(plane.backend.last?.body == Self.png)
        await plane.stop()
    }

    @Test func responseTemplatesReadTextAlone() async throws {
        for (handling, expected) in [
            ("CONVERT_TO_TEXT", Array("<".utf8) + Self.base64 + Array(">".utf8)), (nil, nil),
            ("CONVERT_TO_BINARY", nil),
        ] as [(String?, [UInt8]?)] {
            var integration = Integration(type: "HTTP")
            integration.httpMethod = "GET"
            var response = IntegrationResponse(statusCode: "200")
            response.contentHandling = handling
            response.responseTemplates = ["application/json": "<$input.body>"]
            integration.integrationResponses = ["200": response]
            let plane = try await PayloadPlane(
                integration, binaryTypes: ["image/png"],
                response: .init(headers: ["Content-Type: image/png"], body: Self.png))
            let answer = try await plane.call("GET", ["Accept: image/png"])
            #expect(answer.status == (expected == nil ? 500 : 200))
            if let expected {
                #expect(answer.body == expected)
            } else {
                #expect(await plane.lastError()?.contains("Unable to transform response") == true)
            }
            await plane.stop()
        }
    }

    // MARK: Mocks

    private func mock(_ body: String, request: String? = nil, response: String? = nil) -> Integration {
        var integration = TestPlane.mock(body)
        integration.contentHandling = request
        integration.integrationResponses?["200"]?.contentHandling = response
        return integration
    }

    @Test func mocksNeedTextWhereAllTypesAreBinary() async throws {
        let refused = try await PayloadPlane(mock("{}"), binaryTypes: ["*/*"])
        #expect(try await refused.call("OPTIONS").status == 500)
        #expect(
            await refused.lastError() == "Execution failed due to configuration error: Unable to transform request")
        await refused.stop()
        let plane = try await PayloadPlane(mock("{}", request: "CONVERT_TO_TEXT"), binaryTypes: ["*/*"])
        for headers in [[], ["Accept: */*"], ["Accept: image/png"]] {
            let answer = try await plane.call("OPTIONS", headers)
            #expect(answer.status == 200)
            #expect(answer.text == "{}")
        }
        await plane.stop()
    }

    @Test(
        arguments: [
            (nil, "text/plain", pngBase64), (nil, "image/png", png), ("CONVERT_TO_BINARY", "text/plain", png),
            ("CONVERT_TO_BINARY", "image/png", png), ("CONVERT_TO_TEXT", "image/png", pngBase64),
        ] as [(String?, String, [UInt8])])
    func mocksGiveTextOrWhatItIsBase64Of(_ handling: String?, _ accept: String, _ arrives: [UInt8]) async throws {
        let body = String(decoding: Self.base64, as: UTF8.self)
        let plane = try await PayloadPlane(mock(body, response: handling), binaryTypes: ["image/png"])
        let answer = try await plane.call("GET", ["Accept: \(accept)"])
        #expect(answer.body == arrives)
        await plane.stop()
    }

    private static let pngBase64 = base64
}
