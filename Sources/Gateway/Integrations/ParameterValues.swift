import JSON
import NIOCore

/// What mapping expressions read. Off the hot path: only mapped parameters come here.
extension Exchange {
    /// A header's last value in the request, found by name without regard to case. `name` in lower case.
    func requestHeader(_ name: String) -> String? {
        refreshHeaders()
        let table = loop.requestTable
        return withBytes { base in
            for index in (0..<table.count).reversed() where !HeaderTreatment.isDroppedInbound(table[index].id) {
                let name = name.utf8
                let field = table[index]
                guard field.name.length == name.count else { continue }
                let bytes = UnsafeRawBufferPointer(start: base + field.name.lower, count: field.name.length)
                if zip(bytes, name).allSatisfy({ ByteScan.lowercased($0) == $1 }) {
                    return ByteScan.string(base, field.value)
                }
            }
            return nil
        }
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

    /// All but those that API Gateway lets nobody see.
    func requestHeaders() -> [(name: [UInt8], value: [UInt8])] {
        refreshHeaders()
        let table = loop.requestTable
        let fields = withBytes { base in
            Self.fields(table, base, where: { !HeaderTreatment.isDroppedInbound($0) })
        }
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

    static func fields(
        _ table: HeaderTable, _ base: UnsafeRawPointer, where isWanted: (HeaderID) -> Bool = { _ in true }
    ) -> [(name: [UInt8], value: [UInt8])] {
        func copy(_ span: ByteSpan) -> [UInt8] {
            Array(UnsafeRawBufferPointer(start: base + span.lower, count: span.length))
        }
        return (0..<table.count).compactMap { place in
            isWanted(table[place].id) ? (copy(table[place].name), copy(table[place].value)) : nil
        }
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

    /// Values of a request mapping: none where the source is absent, several for a multi-value query. Names of headers
    /// and of the query are compared letter by letter, as API Gateway's mappings and validators do.
    func requestValues(_ source: ParameterSource) -> [[UInt8]] {
        switch source {
        case .literal(let text): return [text]
        case .path(let place): return [pathValue(place)]
        case .pathNamed(let name): return method?.pathParameters.firstIndex(of: name).map { [pathValue($0)] } ?? []
        case .query(let name, let multi):
            let found = rawQuery().filter { PercentCoding.decode($0.name) == name }.map {
                PercentCoding.decode($0.value)
            }
            return multi ? found : found.suffix(1)
        case .header(let name, let multi):
            let found = requestHeaders().filter { $0.name == name }.map(\.value)
            if found.isEmpty { return [] }
            return multi ? [Array(found.joined(separator: [0x2C]))] : found.suffix(1)
        case .body(let path):
            guard let path else {
                let body = MappedBody.trimmed(collectedBody)
                return [body.isEmpty ? Array("{}".utf8) : body]
            }
            guard let document = try? requestDocument(), let text = path.headerText(in: document) else { return [] }
            return [Array(text.utf8)]
        case .context(let name): return contextValue(name).map { [Array($0.utf8)] } ?? []
        case .responseHeader, .responseBody: return []
        }
    }

    /// The client's body as mappings read it, parsed once. Throws ``JSONError``.
    func requestDocument() throws -> JSON {
        if let known = outcome.requestDocument { return known }
        let document = try MappedBody.document(collectedBody)
        outcome.requestDocument = document
        return document
    }

    /// `document` is the backend's body, where one of the mappings reads it.
    func responseValue(_ source: ParameterSource, document: JSON?) -> [UInt8]? {
        switch source {
        case .literal(let text): return text
        case .responseHeader(let name, let multi):
            let found = backendHeaders().filter { $0.name == name }.map(\.value)
            if found.isEmpty { return nil }
            return multi ? Array(found.joined(separator: [0x2C])) : found.last
        case .responseBody(let path):
            guard let path else { return MappedBody.trimmed(outcome.body) }
            guard let document, let text = path.headerText(in: document) else { return nil }
            return Array(text.utf8)
        case .context(let name): return contextValue(name).map { Array($0.utf8) }
        case .path, .pathNamed, .query, .header, .body: return nil
        }
    }

    /// The pieces of an address, values percent-encoded where they were not part of a path.
    func bytes(of pieces: [BackendURI.Piece]) -> [UInt8] {
        var result: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let text): result += text
            case .unmapped(_, let text): result += text
            case .parameter(.path(let place), _): result += pathValue(place)
            case .parameter(let source, _):
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
    static func encode(_ bytes: [UInt8]) -> [UInt8] { encode(bytes) { _ in false } }

    /// For values that are part of a path already: slashes, triplets and all else that may stand in a path stay.
    static func encodePath(_ bytes: [UInt8]) -> [UInt8] {
        encode(bytes) { byte in
            switch byte {
            // ! $ % & ' ( ) * + , / : ; = @
            case 0x21, 0x24...0x2C, 0x2F, 0x3A, 0x3B, 0x3D, 0x40: true
            default: false
            }
        }
    }

    private static func encode(_ bytes: [UInt8], keeping isKept: (UInt8) -> Bool) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
            case _ where isKept(byte): result.append(byte)
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

/// Bodies as mapping expressions read them.
enum MappedBody {
    /// Without white space at either end.
    static func trimmed(_ body: ByteBuffer?) -> [UInt8] {
        guard let body else { return [] }
        let view = body.readableBytesView
        guard let first = view.firstIndex(where: { $0 > 0x20 }), let last = view.lastIndex(where: { $0 > 0x20 }) else {
            return []
        }
        return Array(view[first...last])
    }

    /// API Gateway takes for JSON what begins with a bracket or a quote; anything else, and no body at all, is read as
    /// an object without members. Throws ``JSONError``.
    static func document(_ body: ByteBuffer?) throws -> JSON {
        let text = trimmed(body)
        switch text.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "'"): return try JSON(parsing: text)
        default: return .object(JSONObject())
        }
    }
}

extension JSONPath {
    /// What the path leads to as header text: strings without quotes, everything else as JSON; `nil` where the path
    /// leads nowhere, or to more than a whole body can have.
    fileprivate func headerText(in document: JSON) -> String? {
        guard let value = try? evaluate(document) else { return nil }
        return value.string ?? value.text(atMost: 10 << 20)
    }
}
