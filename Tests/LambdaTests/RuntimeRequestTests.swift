import NIOCore
import NIOHTTP1
import Testing

@testable import Lambda

@Suite struct RuntimeRequestTests {
    @Test(arguments: [
        ("GET", "/2018-06-01/runtime/invocation/next", "next"),
        ("GET", "/2018-06-01/runtime/invocation/next?x=1", "next"),
        ("POST", "/2018-06-01/runtime/invocation/abc/response", "response abc"),
        ("POST", "/2018-06-01/runtime/invocation/abc/error", "error abc T"),
        ("POST", "/2018-06-01/runtime/init/error", "init T"),
        ("POST", "/2018-06-01/runtime/invocation/next", "405"),
        ("GET", "/2018-06-01/runtime/invocation/abc/response", "405"),
        ("GET", "/2018-06-01/runtime/init/error", "405"),
        ("GET", "/2018-06-01/runtime/invocation/abc/def/response", "404"),
        ("GET", "/", "404"),
        ("GET", "/2017-01-01/runtime/invocation/next", "404"),
    ])
    func pathsAreTheApis(method: String, path: String, expected: String) {
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: path,
            headers: ["Lambda-Runtime-Function-Error-Type": "T"])
        let read: String =
            switch RuntimeRequest.parse(head, body: RuntimeBody()) {
            case .success(.next): "next"
            case .success(.response(let id, _)): "response \(id)"
            case .success(.error(let id, let type, _)): "error \(id) \(type ?? "")"
            case .success(.initError(let type, _)): "init \(type ?? "")"
            case .failure(let answer): "\(answer.status.code)"
            }
        #expect(read == expected)
    }

    @Test func aBodyOverTheLimitIsCountedAndNotKept() {
        var body = RuntimeBody()
        var part = ByteBuffer(repeating: 1, count: RuntimeRequest.maximumBody)
        body.append(&part)
        #expect(!body.isTooLarge)
        #expect(body.bytes.readableBytes == RuntimeRequest.maximumBody)
        var one = ByteBuffer(repeating: 1, count: 1)
        body.append(&one)
        #expect(body.isTooLarge)
        #expect(body.bytes.readableBytes == 0)
        #expect(body.length == RuntimeRequest.maximumBody + 1)
    }

    @Test func clientContextArrivesAsOneLineOfJson() {
        // {"custom":\n{"a":"é"}}
        let headers = InvocationHeaders(
            requestId: "r", deadline: 1, invokedFunctionArn: "arn", traceId: "Root=1\r\nEvil: 1",
            clientContext: "eyJjdXN0b20iOgp7ImEiOiLDqSJ9fQ==")
        #expect(headers.fields.first(name: "Lambda-Runtime-Client-Context") == #"{"custom": {"a":"é"}}"#)
        #expect(headers.fields.first(name: "Lambda-Runtime-Trace-Id") == "Root=1  Evil: 1")
    }

    @Test(arguments: [
        ("812 (python3) S 1 812 811 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 100 1000 55 18446744073709551615", 812, 55),
        ("9 (a) b (c) R 1 7 7 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 100 1000 3 1 1", 7, 3),
    ])
    func aProcessesStatusIsRead(text: String, group: Int, pages: Int) {
        let status = ProcessStatus(Array(text.utf8))
        #expect(status?.group == group)
        #expect(status?.residentPages == pages)
    }

    @Test(arguments: ["", "1 (x", "1 (x) S 1", ")"])
    func aStatusThatIsNoneIsNone(text: String) {
        #expect(ProcessStatus(Array(text.utf8)) == nil)
    }

    @Test func quantilesAreTheNearestRank() {
        var sample = DurationSample()
        #expect(sample.quantile(0.5) == nil)
        for value in 1...100 { sample.add(Double(value)) }
        #expect(sample.quantile(0.5) == 50)
        #expect(sample.quantile(0.99) == 99)
        for _ in 1...600 { sample.add(7) }
        #expect(sample.quantile(0.99) == 7)
    }
}
