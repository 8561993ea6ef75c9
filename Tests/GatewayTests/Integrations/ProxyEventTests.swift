import ControlAPI
import JSON
import Lambda
import NIOCore
import Testing

@testable import Gateway

/// The event that a function behind `AWS_PROXY` gets (specification 10.1, section 4 for paths and queries).
@Suite struct ProxyEventTests {
    private func plane(
        _ path: String, _ functions: FakeFunctions, verb: String = "ANY", binaryTypes: [String]? = nil
    ) async throws -> TestPlane {
        try await TestPlane([TestPlane.resource(path, FakeFunctions.integration(), verb: verb)]) {
            $0.functions = functions
        } snapshot: {
            $0.restApi.binaryMediaTypes = binaryTypes
        }
    }

    private func event(_ functions: FakeFunctions) throws -> JSON {
        try JSON(parsing: #require(functions.last).payload.readableBytesView)
    }

    /// Every member, in AWS's order.
    @Test func isWholeAndInOrder() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/pets/{id}", functions)
        let answer = try await plane.call(
            "/prod/pets/7?a=1&a=2&b=x%20y", verb: "POST", headers: "User-Agent: me/1\r\nX-Two: a\r\nX-Two: b\r\n",
            body: "{\"k\": 1}")
        let event = try event(functions)
        #expect(
            event.object?.keys == [
                "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
                "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body",
                "isBase64Encoded",
            ])
        #expect(event["resource"] == "/pets/{id}")
        #expect(event["path"] == "/pets/7")
        #expect(event["httpMethod"] == "POST")
        let host = "abc123.execute-api.us-east-1.localhost"
        let trace = event["headers"]?["X-Amzn-Trace-Id"]?.string ?? ""
        #expect(trace.wholeMatch(of: /Root=1-[0-9a-f]{8}-[0-9a-f]{24}/) != nil)
        #expect(
            event["headers"] == [
                "Host": .string(host), "User-Agent": "me/1", "X-Two": "b", "X-Amzn-Trace-Id": .string(trace),
                "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Port": .string("\(plane.port)"),
                "X-Forwarded-Proto": "http",
            ])
        #expect(
            event["multiValueHeaders"] == [
                "Host": [.string(host)], "User-Agent": ["me/1"], "X-Two": ["a", "b"],
                "X-Amzn-Trace-Id": [.string(trace)], "X-Forwarded-For": ["127.0.0.1"],
                "X-Forwarded-Port": [.string("\(plane.port)")], "X-Forwarded-Proto": ["http"],
            ])
        #expect(event["queryStringParameters"] == ["a": "2", "b": "x y"])
        #expect(event["multiValueQueryStringParameters"] == ["a": ["1", "2"], "b": ["x y"]])
        #expect(event["pathParameters"] == ["id": "7"])
        #expect(event["stageVariables"] == .null)
        #expect(event["body"] == "{\"k\": 1}")
        #expect(event["isBase64Encoded"] == false)
        let context = try #require(event["requestContext"]?.object)
        #expect(
            context.keys == [
                "resourceId", "resourcePath", "httpMethod", "extendedRequestId", "requestTime", "path", "accountId",
                "protocol", "stage", "domainPrefix", "requestTimeEpoch", "requestId", "identity", "domainName",
                "deploymentId", "apiId",
            ])
        #expect(context["resourceId"] == "/pets/{id}")
        #expect(context["resourcePath"] == "/pets/{id}")
        #expect(context["httpMethod"] == "POST")
        #expect(context["extendedRequestId"]?.string == answer["x-amz-apigw-id"])
        #expect(context["requestTime"]?.string?.wholeMatch(of: /\d\d\/[A-Z][a-z]{2}\/\d{4}(:\d\d){3} \+0000/) != nil)
        #expect(context["path"] == "/prod/pets/7")
        #expect(context["accountId"] == "000000000000")
        #expect(context["protocol"] == "HTTP/1.1")
        #expect(context["stage"] == "prod")
        #expect(context["domainPrefix"] == "abc123")
        #expect((context["requestTimeEpoch"]?.int ?? 0) > 1_700_000_000_000)
        #expect(context["requestId"]?.string == answer["x-amzn-requestid"])
        #expect(context["domainName"]?.string == host)
        #expect(context["deploymentId"] == "base")
        #expect(context["apiId"] == "abc123")
        #expect(
            context["identity"] == [
                "cognitoIdentityPoolId": .null, "accountId": .null, "cognitoIdentityId": .null, "caller": .null,
                "sourceIp": "127.0.0.1", "principalOrgId": .null, "accessKey": .null,
                "cognitoAuthenticationType": .null, "cognitoAuthenticationProvider": .null, "userArn": .null,
                "userAgent": "me/1", "user": .null,
            ])
        await plane.stop()
    }

    @Test func isNullWhereThereIsNothing() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/", functions)
        _ = try await plane.call("/prod")
        let event = try event(functions)
        for member in [
            "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body",
        ] { #expect(event[member] == .null, "\(member)") }
        #expect(event["path"] == "/")
        #expect(event["requestContext"]?["path"] == "/prod")
        #expect(event["requestContext"]?["identity"]?["userAgent"] == .null)
        await plane.stop()
    }

    /// Section 4: leading slashes collapse in `path` alone, a trailing one stays, nothing is decoded.
    @Test(
        arguments: [
            ("/prod/a", "/a", "/prod/a", "a"), ("/prod/a/", "/a/", "/prod/a/", "a"),
            ("/prod//a", "/a", "/prod//a", "a"),
            ("/prod///a//b", "/a//b", "/prod///a//b", "a//b"), ("/prod/a%20b", "/a%20b", "/prod/a%20b", "a%20b"),
            ("/prod/x%2Fy+z@w", "/x%2Fy+z@w", "/prod/x%2Fy+z@w", "x%2Fy+z@w"),
            ("/prod/ä\"", "/ä\"", "/prod/ä\"", "ä\""),
            ("/_aws/execute-api/abc123/prod/a", "/a", "/prod/a", "a"),
        ])
    func paths(_ target: String, _ path: String, _ contextPath: String, _ parameter: String) async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/{proxy+}", functions)
        if target.hasPrefix("/_aws") {
            let port = plane.port
            _ = try await blocking {
                let socket = try RawSocket(port: port)
                try socket.send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n")
                return try socket.message()
            }
        } else {
            _ = try await plane.call(target)
        }
        let event = try event(functions)
        #expect(event["path"]?.string == path)
        #expect(event["requestContext"]?["path"]?.string == contextPath)
        #expect(event["pathParameters"] == ["proxy": .string(parameter)])
        await plane.stop()
    }

    @Test(
        arguments: [
            ("a=1", #"{"a":"1"}"#, #"{"a":["1"]}"#), ("a=1&a=2", #"{"a":"2"}"#, #"{"a":["1","2"]}"#),
            ("a", #"{"a":""}"#, #"{"a":[""]}"#), ("a=", #"{"a":""}"#, #"{"a":[""]}"#), ("", "null", "null"),
            ("a=b+c%2B", #"{"a":"b c+"}"#, #"{"a":["b c+"]}"#),
            ("a=1;b=2", #"{"a":"1","b":"2"}"#, #"{"a":["1"],"b":["2"]}"#),
            ("%61=1&a=2", #"{"a":"2"}"#, #"{"a":["1","2"]}"#),
            ("a=1&A=2", #"{"a":"1","A":"2"}"#, #"{"a":["1"],"A":["2"]}"#),
            ("q=%22%0A%ff", #"{"q":"\"\n�"}"#, #"{"q":["\"\n�"]}"#), ("a=b=c", #"{"a":"b=c"}"#, #"{"a":["b=c"]}"#),
        ])
    func queries(_ query: String, _ single: String, _ multi: String) async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/", functions)
        _ = try await plane.call("/prod?\(query)")
        let event = try event(functions)
        #expect(event["queryStringParameters"]?.text() == single)
        #expect(event["multiValueQueryStringParameters"]?.text() == multi)
        await plane.stop()
    }

    /// Appendix D: what never comes in, and what the gateway writes itself.
    @Test func headers() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/", functions)
        _ = try await plane.call(
            "/prod",
            headers: """
                x-lower: 1\r\nX-Lower: 2\r\nConnection: close\r\nContent-MD5: x\r\nExpect: x\r\nMax-Forwards: 1\r
                Proxy-Authenticate: x\r\nServer: x\r\nTE: x\r\nTrailer: x\r\nUpgrade: x\r\nWWW-Authenticate: x\r
                Via: p.example\r\nReferer: r\r\nAuthorization: Unauthorized\r\nX-Forwarded-For: 192.0.2.1\r
                x-forwarded-proto: gopher\r\nX-Forwarded-Port: 7\r\nx-amzn-trace-id: Root=1-abc\r\nAge: "a\\b"\r\n
                """)
        let event = try event(functions)
        #expect(
            event["headers"] == [
                "Host": "abc123.execute-api.us-east-1.localhost", "x-lower": "2", "Via": "p.example", "Referer": "r",
                "Authorization": "Unauthorized", "Age": "\"a\\b\"", "X-Amzn-Trace-Id": "Root=1-abc",
                "X-Forwarded-For": "192.0.2.1, 127.0.0.1", "X-Forwarded-Port": .string("\(plane.port)"),
                "X-Forwarded-Proto": "http",
            ])
        #expect(event["multiValueHeaders"]?["x-lower"] == ["1", "2"])
        #expect(event["multiValueHeaders"]?["X-Forwarded-For"] == ["192.0.2.1, 127.0.0.1"])
        await plane.stop()
    }

    @Test func theVerbMayBeOverridden() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/", functions)
        _ = try await plane.call("/prod", verb: "POST", headers: "X-HTTP-Method-Override: DELETE\r\n")
        #expect(try event(functions)["httpMethod"] == "DELETE")
        await plane.stop()
    }

    /// Table 8.5, as far as events go.
    @Test(
        arguments: [
            ([], "image/png", "hi", "hi", false), (["image/png"], "image/png", "hi", "aGk=", true),
            (["image/png"], "text/plain", "hi", "hi", false), (["*/*"], "text/plain", "hi", "aGk=", true),
            (["*/*"], "text/plain", "", nil, false), (["application/json"], nil, "hi", "aGk=", true),
        ] as [([String], String?, String, String?, Bool)])
    func bodies(_ types: [String], _ type: String?, _ body: String, _ text: String?, _ isBase64: Bool) async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/", functions, binaryTypes: types)
        _ = try await plane.call(
            "/prod", verb: "POST", headers: type.map { "Content-Type: \($0)\r\n" } ?? "", body: body)
        let event = try event(functions)
        #expect(event["body"] == text.map(JSON.string) ?? .null)
        #expect(event["isBase64Encoded"] == .bool(isBase64))
        await plane.stop()
    }

    /// Without compression a coded body is the function's own affair.
    @Test(arguments: [nil, 0] as [Int?]) func codedBodies(_ minimumCompressionSize: Int?) async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await TestPlane([TestPlane.resource("/", FakeFunctions.integration())]) {
            $0.functions = functions
        } snapshot: {
            $0.restApi.binaryMediaTypes = ["*/*"]
            $0.restApi.minimumCompressionSize = minimumCompressionSize
        }
        let coded = try Self.gzip("hello")
        let head = TestPlane.request("/prod", verb: "POST", headers: "Content-Encoding: gzip\r\n")
        let request = Array(head.dropLast().utf8) + Array("Content-Length: \(coded.count)\r\n\r\n".utf8) + coded
        _ = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(request)
            return try socket.message()
        }
        let event = try event(functions)
        let inflates = minimumCompressionSize != nil
        let body = inflates ? Array("hello".utf8) : coded
        #expect(event["body"]?.string == String(buffer: Base64.encode(ByteBuffer(bytes: body))))
        #expect(event["headers"]?["Content-Encoding"] == (inflates ? nil : "gzip"))
        await plane.stop()
    }

    private static func gzip(_ text: String) throws -> [UInt8] {
        let deflater = try Deflater(ByteBuffer(string: text), .gzip)
        while try !deflater.advance(1024) {}
        return Array(deflater.output.readableBytesView)
    }

    @Test func stageVariablesAndCanary() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/", functions)
        let resources = [TestPlane.resource("/", FakeFunctions.integration(function: "${stageVariables.fn}"))]
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.variables = ["fn": "hello:live", "quote": "\"\\"]
        stage.canarySettings = CanarySettings(percentTraffic: 0, deploymentId: "canary")
        try await plane.publish(resources, stage: stage, canary: resources)
        _ = try await plane.call("/prod")
        #expect(functions.last?.function == "hello:live")
        var event = try event(functions)
        #expect(event["stageVariables"]?.text() == #"{"fn":"hello:live","quote":"\"\\"}"#)
        #expect(event["requestContext"]?["isCanaryRequest"] == false)
        stage.canarySettings?.percentTraffic = 100
        stage.canarySettings?.stageVariableOverrides = ["fn": "hello:next"]
        try await plane.publish(resources, stage: stage, canary: resources)
        _ = try await plane.call("/prod")
        #expect(functions.last?.function == "hello:next")
        event = try self.event(functions)
        #expect(event["requestContext"]?["isCanaryRequest"] == true)
        #expect(event["requestContext"]?["deploymentId"] == "canary")
        #expect(event["stageVariables"]?["fn"] == "hello:next")
        await plane.stop()
    }

    // MARK: Escaping

    /// Whatever bytes come, the text is JSON of what they are as UTF-8.
    @Test func quotesAnyBytes() throws {
        var state: UInt64 = 0x5EED
        func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let pieces: [[UInt8]] = [
            Array("\"\\/\u{8}\u{c}\n\r\t".utf8), Array("ä€😀".utf8), [0xF0, 0x9F], [0xFF, 0xC0, 0x80], [0, 0x1F, 0x7F],
            [0xED, 0xA0, 0x80], Array("\u{2028}".utf8), [0xE2, 0x82],
        ]
        for _ in 0..<4000 {
            var bytes: [UInt8] = []
            for _ in 0..<next(6) {
                bytes += next(2) == 0 ? pieces[next(pieces.count)] : (0..<next(9)).map { _ in UInt8(next(256)) }
            }
            var buffer = ByteBuffer()
            buffer.put(quoted: bytes)
            #expect(try JSON(parsing: buffer.readableBytesView) == .string(String(decoding: bytes, as: UTF8.self)))
            #expect(buffer.readableBytesView.allSatisfy { $0 >= 0x20 })
        }
    }

    /// The same over the wire: header values, query and body of random bytes.
    @Test func isJSONWhateverComes() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane("/{proxy+}", functions)
        var state: UInt64 = 0xF00D
        func random(_ count: Int, _ isAllowed: (UInt8) -> Bool) -> [UInt8] {
            var bytes: [UInt8] = []
            while bytes.count < count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let byte = UInt8(truncatingIfNeeded: state >> 33)
                if isAllowed(byte) { bytes.append(byte) }
            }
            return bytes
        }
        for round in 0..<40 {
            let path = random(12) { $0 > 0x20 && $0 != 0x7F && $0 != 0x23 && $0 != 0x3F && $0 != 0x2F }
            let query = random(20) { $0 > 0x20 && $0 < 0x7B && $0 != 0x23 }
            let value = random(30) { $0 > 0x20 && $0 != 0x7F }
            let body = random(round * 7) { _ in true }
            var request = Array("POST /prod/x".utf8) + path + Array("?".utf8) + query
            request += Array(" HTTP/1.1\r\nHost: abc123.execute-api.us-east-1.localhost\r\nX-Value: ".utf8) + value
            request += Array("\r\nContent-Length: \(body.count)\r\n\r\n".utf8) + body
            let answer = try await blocking { [request, port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send(request)
                return try socket.message()
            }
            #expect(answer.status == 200)
            let event = try event(functions)
            #expect(event["path"]?.string == "/x" + String(decoding: path, as: UTF8.self))
            #expect(event["headers"]?["X-Value"]?.string == String(decoding: value, as: UTF8.self))
            #expect(event["body"] == (body.isEmpty ? .null : .string(String(decoding: body, as: UTF8.self))))
        }
        await plane.stop()
    }

    /// Names that repeat, in any number, cost no more than others.
    @Test func groupsFields() {
        let names = (0..<3000).map { "n\($0 % 1500)" }
        let bytes = Array(names.joined().utf8)
        bytes.withUnsafeBytes { all in
            var start = 0
            let fields = names.map { name in
                defer { start += name.utf8.count }
                let part = UnsafeRawBufferPointer(rebasing: all[start..<start + name.utf8.count])
                return FieldGroups.Field(name: part, value: part)
            }
            let groups = FieldGroups(fields, ignoringCase: true)
            #expect(groups.firsts == Array(0..<1500))
            var values = 0
            groups.forEachValue(from: 7) { _ in values += 1 }
            #expect(values == 2)
            #expect(groups.lastValue(from: 7).elementsEqual("n7".utf8))
        }
    }
}
