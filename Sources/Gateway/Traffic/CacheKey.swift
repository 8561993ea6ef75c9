/// What tells the cached answers of a stage apart: verb, namespace and the values of the chosen `cacheKeyParameters`.
/// Of the rest of a request `Accept` alone counts, where the method has several templates or the API binary media types,
/// because the answer's form goes by it; without chosen parameters all requests of a namespace have one answer, also those
/// of other paths of a `{proxy+}` and of other queries.
///
/// A request's key is bytes in which every value stands with its length, so that different requests never have equal
/// ones. Values of queries are compared decoded; a parameter that is absent differs from an empty one.
struct CacheKey: Sendable {
    enum Value: Sendable {
        /// Place in the method's path parameters.
        case path(Int)
        case query(name: [UInt8], multi: Bool)
        /// Name in lower case.
        case header(name: [UInt8], multi: Bool)
        /// A value that is seldom a key and is made as for the backend.
        case source(ParameterSource)
    }

    struct Part: Sendable {
        /// The parameter's name, with its length.
        var name: [UInt8]
        var value: Value
    }

    /// Requests with longer keys are not cached.
    static let longest = 16_384

    /// Namespace with its length, and whether entries are encrypted: a method that begins to encrypt finds nothing of
    /// what it stored in the clear.
    let prefix: [UInt8]
    let parts: [Part]
    /// Whether the answer's template is chosen by `Accept`, which then is part of the key.
    let dependsOnAccept: Bool

    init(
        namespace: String, isEncrypted: Bool, parts: [(name: String, value: Value)], dependsOnAccept: Bool = false
    ) {
        self.dependsOnAccept = dependsOnAccept
        let writer = ByteWriter(capacity: 64)
        func withLength(_ text: String) -> [UInt8] {
            writer.removeAll()
            writer.append(word: text.utf8.count)
            writer.append(text)
            return Array(writer.bytes)
        }
        prefix = [isEncrypted ? 1 : 0] + withLength(namespace)
        self.parts = parts.map { Part(name: withLength($0.name), value: $0.value) }
    }

    /// Seeded anew in each process, so that nobody can choose keys that collide.
    @inline(__always)
    static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

extension Exchange {
    /// Writes the request's key; `false` where it is longer than keys may be.
    func write(_ key: CacheKey, to writer: ByteWriter) -> Bool {
        writer.removeAll()
        writer.append(byte: head.wantedVerb.rawValue)
        writer.append(key.prefix)
        for part in key.parts {
            writer.append(part.name)
            let place = writer.count
            writer.append(word: 0)
            let count: Int
            switch part.value {
            case .path(let index): count = writePath(index, to: writer)
            case .query(let name, let multi): count = writeQuery(name, multi: multi, to: writer)
            case .header(let name, let multi): count = writeHeader(name, multi: multi, to: writer)
            case .source(let source):
                let values = requestValues(source)
                count = values.count
                for value in values {
                    writer.append(word: value.count)
                    writer.append(value)
                }
            }
            writer.store(word: count, at: place)
            if writer.count > CacheKey.longest { return false }
        }
        if key.dependsOnAccept {
            let type = acceptedType
            writer.append(word: type.utf8.count)
            writer.append(type)
        }
        // A client that takes no binary body gets Base64 of it, see `responseConversion`.
        if let types = variant?.payload.binaryTypes { writer.append(byte: acceptsBinary(types) ? 1 : 0) }
        return writer.count <= CacheKey.longest
    }

    private func writePath(_ index: Int, to writer: ByteWriter) -> Int {
        guard index < captures.count else { return 0 }
        writer.append(word: captures[index].length)
        withBytes { writer.append($0, captures[index]) }
        return 1
    }

    private func writeHeader(_ name: [UInt8], multi: Bool, to writer: ByteWriter) -> Int {
        let table = loop.requestTable
        var count = 0
        var last: ByteSpan?
        withBytes { base in
            for index in 0..<table.count {
                let field = table[index]
                guard field.name.length == name.count, Self.equals(base, field.name, name) else { continue }
                last = field.value
                guard multi else { continue }
                writer.append(word: field.value.length)
                writer.append(base, field.value)
                count += 1
            }
            if !multi, let last {
                writer.append(word: last.length)
                writer.append(base, last)
                count = 1
            }
        }
        return count
    }

    /// Whether a span is `word`, which is in lower case.
    @inline(__always)
    private static func equals(_ base: UnsafeRawPointer, _ span: ByteSpan, _ word: [UInt8]) -> Bool {
        for index in 0..<word.count
        where ByteScan.lowercased(base.load(fromByteOffset: span.lower + index, as: UInt8.self)) != word[index] {
            return false
        }
        return true
    }

    private func writeQuery(_ name: [UInt8], multi: Bool, to writer: ByteWriter) -> Int {
        guard head.hasQuery else { return 0 }
        var count = 0
        var last: ByteSpan?
        withBytes { base in
            var start = head.query.lower
            while start < head.query.upper {
                // `;` separates as well as `&`.
                var end = start
                var equals = -1
                while end < head.query.upper {
                    let byte = base.load(fromByteOffset: end, as: UInt8.self)
                    if byte == 0x26 || byte == 0x3B { break }
                    if byte == 0x3D, equals < 0 { equals = end }
                    end += 1
                }
                let nameEnd = equals < 0 ? end : equals
                if Self.decodes(base, ByteSpan(start, nameEnd), to: name) {
                    let value = ByteSpan(equals < 0 ? end : equals + 1, end)
                    last = value
                    if multi {
                        Self.writeDecoded(base, value, to: writer)
                        count += 1
                    }
                }
                start = end + 1
            }
            if !multi, let last {
                Self.writeDecoded(base, last, to: writer)
                count = 1
            }
        }
        return count
    }

    private static func writeDecoded(_ base: UnsafeRawPointer, _ span: ByteSpan, to writer: ByteWriter) {
        let place = writer.count
        writer.append(word: 0)
        var index = span.lower
        while index < span.upper {
            let (byte, next) = decoded(base, index, span.upper)
            writer.append(byte: byte)
            index = next
        }
        writer.store(word: writer.count - place - 4, at: place)
    }

    private static func decodes(_ base: UnsafeRawPointer, _ span: ByteSpan, to name: [UInt8]) -> Bool {
        guard span.length >= name.count else { return false }
        var index = span.lower
        for wanted in name {
            guard index < span.upper else { return false }
            let (byte, next) = decoded(base, index, span.upper)
            guard byte == wanted else { return false }
            index = next
        }
        return index == span.upper
    }

    /// The byte at `index` as ``PercentCoding`` has it, and where the next one begins.
    @inline(__always)
    private static func decoded(_ base: UnsafeRawPointer, _ index: Int, _ end: Int) -> (byte: UInt8, next: Int) {
        let byte = base.load(fromByteOffset: index, as: UInt8.self)
        if byte == 0x2B { return (0x20, index + 1) }
        guard byte == 0x25, index + 2 < end,
            let high = ByteScan.hexDigit(base.load(fromByteOffset: index + 1, as: UInt8.self)),
            let low = ByteScan.hexDigit(base.load(fromByteOffset: index + 2, as: UInt8.self))
        else { return (byte, index + 1) }
        return (high << 4 | low, index + 3)
    }
}
