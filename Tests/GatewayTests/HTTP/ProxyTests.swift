import ControlAPI
import Foundation
import Testing

@testable import Gateway

/// `HTTP_PROXY` between real sockets.
@Suite struct ProxyTests {
    @Test func handsRequestAndResponseOn() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let answer = try await plane.call(
            "/prod/a/b%20c?x=1&y=%41", verb: "POST",
            headers:
                "User-Agent: test/1\r\nX-Own: 1\r\nx-own: 2\r\nConnection: keep-alive\r\nTE: trailers\r\nMax-Forwards: 3\r\n"
                + "X-Forwarded-For: 10.0.0.1\r\nContent-Type: text/plain\r\n",
            body: "hello")
        #expect(answer.status == 200)
        let lines = answer.text.components(separatedBy: "\n")
        #expect(lines.first == "POST /a/b%20c?x=1&y=%41 HTTP/1.1")
        #expect(lines.last == "hello")
        let seen = Message(head: lines.dropLast(2).joined(separator: "\r\n"))
        #expect(seen["host"] == "127.0.0.1:\(backend.port)")
        #expect(seen["user-agent"] == "test/1")
        #expect(seen.all("x-own") == ["1", "2"])
        #expect(seen["content-length"] == "5")
        #expect(seen["content-type"] == "text/plain")
        #expect(seen["accept"] == "application/json")
        #expect(seen["x-forwarded-for"] == "10.0.0.1, 127.0.0.1")
        #expect(seen["x-forwarded-proto"] == "http")
        #expect(seen["x-forwarded-port"] == "\(plane.port)")
        #expect(seen["x-amzn-apigateway-api-id"] == TestPlane.apiId)
        #expect(seen["x-amzn-trace-id"]?.hasPrefix("Root=1-") == true)
        for dropped in ["connection", "te", "max-forwards"] { #expect(seen[dropped] == nil, "\(dropped)") }
        #expect(UUID(uuidString: answer["x-amzn-requestid"] ?? "") != nil)
        #expect(answer["x-amz-apigw-id"]?.count == 16)
        #expect(answer["date"] != nil)
        await plane.stop()
    }

    @Test func renamesTheBackendsOwnHeaders() async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 201 Made\r\nServer: s\r\nDate: d\r\nConnection: keep-alive\r\nx-amzn-RequestId: r\r\nVia: v\r\n"
                + "Upgrade: u\r\nETag: e\r\nContent-Length: 2\r\n\r\nok"
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let answer = try await plane.call("/prod/x")
        #expect(answer.status == 201)
        #expect(answer["x-amzn-remapped-server"] == "s")
        #expect(answer["x-amzn-remapped-date"] == "d")
        #expect(answer["x-amzn-remapped-connection"] == "keep-alive")
        #expect(answer["x-amzn-remapped-content-length"] == "2")
        #expect(answer["x-amzn-remapped-x-amzn-requestid"] == "r")
        #expect(answer.all("x-amzn-requestid").count == 1)
        #expect(answer.all("content-length") == ["2"])
        #expect(answer["etag"] == "e")
        for dropped in ["server", "via", "upgrade", "connection"] { #expect(answer[dropped] == nil, "\(dropped)") }
        #expect(answer.text == "ok")
        await plane.stop()
    }

    /// A method may make another verb of the client's: a HEAD has no body even where the backend's answer has one.
    @Test(arguments: [
        "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ])
    func headThatBecomesAGetHasNoBody(_ rest: String) async throws {
        let backend = try ScriptedBackend.serving { request in
            request.startLine.hasPrefix("GET") ? "HTTP/1.1 200 OK\r\n" + rest : "HTTP/1.1 500 No\r\n\r\n"
        }
        var integration = Integration(type: "HTTP_PROXY")
        integration.httpMethod = "GET"
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        let plane = try await TestPlane([TestPlane.resource("/x", integration)])
        try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            for _ in 0..<2 {
                try socket.send(TestPlane.request("/prod/x", verb: "HEAD"))
                let answer = try socket.message(toHead: true)
                #expect(answer.startLine == "HTTP/1.1 200 OK")
            }
            try socket.send(TestPlane.request("/prod/x"))
            #expect(try socket.message().text == "hello")
        }
        await plane.stop()
    }

    @Test func streamsChunksBothWays() async throws {
        let backend = try ScriptedBackend { connection, _ in
            let request = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in [request["transfer-encoding"] ?? "-", request.text, "end"] {
                try connection.send("\(String(piece.utf8.count, radix: 16));ext=1\r\n\(piece)\r\n")
            }
            try connection.send("0\r\nTrailer: t\r\n\r\n")
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let answer = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod/x", verb: "POST", headers: "Transfer-Encoding: chunked\r\n"))
            for piece in ["hello ", "wide ", "world"] {
                try socket.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
            }
            try socket.send("0\r\n\r\n")
            return try socket.message()
        }
        #expect(answer["transfer-encoding"] == "chunked")
        #expect(answer.text == "chunkedhello wide worldend")
        await plane.stop()
    }

    @Test func answersHTTP10WithoutChunks() async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let bytes = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send("GET /_aws/execute-api/abc123/prod/x HTTP/1.0\r\n\r\n")
            return try socket.readToEnd()
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasSuffix("\r\n\r\nhello"))
        #expect(!text.lowercased().contains("\ntransfer-encoding"))
        await plane.stop()
    }

    @Test func passesABodyThatEndsWithTheConnection() async throws {
        let backend = try ScriptedBackend { connection, _ in
            _ = try connection.message()
            try connection.send("HTTP/1.1 200 OK\r\nA: b\r\n\r\nuntil the end")
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let answer = try await plane.call("/prod/x")
        #expect(answer["transfer-encoding"] == "chunked")
        #expect(answer.text == "until the end")
        await plane.stop()
    }

    @Test func headHasNoBodyAndKeepsTheConnectionInStep() async throws {
        let backend = try ScriptedBackend.serving { request in
            request.startLine.hasPrefix("HEAD")
                ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let (head, get) = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod/x", verb: "HEAD"))
            let head = try socket.message(toHead: true)
            try socket.send(TestPlane.request("/prod/x"))
            return (head, try socket.message())
        }
        #expect(head["content-length"] == "1000")
        #expect(get.text == "ok")
        #expect(backend.connections == 1)
        await plane.stop()
    }

    @Test func skipsInterimResponses() async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let answer = try await plane.call("/prod/x")
        #expect(answer.status == 200)
        #expect(answer.text == "ok")
        #expect(answer["link"] == nil)
        await plane.stop()
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let backend = try ScriptedBackend.serving { request in
            let path = request.startLine.split(separator: " ")[1]
            return "HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)"
        }
        let plane = try await TestPlane(
            TestPlane.proxy(port: backend.port) + [TestPlane.resource("/mock", TestPlane.mock("{\"mock\": true}"))])
        let answers = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            let requests = (0..<50).map { TestPlane.request($0 % 5 == 4 ? "/prod/mock" : "/prod/n\($0)") }
            try socket.send(requests.joined())
            return try (0..<50).map { _ in try socket.message().text }
        }
        #expect(answers == (0..<50).map { $0 % 5 == 4 ? "{\"mock\": true}" : "/n\($0)" })
        await plane.stop()
    }

    @Test func asksForTheBodyOnlyWhenItIsWanted() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let (interim, wanted, refused) = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(
                TestPlane.request("/prod/x", verb: "PUT", headers: "Expect: 100-continue\r\nContent-Length: 3\r\n"))
            let interim = try socket.read(until: "\r\n\r\n")
            try socket.send("abc")
            let wanted = try socket.message()
            let other = try RawSocket(port: port)
            try other.send(
                TestPlane.request("/nothing", verb: "PUT", headers: "Expect: 100-continue\r\nContent-Length: 3\r\n"))
            return (interim, wanted, try other.message())
        }
        #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(wanted.text.hasSuffix("\nabc"))
        #expect(!wanted.text.lowercased().contains("expect:"))
        #expect(refused.status == 403)
        #expect(refused["connection"] == "close")
        await plane.stop()
    }

    @Test func refusesBodiesBeyondTenMegabytes() async throws {
        let backend = try ScriptedBackend { connection, _ in _ = try connection.readToEnd() }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        let announced = try await plane.call("/prod/x", verb: "POST", headers: "Content-Length: 10485761\r\n")
        #expect(announced.status == 413)
        #expect(announced.text == #"{"message":"HTTP content length exceeded 10485760 bytes."}"#)
        let running = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod/x", verb: "POST", headers: "Transfer-Encoding: chunked\r\n"))
            let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 65, count: 1 << 20) + Array("\r\n".utf8)
            for _ in 0..<10 { try socket.send(chunk) }
            try socket.send("1\r\nA\r\n")
            return try socket.message()
        }
        #expect(running.status == 413)
        await plane.stop()
    }

    @Test func usesConnectionsAgain() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port))
        for number in 0..<20 {
            #expect(try await plane.call("/prod/\(number)").status == 200)
        }
        #expect(backend.connections == 1)
        await plane.stop()
    }

    @Test func fillsStageVariablesAndMappings() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = Integration(type: "HTTP_PROXY")
        integration.httpMethod = "POST"
        integration.uri = "http://${stageVariables.host}/v/{id}?fixed=1"
        integration.requestParameters = [
            "integration.request.path.id": "method.request.path.petId",
            "integration.request.querystring.q": "method.request.header.X-Q",
            "integration.request.header.X-Static": "'text'",
            "integration.request.header.X-Var": "stageVariables.color",
            "integration.request.header.X-Stage": "context.stage",
        ]
        let resources = [TestPlane.resource("/pets/{petId}", integration)]
        let plane = try await TestPlane(resources)
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.variables = ["host": "127.0.0.1:\(backend.port)", "color": "blue"]
        try await plane.publish(resources, stage: stage)
        let answer = try await plane.call("/prod/pets/7?a=b&q=gone", headers: "X-Q: a b&c\r\nX-Static: mine\r\n")
        #expect(answer.text.hasPrefix("POST /v/7?fixed=1&a=b&q=gone&q=a%20b%26c HTTP/1.1\n"))
        #expect(answer.text.contains("\nX-Static: text\n"))
        #expect(!answer.text.contains("mine"))
        #expect(answer.text.contains("\nX-Var: blue\n"))
        #expect(answer.text.contains("\nX-Stage: prod\n"))
        await plane.stop()
    }

    /// The head is written when the body is there; in between the loop read another client's head.
    @Test func waitingForTheBodyKeepsTheClientsOwnHeaders() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = Integration(type: "HTTP_PROXY")
        integration.httpMethod = "POST"
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        integration.requestParameters = ["integration.request.header.X-Name": "method.request.body.name"]
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        // One connection is idle, so that nothing but the body is waited for.
        #expect(try await plane.call("/prod", verb: "POST", body: #"{"name": "warm"}"#).status == 200)
        let slow = try plane.connect()
        try slow.send(
            TestPlane.request("/prod", verb: "POST", headers: "X-Own: slow\r\nContent-Length: 16\r\n") + #"{"name":"#)
        for number in 0..<5 {
            let other = try await plane.call(
                "/prod", verb: "POST", headers: "X-Other: \(String(repeating: "o", count: 100 * number))\r\n",
                body: #"{"name": "other"}"#)
            #expect(other.text.contains("\nX-Name: other\n"))
        }
        try slow.send(#" "mine"}"#)
        let answer = try await blocking { try slow.message() }
        #expect(answer.text.contains("\nX-Own: slow\n"))
        #expect(answer.text.contains("\nX-Name: mine\n"))
        #expect(!answer.text.contains("X-Other"))
        await plane.stop()
    }

    @Test func requestsWaitTheirTurnWhereConnectionsAreFew() async throws {
        let backend = try ScriptedBackend.serving { request in
            let path = String(request.startLine.split(separator: " ")[1])
            return "HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)"
        }
        let plane = try await TestPlane(TestPlane.proxy(port: backend.port)) { $0.upstreamConnectionsPerHost = 2 }
        let clients = (0..<24).map { client in
            Task {
                try await blocking { [port = plane.port] in
                    let socket = try RawSocket(port: port)
                    for round in 0..<40 {
                        try socket.send(TestPlane.request("/prod/\(client)/\(round)"))
                        let text = try socket.message().text
                        guard text == "/\(client)/\(round)" else { throw RawSocket.Failure(description: text) }
                    }
                }
            }
        }
        for client in clients { try await client.value }
        #expect(backend.connections == 2)
        await plane.stop()
    }

    @Test func mappedValuesCannotAddHeaders() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = Integration(type: "HTTP_PROXY")
        integration.httpMethod = "GET"
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        integration.requestParameters = ["integration.request.header.X-Q": "method.request.querystring.q"]
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        let answer = try await plane.call("/prod?q=a%0d%0aEvil:%20yes")
        #expect(answer.status == 200)
        #expect(!answer.text.contains("\nEvil:"))
        await plane.stop()
    }
}
