/// Cuts a stream of bytes into lines without their ends. A line longer than the limit is an error, so that a peer
/// cannot fill the memory.
struct LineSplitter {
    let limit: Int
    private var rest: [UInt8] = []

    init(limit: Int) {
        self.limit = limit
    }

    mutating func take(_ bytes: some Collection<UInt8>, endpoint: ControlEndpoint) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            rest.append(contentsOf: bytes[start..<end])
            if !rest.isEmpty { lines.append(rest) }
            rest.removeAll(keepingCapacity: true)
            start = bytes.index(after: end)
        }
        rest.append(contentsOf: bytes[start...])
        guard rest.count <= limit else {
            throw ControlError.malformedAnswer(endpoint: endpoint.description, reason: "a line over \(limit) bytes")
        }
        return lines
    }
}
