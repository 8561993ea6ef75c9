import JSON
import NIOCore

extension Exchange {
    /// Ends the request with one of the gateway's own answers. After the head has gone out nothing can be said any
    /// more: the connection is cut, so that the client sees that the answer is not whole.
    /// `message` is what the client reads, where it is not the type's own.
    func answer(_ response: GatewayResponseType, cause: String?, message: String? = nil) {
        guard isActive else { return }
        dropUpstream()
        let text = message ?? response.row.message?.description
        errorMessage = cause ?? text
        gatewayError = GatewayError(type: response, message: text)
        traceFailure(response, cause)
        guard !responseStarted else {
            connection.cut()
            return
        }
        heldHead = nil
        headIsInWriter = false
        clientFraming = .length
        if let custom = variant?.answers[response] {
            write(custom, of: response)
        } else {
            status = response.row.status
            write(response, headers: [], contentType: "application/json", body: builtInBody(response))
        }
        finish()
    }

    private func builtInBody(_ response: GatewayResponseType) -> [UInt8] {
        let key = response == .accessDenied ? "Message" : "message"
        return Array("{\"\(key)\":\(response.isOfExecution ? " " : "")\(gatewayError?.quoted ?? "null")}".utf8)
    }

    /// An answer in the API's own words.
    private func write(_ custom: GatewayAnswer, of response: GatewayResponseType) {
        status = custom.status ?? response.row.status
        // Values are read before the writer is used: reading them may use it.
        var headers: [(name: [UInt8], value: [UInt8])] = []
        for header in custom.headers {
            for value in requestValues(header.source) { headers.append((header.name, value)) }
        }
        guard let chosen = choose(custom.templates) else {
            write(response, headers: headers, contentType: "application/json", body: builtInBody(response))
            return
        }
        write(response, headers: headers, contentType: chosen.type, body: render(chosen.template))
    }

    /// The template of the first type that the client accepts, else the one for JSON, else the first.
    private func choose(
        _ templates: [(type: String, template: GatewayTemplate)]
    ) -> (type: String, template: GatewayTemplate)? {
        guard templates.count > 1, let accept = requestHeader("accept").map(Self.mediaType) else {
            return templates.first
        }
        return templates.first { $0.type == accept } ?? templates.first
    }

    private func render(_ template: GatewayTemplate) -> [UInt8] {
        var body: [UInt8] = []
        for piece in template.pieces {
            let value: [UInt8]
            switch piece {
            case .text(let text):
                body += text
                continue
            case .value(let source): value = requestValues(source).first ?? []
            case .parameter(let name): value = requestParameter(name) ?? []
            }
            let isText = template.isJSON && !piece.isJSONAlready
            body += isText ? Self.insideQuotes(value) : value
        }
        return body
    }

    private static func insideQuotes(_ value: [UInt8]) -> [UInt8] {
        Array(JSON.string(String(decoding: value, as: UTF8.self)).text().utf8.dropFirst().dropLast())
    }

    /// Path, then query, then header, as `$input.params` has it.
    private func requestParameter(_ name: String) -> [UInt8]? {
        let bytes = Array(name.utf8)
        return requestValues(.pathNamed(name)).first ?? requestValues(.query(name: bytes, multi: false)).first
            ?? requestValues(.header(name: bytes, multi: false)).first
    }

    /// Own headers of a gateway response take the place of the gateway's, with their names as they are: nothing is
    /// remapped here, so that `WWW-Authenticate` can be set.
    private func write(
        _ response: GatewayResponseType, headers: [(name: [UInt8], value: [UInt8])], contentType: String, body: [UInt8]
    ) {
        let writer = loop.writer
        writer.removeAll()
        writeStatusLine(status)
        func has(_ id: HeaderID) -> Bool { headers.contains { HeaderID(named: $0.name) == id } }
        if headers.isEmpty || !has(.contentType) {
            writer.append("Content-Type: ")
            writer.append(contentType)
            writer.append("\r\n")
        }
        if headers.isEmpty || !has(.amznErrorType) {
            writer.append("x-amzn-ErrorType: ")
            writer.append(response.row.errorType)
            writer.append("\r\n")
        }
        for header in headers where !HeaderTreatment.isOwn(HeaderID(named: header.name)) {
            writer.append(header.name)
            writer.append(": ")
            writer.append(HeaderGuard.value(header.value))
            writer.append("\r\n")
        }
        let isEmpty = status == 204 || status == 304
        finishHead(contentLength: isEmpty ? 0 : body.count)
        if head.verb != .head, !isEmpty {
            responseLength = body.count
            writer.append(body)
        }
        connection.write(loop.takeOutput())
    }
}

/// What `$context.error` tells: which of the gateway's own answers a request got.
struct GatewayError {
    var type: GatewayResponseType
    /// `nil` where API Gateway has null.
    var message: String?

    /// `$context.error.messageString`: the message as a JSON string, or `null`.
    var quoted: String { message.map { JSON.string($0).text() } ?? "null" }

    /// `$context.error.message`: the same without the quotes, safe inside others.
    var escaped: String { message == nil ? "null" : String(quoted.dropFirst().dropLast()) }
}
