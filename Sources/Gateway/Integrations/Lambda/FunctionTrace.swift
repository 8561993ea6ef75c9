/// `X-Amzn-Trace-Id` of requests that lead to functions.
extension Exchange {
    /// The client's, or a new one: `Root=1-{8 hex}-{24 hex}`.
    func traceId() -> [UInt8] {
        if let field = loop.requestTable.last(.amznTraceId), field.value.length > 0 {
            return withBytes { Array(UnsafeRawBufferPointer(start: $0 + field.value.lower, count: field.value.length)) }
        }
        let writer = ByteWriter(capacity: 64)
        writeTraceId(to: writer)
        return Array(writer.bytes)
    }

    /// The same with the parts that it lacks: `;Parent={16 hex}`, the integration's own segment, and `;Sampled=0`.
    func completeTraceId() -> [UInt8] {
        let trace = traceId()
        func has(_ part: StaticString) -> Bool {
            let word = UnsafeBufferPointer(start: part.utf8Start, count: part.utf8CodeUnitCount)
            return trace.split(separator: 0x3B).contains { $0.drop { $0 == 0x20 }.starts(with: word) }
        }
        let writer = ByteWriter(capacity: 128)
        writer.append(trace)
        if !has("Parent=") {
            writer.append(";Parent=")
            writer.append(hex: (requestId.high &* 0x9E37_79B9_7F4A_7C15) ^ requestId.low, digits: 16)
        }
        if !has("Sampled=") { writer.append(";Sampled=0") }
        return Array(writer.bytes)
    }
}
