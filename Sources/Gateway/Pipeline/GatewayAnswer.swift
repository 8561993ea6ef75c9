import NIOCore

extension Exchange {
    /// Ends the request with one of the gateway's own answers. After the head has gone out nothing can be said any
    /// more: the connection is cut, so that the client sees that the answer is not whole.
    func answer(_ response: GatewayResponse, cause: String?) {
        guard isActive else { return }
        dropUpstream()
        errorMessage = cause ?? response.row.message.description
        guard !responseStarted else {
            connection.cut()
            return
        }
        heldHead = nil
        headIsInWriter = false
        clientFraming = .length
        let row = response.row
        status = row.status
        let writer = loop.writer
        writer.removeAll()
        writeStatusLine(row.status)
        writer.append("Content-Type: application/json\r\nx-amzn-ErrorType: ")
        writer.append(row.errorType)
        writer.append("\r\n")
        let length = row.message.utf8CodeUnitCount + 14
        finishHead(contentLength: length)
        responseLength = length
        if head.verb != .head {
            writer.append("{\"message\":\"")
            writer.append(row.message)
            writer.append("\"}")
        }
        connection.write(loop.takeOutput())
        finish()
    }
}
