import Testing

@testable import Gateway

/// What the codec makes of a stream: each request's essentials, and the fault that ended it.
struct Decoded: Equatable, CustomStringConvertible {
    var requests: [String] = []
    var fault: HTTPFault?

    var description: String { "\(requests) \(fault.map { "\($0)" } ?? "-")" }
}

/// Feeds pieces to scanner, parser and chunk decoder as a connection does.
func decode(_ pieces: [[UInt8]]) -> Decoded {
    var result = Decoded()
    var buffer: [UInt8] = []
    var scanner = HeadScanner.request()
    let table = HeaderTable()
    var remaining = 0
    var decoder: ChunkedDecoder?
    var current = ""
    func finish() {
        result.requests.append(current)
        scanner = HeadScanner.request()
    }
    for piece in pieces {
        buffer += piece
        loop: while result.fault == nil {
            if remaining > 0 {
                let count = min(remaining, buffer.count)
                if count == 0 { break loop }
                current += String(decoding: buffer.prefix(count), as: UTF8.self)
                buffer.removeFirst(count)
                remaining -= count
                if remaining == 0 { finish() }
                continue
            }
            if var chunks = decoder {
                chunks.rewind()
                var step = ChunkedDecoder.Step.needsMore
                let bytes = buffer
                while true {
                    step = bytes.withUnsafeBytes { chunks.next($0) }
                    guard case .data(let start, let end) = step else { break }
                    current += String(decoding: bytes[start..<end], as: UTF8.self)
                }
                buffer.removeFirst(chunks.consumed)
                decoder = chunks
                switch step {
                case .fault: result.fault = .malformedChunk
                case .end:
                    decoder = nil
                    finish()
                    continue
                default: break loop
                }
                continue
            }
            if buffer.isEmpty { break loop }
            switch buffer.withUnsafeBytes({ scanner.scan($0) }) {
            case .incomplete: break loop
            case .fault(let fault): result.fault = fault
            case .complete(let start, let end):
                let bytes = buffer
                do throws(HTTPFault) {
                    let parsed: Result<RequestHead, HTTPFault> = bytes.withUnsafeBytes { all in
                        do throws(HTTPFault) {
                            return .success(try RequestHead.parse(all, start: start, end: end, into: table))
                        } catch { return .failure(error) }
                    }
                    let head = try parsed.get()
                    func text(_ span: ByteSpan) -> String {
                        String(decoding: bytes[span.lower..<span.upper], as: UTF8.self)
                    }
                    current = "\(text(head.method)) \(text(head.path))\(head.hasQuery ? "?" + text(head.query) : "")"
                    current += " host=\(text(head.host)) 1.\(head.minorVersion)\(head.keepAlive ? "" : " close")"
                    current += head.expectsContinue ? " expect: " : ": "
                    buffer.removeFirst(end)
                    switch head.body {
                    case .none, .untilClose: finish()
                    case .length(let length): remaining = length
                    case .chunked: decoder = ChunkedDecoder()
                    }
                } catch {
                    result.fault = error
                }
            }
        }
    }
    return result
}

struct CodecCase: Sendable, CustomTestStringConvertible {
    var name: String
    var input: String
    var requests: [String]
    var fault: HTTPFault?
    var testDescription: String { name }

    init(_ name: String, _ input: String, _ requests: [String] = [], fault: HTTPFault? = nil) {
        self.name = name
        self.input = input
        self.requests = requests
        self.fault = fault
    }
}

private let good: [CodecCase] = [
    CodecCase("plain", "GET /a HTTP/1.1\r\nHost: x\r\n\r\n", ["GET /a host=x 1.1: "]),
    CodecCase("query", "GET /a?b=c&d HTTP/1.1\r\nHost: x\r\n\r\n", ["GET /a?b=c&d host=x 1.1: "]),
    CodecCase("empty query", "GET /a? HTTP/1.1\r\nHost: x\r\n\r\n", ["GET /a? host=x 1.1: "]),
    CodecCase("host with port", "GET / HTTP/1.1\r\nHost: x.y:80\r\n\r\n", ["GET / host=x.y:80 1.1: "]),
    CodecCase("IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", ["GET / host=[::1]:80 1.1: "]),
    CodecCase("no space after colon", "GET / HTTP/1.1\r\nhOST:x\r\n\r\n", ["GET / host=x 1.1: "]),
    CodecCase("space around value", "GET / HTTP/1.1\r\nHost: \t x \t\r\n\r\n", ["GET / host=x 1.1: "]),
    CodecCase("tab in value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\tc\r\n\r\n", ["GET / host=x 1.1: "]),
    CodecCase("empty value", "GET / HTTP/1.1\r\nHost: x\r\nA:\r\n\r\n", ["GET / host=x 1.1: "]),
    CodecCase("UTF-8 value", "GET / HTTP/1.1\r\nHost: x\r\nA: ä€\r\n\r\n", ["GET / host=x 1.1: "]),
    CodecCase("empty line before", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", ["GET / host=x 1.1: "]),
    CodecCase(
        "fixed body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", ["POST / host=x 1.1: hello"]),
    CodecCase("length 0", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", ["POST / host=x 1.1: "]),
    CodecCase(
        "leading zeros", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 005\r\n\r\nhello", ["POST / host=x 1.1: hello"]),
    CodecCase(
        "chunked", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
        ["POST / host=x 1.1: hello!"]),
    CodecCase(
        "chunked, upper case",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: CHUNKED\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
        ["POST / host=x 1.1: 0123456789"]),
    CodecCase(
        "chunk extension and trailer",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\nok\r\n0;z\r\nX: y\r\nZ: \r\n\r\n",
        ["POST / host=x 1.1: ok"]),
    CodecCase(
        "pipelined",
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nPOST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhiGET /3 HTTP/1.1\r\nHost: x\r\n\r\n",
        ["GET /1 host=x 1.1: ", "POST /2 host=x 1.1: hi", "GET /3 host=x 1.1: "]),
    CodecCase("close", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Foo, CLOSE\r\n\r\n", ["GET / host=x 1.1 close: "]),
    CodecCase("1.0", "GET / HTTP/1.0\r\n\r\n", ["GET / host= 1.0 close: "]),
    CodecCase("1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", ["GET / host= 1.0: "]),
    CodecCase("absolute form", "GET http://h:1/p?q HTTP/1.1\r\nHost: other\r\n\r\n", ["GET /p?q host=h:1 1.1: "]),
    CodecCase("absolute form without path", "GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", ["GET  host=h 1.1: "]),
    CodecCase("asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", ["OPTIONS * host=x 1.1: "]),
    CodecCase("unknown verb", "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", ["BREW /pot host=x 1.1: "]),
    CodecCase(
        "expect", "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n!",
        ["PUT / host=x 1.1 expect: !"]),
    CodecCase("unfinished head", "GET / HTTP/1.1\r\nHost: x\r\n"),
    CodecCase(
        "longest URL", "GET /\(String(repeating: "a", count: 10_239)) HTTP/1.1\r\nHost: x\r\n\r\n",
        ["GET /\(String(repeating: "a", count: 10_239)) host=x 1.1: "]),
]

private let hostile: [CodecCase] = [
    CodecCase("bare LF lines", "GET / HTTP/1.1\nHost: x\n\n", fault: .bareLineFeed),
    CodecCase("bare LF in a header", "GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", fault: .bareLineFeed),
    CodecCase("bare LF at the end", "GET / HTTP/1.1\r\nHost: x\r\n\n", fault: .bareLineFeed),
    CodecCase("bare CR in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", fault: .malformedHeaderValue),
    CodecCase("bare CR in the request line", "GET /\r HTTP/1.1\r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("NUL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", fault: .malformedHeaderValue),
    CodecCase("NUL in a name", "GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n", fault: .malformedHeaderName),
    CodecCase("DEL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{7F}\r\n\r\n", fault: .malformedHeaderValue),
    CodecCase("folded header", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", fault: .foldedHeader),
    CodecCase("folded first header", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", fault: .foldedHeader),
    CodecCase("space before colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", fault: .malformedHeaderName),
    CodecCase("tab before colon", "GET / HTTP/1.1\r\nHost\t: x\r\n\r\n", fault: .malformedHeaderName),
    CodecCase("no colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", fault: .malformedHeaderName),
    CodecCase("empty name", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", fault: .malformedHeaderName),
    CodecCase("bad name", "GET / HTTP/1.1\r\nHost: x\r\nA(b): y\r\n\r\n", fault: .malformedHeaderName),
    CodecCase("no host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", fault: .missingHost),
    CodecCase("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", fault: .repeatedHost),
    CodecCase("two hosts in 1.0", "GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n", fault: .repeatedHost),
    CodecCase("host with space", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n", fault: .malformedHost),
    CodecCase("host with slash", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", fault: .malformedHost),
    CodecCase("host with user", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n", fault: .malformedHost),
    CodecCase("host list", "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n", fault: .malformedHost),
    CodecCase(
        "two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        fault: .repeatedContentLength),
    CodecCase(
        "the same length twice", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        fault: .repeatedContentLength),
    CodecCase(
        "length list", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello", fault: .malformedContentLength
    ),
    CodecCase(
        "signed length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", fault: .malformedContentLength
    ),
    CodecCase(
        "negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", fault: .malformedContentLength),
    CodecCase(
        "hex length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\n", fault: .malformedContentLength),
    CodecCase("empty length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", fault: .malformedContentLength),
    CodecCase(
        "absurd length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\n",
        fault: .malformedContentLength),
    CodecCase(
        "length and encoding",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        fault: .contentLengthWithTransferEncoding),
    CodecCase(
        "encoding and length",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
        fault: .contentLengthWithTransferEncoding),
    CodecCase(
        "gzip, chunked", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        fault: .unsupportedTransferEncoding),
    CodecCase(
        "identity", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
        fault: .unsupportedTransferEncoding),
    CodecCase(
        "chunked twice",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        fault: .unsupportedTransferEncoding),
    CodecCase(
        "chunked with a vertical tab", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n",
        fault: .malformedHeaderValue),
    CodecCase(
        "encoding in 1.0", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        fault: .unsupportedTransferEncoding),
    CodecCase("1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", fault: .unsupportedVersion),
    CodecCase("2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", fault: .unsupportedVersion),
    CodecCase("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", fault: .unsupportedVersion),
    CodecCase("0.9", "GET /\r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("lower-case protocol", "GET / http/1.1\r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("space at the end", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("space in the path", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("relative target", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", fault: .malformedTarget),
    CodecCase("fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", fault: .malformedTarget),
    CodecCase("bad method", "GE(T / HTTP/1.1\r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", fault: .malformedRequestLine),
    CodecCase("TLS", "\u{16}\u{03}\u{01}\u{02}", fault: .malformedRequestLine),
    CodecCase(
        "endless URL", "GET /\(String(repeating: "a", count: 10_300)) HTTP/1.1\r\nHost: x\r\n\r\n", fault: .uriTooLong),
    CodecCase("URL without end", "GET /" + String(repeating: "a", count: 12_000), fault: .uriTooLong),
    CodecCase(
        "headers too large", "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "b", count: 10_300))\r\n\r\n",
        fault: .headersTooLarge),
    CodecCase(
        "too many headers", "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "a:b\r\n", count: 2_100) + "\r\n",
        fault: .headersTooLarge),
    CodecCase(
        "header without end", "GET / HTTP/1.1\r\nA: " + String(repeating: "b", count: 12_000), fault: .headersTooLarge),
]

private func chunked(_ body: String) -> String {
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body
}

private let hostileChunks: [CodecCase] = [
    ("no size", "\r\nhello\r\n0\r\n\r\n"), ("not hex", "g\r\n"), ("minus", "-5\r\nhello\r\n"),
    ("prefix", "0x5\r\nhello\r\n"),
    ("space before", " 5\r\nhello\r\n"), ("space after", "5 \r\nhello\r\n"), ("bare LF", "5\nhello\r\n0\r\n\r\n"),
    ("nine digits", "000000005\r\nhello\r\n"), ("overflow", "FFFFFFFFFFFFFFFFF\r\n"),
    ("data too long", "5\r\nhello!\r\n0\r\n\r\n"), ("data too short", "6\r\nhello\r\n0\r\n\r\n"),
    ("LF after data", "5\r\nhello\n0\r\n\r\n"), ("CR alone after the size", "5\rhello\r\n"),
    ("long extension", "5;\(String(repeating: "a", count: 300))\r\nhello\r\n"), ("NUL in extension", "5;\0\r\n"),
    ("LF in extension", "5;a\nhello\r\n"), ("bad trailer", "0\r\n bad\r\n\r\n"), ("LF trailer", "0\r\nA: b\n\r\n"),
    ("long trailer", "0\r\nA: \(String(repeating: "a", count: 5_000))\r\n\r\n"), ("LF at the end", "0\r\n\n"),
].map { CodecCase("chunk: \($0.0)", chunked($0.1), fault: .malformedChunk) }

@Suite struct RequestCodecTests {
    @Test(arguments: good + hostile + hostileChunks)
    func understandsOrRefuses(_ test: CodecCase) {
        let decoded = decode([Array(test.input.utf8)])
        #expect(decoded.fault == test.fault)
        if test.fault == nil || !test.requests.isEmpty { #expect(decoded.requests == test.requests) }
    }

    @Test(arguments: good + hostile + hostileChunks)
    func givesTheSameHoweverItIsSplit(_ test: CodecCase) {
        let input = Array(test.input.utf8)
        let whole = decode([input])
        #expect(decode(input.map { [$0] }) == whole, "byte by byte")
        // Long inputs repeat one byte: their ends and the region of the limits tell.
        let places = (0...input.count).filter {
            input.count < 2_000 || $0 < 64 || $0 > input.count - 64 || (10_200...10_330).contains($0)
        }
        for place in places where decode([Array(input[..<place]), Array(input[place...])]) != whole {
            Issue.record("differs when split at byte \(place)")
        }
    }

    @Test func everyFaultClosesWithAClientError() {
        for fault in HTTPFault.allCases {
            #expect((400..<500).contains(fault.status))
            #expect(!fault.message.isEmpty)
        }
    }

    @Test func findsControlCharactersAtEveryPlace() {
        for length in 0..<40 {
            for place in 0..<max(length, 1) where place < length {
                for control in [UInt8(0), 9, 10, 13, 31, 127] {
                    for filler in [UInt8(0x20), 0x7E, 0x80, 0xFF, 0x41] {
                        var bytes = [UInt8](repeating: filler, count: length)
                        bytes[place] = control
                        let found = bytes.withUnsafeBytes { ByteScan.firstControl($0.baseAddress!, 0, length) }
                        #expect(found == place)
                    }
                }
            }
        }
    }

    @Test func knowsItsHeadersInAnyCase() {
        let dictionary = HeaderDictionary()
        for id in HeaderID.allCases where id != .other {
            for name in [id.name.description, id.name.description.uppercased()] {
                let bytes = Array(name.utf8)
                #expect(bytes.withUnsafeBytes { dictionary.id($0.baseAddress!, ByteSpan(0, bytes.count)) } == id)
            }
        }
        let stranger = Array("x-stranger".utf8)
        #expect(stranger.withUnsafeBytes { dictionary.id($0.baseAddress!, ByteSpan(0, stranger.count)) } == .other)
    }

    @Test func tokenCharactersAreThoseOfRFC9110() {
        let allowed = Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for byte in UInt8.min...UInt8.max { #expect(ByteScan.isToken(byte) == allowed.contains(byte)) }
    }
}
