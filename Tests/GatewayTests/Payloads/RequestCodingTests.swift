import ControlAPI
import NIOCore
import Testing

@testable import Gateway

/// `Content-Encoding` of requests.
@Suite struct RequestCodingTests {
    static let text = Array(#"{"pet": "cat"}"#.utf8)

    static func coded(_ body: [UInt8], _ coding: ContentCoding) throws -> [UInt8] {
        Array(try InflaterTests.compress(ByteBuffer(bytes: body), coding).readableBytesView)
    }

    private static func integration(_ type: String, template: String? = nil) -> Integration {
        var integration = Integration(type: type)
        integration.httpMethod = "POST"
        if let template { integration.requestTemplates = ["application/json": template] }
        return integration
    }

    @Test(arguments: ContentCoding.allCases, ["HTTP", "HTTP_PROXY"])
    func inflatesBeforeAnythingReadsTheBody(_ coding: ContentCoding, _ type: String) async throws {
        let plane = try await PayloadPlane(Self.integration(type), minimumCompressionSize: 1_000_000)
        let body = try Self.coded(Self.text, coding)
        for chunks in [nil, 3] {
            let answer = try await plane.call(
                "POST", ["Content-Encoding: \(coding.rawValue)"], body: body, chunks: chunks)
            #expect(answer.status == 200)
            #expect(plane.backend.last?.body == Self.text)
            #expect(plane.backend.last?["content-length"] == "\(Self.text.count)")
            #expect(plane.backend.last?["content-encoding"] == nil)
            #expect(plane.backend.last?["transfer-encoding"] == nil)
        }
        await plane.stop()
    }

    @Test func templatesAndMappingsReadTheInflatedBody() async throws {
        let body = try Self.coded(Self.text, .gzip)
        let headers = ["Content-Encoding: gzip", "Content-Type: application/json"]
        let http = try await PayloadPlane(Self.integration("HTTP", template: "pet=$input.path('$.pet')"))
        #expect(try await http.call("POST", headers, body: body).status == 200)
        #expect(http.backend.last?.text == "pet=cat")
        await http.stop()

        let mock = try await PayloadPlane(
            {
                var mock = TestPlane.mock("{}", status: 201)
                mock.requestTemplates = [
                    "application/json": "#if($input.path('$.pet') == 'cat'){\"statusCode\": 201}#end"
                ]
                return mock
            }())
        #expect(try await mock.call("POST", headers, body: body).status == 201)
        await mock.stop()

        // A mapping from the body has it inflated even where compression is off.
        var mapped = Self.integration("HTTP_PROXY")
        mapped.requestParameters = ["integration.request.header.X-Pet": "method.request.body.pet"]
        let proxy = try await PayloadPlane(mapped)
        #expect(try await proxy.call("POST", headers, body: body).status == 200)
        #expect(proxy.backend.last?["x-pet"] == "cat")
        #expect(proxy.backend.last?.body == Self.text)
        #expect(proxy.backend.last?["content-encoding"] == nil)
        await proxy.stop()
    }

    @Test func proxiedBodiesPassAsTheyCameWhereCompressionIsOff() async throws {
        let plane = try await PayloadPlane(Self.integration("HTTP_PROXY"))
        for (coding, body) in [("gzip", try Self.coded(Self.text, .gzip)), ("br", [1, 2, 3]), ("gzip", [1, 2, 3])] {
            #expect(try await plane.call("POST", ["Content-Encoding: \(coding)"], body: body).status == 200)
            #expect(plane.backend.last?.body == body)
            #expect(plane.backend.last?["content-encoding"] == coding)
        }
        await plane.stop()
    }

    @Test(arguments: ["HTTP", "HTTP_PROXY", "MOCK"])
    func identityPasses(_ type: String) async throws {
        let integration = type == "MOCK" ? TestPlane.mock("{}") : Self.integration(type)
        let plane = try await PayloadPlane(integration, minimumCompressionSize: 0)
        #expect(try await plane.call("POST", ["Content-Encoding: identity"], body: Self.text).status == 200)
        if type != "MOCK" { #expect(plane.backend.last?.body == Self.text) }
        // There is nothing to inflate.
        #expect(try await plane.call("POST", ["Content-Encoding: gzip"]).status == 200)
        #expect(try await plane.call("GET", ["Content-Encoding: br"]).status == 200)
        await plane.stop()
    }

    struct Fault: Sendable {
        var encoding: String
        var body: [UInt8]
        var status: Int
        var message: String
        var log: String
    }

    static func faults() throws -> [Fault] {
        let gzip = try coded(text, .gzip)
        return [
            Fault(
                encoding: "br", body: gzip, status: 415, message: "Unsupported Media Type",
                log: "Content-Encoding is none of gzip, deflate and identity"),
            Fault(
                encoding: "gzip, gzip", body: gzip, status: 415, message: "Unsupported Media Type",
                log: "Content-Encoding is none of"),
            Fault(
                encoding: "gzip", body: gzip.dropLast(1), status: 400, message: "Invalid request body",
                log: "gzip body ends within its compressed data"),
            Fault(
                encoding: "gzip", body: text, status: 400, message: "Invalid request body",
                log: "gzip body is not what its Content-Encoding says: incorrect header check"),
            Fault(
                encoding: "deflate", body: [0xFF] + text, status: 400, message: "Invalid request body",
                log: "deflate body is not what its Content-Encoding says"),
            Fault(
                encoding: "gzip", body: try coded([UInt8](repeating: 0, count: 10_485_761), .gzip), status: 413,
                message: "HTTP content length exceeded 10485760 bytes.",
                log: "gzip body inflates to more than 10485760 bytes"),
            Fault(
                encoding: "deflate", body: try coded([UInt8](repeating: 0, count: 100_000_000), .deflate), status: 413,
                message: "HTTP content length exceeded 10485760 bytes.",
                log: "deflate body inflates to more than 10485760 bytes"),
        ]
    }

    @Test(arguments: try faults(), ["HTTP", "HTTP_PROXY", "MOCK"])
    func refusesWhatCannotBeInflated(_ fault: Fault, _ type: String) async throws {
        let integration = type == "MOCK" ? TestPlane.mock("{}") : Self.integration(type)
        let plane = try await PayloadPlane(integration, minimumCompressionSize: 0)
        for chunks in [nil, 50_000] {
            let answer = try await plane.call(
                "POST", ["Content-Encoding: \(fault.encoding)"], body: fault.body, chunks: chunks)
            #expect(answer.status == fault.status)
            let space = fault.status == 413 ? "" : " "
            #expect(answer.text == #"{"message":\#(space)"\#(fault.message)"}"#)
            #expect(await plane.lastError()?.contains(fault.log) == true)
        }
        #expect(plane.backend.count == 0)
        await plane.stop()
    }

    @Test func tenMegabytesAreNotTooMany() async throws {
        let plane = try await PayloadPlane(Self.integration("HTTP"))
        let body = try Self.coded([UInt8](repeating: 65, count: 10_485_760), .gzip)
        #expect(try await plane.call("POST", ["Content-Encoding: gzip"], body: body).status == 200)
        #expect(plane.backend.last?.body.count == 10_485_760)
        await plane.stop()
    }

    // MARK: Backends that code what they send

    @Test func inflatesWhatTheBackendOfHTTPCoded() async throws {
        for coding in ContentCoding.allCases {
            var integration = Self.integration("HTTP")
            var response = IntegrationResponse(statusCode: "200")
            response.responseTemplates = ["application/json": "pet=$input.path('$.pet')"]
            response.responseParameters = [
                "method.response.header.Content-Encoding": "integration.response.header.Content-Encoding",
                "method.response.header.X-Pet": "integration.response.body.pet",
            ]
            integration.integrationResponses = ["200": response]
            let plane = try await PayloadPlane(
                integration,
                response: .init(
                    headers: ["Content-Encoding: \(coding.rawValue)"], body: try Self.coded(Self.text, coding)))
            let answer = try await plane.call("POST")
            #expect(answer.text == "pet=cat")
            #expect(answer["x-pet"] == "cat")
            #expect(answer["content-encoding"] == nil)
            await plane.stop()
        }
    }

    @Test func backendsWithCodedNonsenseAreFailures() async throws {
        let bomb = try Self.coded([UInt8](repeating: 0, count: 20_000_000), .gzip)
        for (body, log) in [
            (Self.text, "endpoint's gzip body is not what its"), (bomb, "endpoint's gzip body inflates to more"),
        ] {
            let plane = try await PayloadPlane(
                Self.integration("HTTP"), response: .init(headers: ["Content-Encoding: gzip"], body: body))
            #expect(try await plane.call("POST").status == 504)
            #expect(await plane.lastError()?.contains(log) == true)
            await plane.stop()
        }
    }

    @Test func codingsThatAreNotKnownPassThroughHTTP() async throws {
        var integration = Self.integration("HTTP")
        var response = IntegrationResponse(statusCode: "200")
        response.responseParameters = [
            "method.response.header.Content-Encoding": "integration.response.header.Content-Encoding"
        ]
        integration.integrationResponses = ["200": response]
        let plane = try await PayloadPlane(
            integration, minimumCompressionSize: 0,
            response: .init(headers: ["Content-Encoding: br"], body: PayloadPlane.png))
        let answer = try await plane.call("POST", ["Accept-Encoding: gzip"])
        #expect(answer.body == PayloadPlane.png)
        #expect(answer["content-encoding"] == "br")
        await plane.stop()
    }
}
