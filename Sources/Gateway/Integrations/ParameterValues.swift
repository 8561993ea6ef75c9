import JSON
import NIOCore

/// What mapping expressions read. Off the hot path: only mapped parameters come here.
extension Exchange {
    /// A header's last value in the request, found by name without regard to case. `name` in lower case.
    func requestHeader(_ name: String) -> String? {
        header(Array(name.utf8), in: requestHeaders()).map { String(decoding: $0, as: UTF8.self) }
    }

    func requestContentType() -> String {
        requestHeader("content-type").map(Self.mediaType) ?? "application/json"
    }

    /// The one type of `Accept` that counts.
    var acceptedType: String { requestHeader("accept").map(Self.mediaType) ?? "application/json" }

    /// `Application/JSON; charset=utf-8, text/html` → `application/json`: only the first type counts.
    static func mediaType(_ text: String) -> String {
        let first = text.split(separator: ",", maxSplits: 1).first ?? ""
        let type = first.split(separator: ";", maxSplits: 1).first ?? ""
        return type.trimmingSpace().lowercased()
    }

    func requestHeaders() -> [(name: [UInt8], value: [UInt8])] {
        refreshHeaders()
        let fields = withBytes { Self.fields(loop.requestTable, $0) }
        return test == nil ? fields : TestRun.withoutWireHeaders(fields)
    }

    /// A header of the backend's response.
    func backendHeader(_ name: String) -> String? {
        header(Array(name.utf8), in: backendHeaders()).map { String(decoding: $0, as: UTF8.self) }
    }

    func backendHeaders() -> [(name: [UInt8], value: [UInt8])] {
        guard let bytes = outcome.head else { return [] }
        return bytes.withUnsafeReadableBytes { all in
            guard let base = all.baseAddress else { return [] }
            let table = loop.responseTable
            guard
                (try? ResponseHead.parse(
                    all, start: outcome.headStart, end: outcome.headEnd, toHead: false, into: table)) != nil
            else { return [] }
            return Self.fields(table, base)
        }
    }

    /// The backend's header fields with their ids.
    func backendFields() -> [(id: HeaderID, name: [UInt8], value: [UInt8])] {
        let fields = backendHeaders()
        let table = loop.responseTable
        return fields.indices.map { (table[$0].id, fields[$0].name, fields[$0].value) }
    }

    static func fields(_ table: HeaderTable, _ base: UnsafeRawPointer) -> [(name: [UInt8], value: [UInt8])] {
        func copy(_ span: ByteSpan) -> [UInt8] {
            Array(UnsafeRawBufferPointer(start: base + span.lower, count: span.length))
        }
        return (0..<table.count).map { (copy(table[$0].name), copy(table[$0].value)) }
    }

    private func header(_ name: [UInt8], in fields: [(name: [UInt8], value: [UInt8])]) -> [UInt8]? {
        fields.last { Self.sameName($0.name, name) }?.value
    }

    /// Name and value as they stand in the query, in order.
    func rawQuery() -> [(name: [UInt8], value: [UInt8])] {
        guard head.hasQuery, head.query.length > 0 else { return [] }
        let bytes = withBytes {
            Array(UnsafeRawBufferPointer(start: $0 + head.query.lower, count: head.query.length))
        }
        // `;` separates as well as `&`.
        return bytes.split(whereSeparator: { $0 == 0x26 || $0 == 0x3B }).map { pair in
            let equals = pair.firstIndex(of: 0x3D) ?? pair.endIndex
            let value = equals < pair.endIndex ? Array(pair[pair.index(after: equals)...]) : []
            return (Array(pair[..<equals]), value)
        }
    }

    func pathValue(_ place: Int) -> [UInt8] {
        guard place < captures.count else { return [] }
        let span = captures[place]
        return withBytes { Array(UnsafeRawBufferPointer(start: $0 + span.lower, count: span.length)) }
    }

    /// Values of a request mapping: none where the source is absent, several for a multi-value query.
    func requestValues(_ source: ParameterSource) -> [[UInt8]] {
        switch source {
        case .literal(let text): return [text]
        case .path(let place): return [pathValue(place)]
        case .query(let name, let multi):
            let found = rawQuery().filter { PercentCoding.decode($0.name) == name }.map {
                PercentCoding.decode($0.value)
            }
            return multi ? found : found.suffix(1)
        case .header(let name, let multi):
            let found = requestHeaders().filter { Self.sameName($0.name, name) }.map(\.value)
            if found.isEmpty { return [] }
            return multi ? [Array(found.joined(separator: [0x2C]))] : found.suffix(1)
        case .body(let path):
            let body = Array((collectedBody ?? ByteBuffer()).readableBytesView)
            guard let path else { return [body] }
            guard let document = try? JSON(parsing: body), let text = path.headerText(in: document) else { return [] }
            return [Array(text.utf8)]
        case .context(let name): return contextValue(name).map { [Array($0.utf8)] } ?? []
        case .responseHeader, .responseBody: return []
        }
    }

    func responseValue(_ source: ParameterSource) -> [UInt8]? {
        switch source {
        case .literal(let text): return text
        case .responseHeader(let name, let multi):
            let found = backendHeaders().filter { Self.sameName($0.name, name) }.map(\.value)
            if found.isEmpty { return nil }
            return multi ? Array(found.joined(separator: [0x2C])) : found.last
        case .responseBody(let path):
            let body = Array(outcome.body.readableBytesView)
            guard let path else { return body }
            guard let document = try? JSON(parsing: body), let text = path.headerText(in: document) else { return nil }
            return Array(text.utf8)
        case .context(let name): return contextValue(name).map { Array($0.utf8) }
        case .path, .query, .header, .body: return nil
        }
    }

    /// The pieces of an address, values percent-encoded where they were not part of a path.
    func bytes(of pieces: [BackendURI.Piece]) -> [UInt8] {
        var result: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let text): result += text
            case .parameter(.path(let place)): result += pathValue(place)
            case .parameter(let source):
                for value in requestValues(source).prefix(1) { result += PercentCoding.encode(value) }
            }
        }
        return result
    }
}

enum PercentCoding {
    /// `%41` → `A`, `+` → space, as in queries. What is not a triplet stays.
    static func decode(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count, let high = ByteScan.hexDigit(bytes[index + 1]),
                let low = ByteScan.hexDigit(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return result
    }

    /// All but RFC 3986's unreserved characters.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
    }
}

extension Substring {
    func trimmingSpace() -> String {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return String(text)
    }
}

extension HTTPPlan {
    /// Whether the head towards the backend can only be written when the client's body is there.
    var needsRequestBody: Bool {
        guard !headers.isEmpty || !query.isEmpty || uri.path.count > 1 else { return false }
        if headers.contains(where: { $0.source.needsRequestBody }) { return true }
        if query.contains(where: { $0.source.needsRequestBody }) { return true }
        return uri.path.contains { piece in
            if case .parameter(let source) = piece { return source.needsRequestBody }
            return false
        }
    }
}

extension JSONPath {
    /// What the path leads to as header text: strings without quotes, everything else as JSON; `nil` where the path
    /// leads nowhere.
    fileprivate func headerText(in document: JSON) -> String? {
        guard let value = try? evaluate(document) else { return nil }
        return value.string ?? value.text()
    }
}
