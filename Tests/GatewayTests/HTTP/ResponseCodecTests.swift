import Testing

@testable import Gateway

private struct ResponseCase: Sendable, CustomTestStringConvertible {
    var input: String
    var toHead = false
    var status: Int?
    var body: BodyFraming?
    var keepAlive = true
    var fault: HTTPFault?
    var testDescription: String { input.prefix(60).description }
}

private let cases: [ResponseCase] = [
    ResponseCase(input: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", status: 200, body: .length(3)),
    ResponseCase(input: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", status: 200, body: BodyFraming.none),
    ResponseCase(input: "HTTP/1.1 200\r\nContent-Length: 3\r\n\r\n", status: 200, body: .length(3)),
    ResponseCase(input: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", status: 200, body: .chunked),
    ResponseCase(input: "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", status: 200, body: .untilClose, keepAlive: false),
    ResponseCase(
        input: "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n", status: 200, body: .length(3), keepAlive: false),
    ResponseCase(
        input: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\n", status: 200, body: .length(3)),
    ResponseCase(
        input: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\n", status: 200, body: .length(3),
        keepAlive: false),
    ResponseCase(input: "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n", status: 204, body: BodyFraming.none),
    ResponseCase(input: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", status: 304, body: BodyFraming.none),
    ResponseCase(input: "HTTP/1.1 100 Continue\r\nA: b\r\n\r\n", status: 100, body: BodyFraming.none),
    ResponseCase(
        input: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", toHead: true, status: 200, body: BodyFraming.none),
    ResponseCase(input: "HTTP/2.0 200 OK\r\nA: b\r\n\r\n", fault: .malformedStatusLine),
    ResponseCase(input: "HTTP/1.1 20 OK\r\nA: b\r\n\r\n", fault: .malformedStatusLine),
    ResponseCase(input: "HTTP/1.1 2000 OK\r\nA: b\r\n\r\n", fault: .malformedStatusLine),
    ResponseCase(input: "HTTP/1.1  200 OK\r\nA: b\r\n\r\n", fault: .malformedStatusLine),
    ResponseCase(input: "nonsense in a line\r\nA: b\r\n\r\n", fault: .malformedStatusLine),
    ResponseCase(input: "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", fault: .malformedHeaderName),
    ResponseCase(input: "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", fault: .foldedHeader),
    ResponseCase(
        input: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", fault: .repeatedContentLength),
    ResponseCase(
        input: "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        fault: .contentLengthWithTransferEncoding),
    ResponseCase(
        input: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", fault: .unsupportedTransferEncoding),
]

@Suite struct ResponseCodecTests {
    @Test(arguments: cases)
    private func readsABackendsHead(_ test: ResponseCase) {
        let bytes = Array(test.input.utf8)
        var scanner = HeadScanner.response()
        guard case .complete(let start, let end) = bytes.withUnsafeBytes({ scanner.scan($0) }) else {
            Issue.record("the head's end was not found")
            return
        }
        let parsed: Result<ResponseHead, HTTPFault> = bytes.withUnsafeBytes { all in
            do throws(HTTPFault) {
                return .success(
                    try ResponseHead.parse(all, start: start, end: end, toHead: test.toHead, into: HeaderTable()))
            } catch { return .failure(error) }
        }
        switch parsed {
        case .success(let head):
            #expect(test.fault == nil)
            #expect(head.status == test.status)
            #expect(head.body == test.body)
            #expect(head.keepAlive == test.keepAlive)
        case .failure(let fault): #expect(fault == test.fault)
        }
    }
}
