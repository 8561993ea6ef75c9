import JSON
import NIOCore

extension Exchange {
    /// Ends the request with one of the gateway's own answers. After the head has gone out nothing can be said any
    /// more: the connection is cut, so that the client sees that the answer is not whole.
    /// `message` is what the client reads, where it is not the type's own.
    func answer(_ response: GatewayResponseType, cause: String?, message: String? = nil) {
        guard isActive else { return }
        dropUpstream()
        let row = response.row
        let text = message ?? row.message?.description
        errorMessage = cause ?? text
        traceFailure(response, cause)
        guard !responseStarted else {
            connection.cut()
            return
        }
        heldHead = nil
        headIsInWriter = false
        clientFraming = .length
        status = row.status
        let writer = loop.writer
        writer.removeAll()
        writeStatusLine(row.status)
        writer.append("Content-Type: application/json\r\nx-amzn-ErrorType: ")
        writer.append(row.errorType)
        writer.append("\r\n")
        let message = text.map { JSON.string($0).text() } ?? "null"
        let body = Array("{\"message\":\(message)}".utf8)
        finishHead(contentLength: body.count)
        responseLength = body.count
        if head.verb != .head { writer.append(body) }
        connection.write(loop.takeOutput())
        finish()
    }
}
