import ControlAPI

/// What an API says of all its bodies.
struct PayloadSettings: Sendable {
    /// `nil` for an API without binary media types.
    var binaryTypes: BinaryMediaTypes?
    /// Bytes from which answers are compressed; `nil` where they are not.
    var minimumCompressionSize: Int?
    /// Whether responses that could be streamed have to be looked at: they may have to be converted or compressed.
    var changesProxiedResponses = false

    init() {}

    init(_ api: RestApi) {
        if let types = api.binaryMediaTypes, !types.isEmpty { binaryTypes = BinaryMediaTypes(types) }
        minimumCompressionSize = api.minimumCompressionSize.map { max(0, $0) }
        changesProxiedResponses = binaryTypes != nil || minimumCompressionSize != nil
    }
}

/// `binaryMediaTypes`, compared without regard to case. `*/*` stands for all types; other wildcards stand for nothing, as
/// on API Gateway.
struct BinaryMediaTypes: Sendable {
    private let holdsAll: Bool
    private let types: [[UInt8]]

    init(_ types: [String]) {
        let types = types.map { Exchange.mediaType($0) }
        holdsAll = types.contains("*/*")
        self.types = types.filter { $0 != "*/*" }.map { Array($0.utf8) }
    }

    /// Whether the first type of a `Content-Type` or `Accept` value is one of these. Without the header the type is
    /// `application/json`.
    func hold(_ base: UnsafeRawPointer, _ value: ByteSpan?) -> Bool { holdsAll || name(base, value) }

    /// The same, by name: `*/*` names nothing.
    func name(_ base: UnsafeRawPointer, _ value: ByteSpan?) -> Bool {
        guard let value else { return types.contains { $0.elementsEqual("application/json".utf8) } }
        let comma = ByteScan.find(0x2C, base, value.lower, value.upper) ?? value.upper
        let end = ByteScan.find(0x3B, base, value.lower, comma) ?? comma
        let span = ByteScan.trimmed(base, value.lower, end)
        return types.contains { type in
            type.count == span.length
                && type.indices.allSatisfy {
                    type[$0] == ByteScan.lowercased(base.load(fromByteOffset: span.lower + $0, as: UInt8.self))
                }
        }
    }
}

extension HeaderTable {
    func first(_ id: HeaderID) -> HeaderField? {
        for index in 0..<count where self[index].id == id { return self[index] }
        return nil
    }

    /// The values of all fields with this id.
    func values(_ id: HeaderID, _ base: UnsafeRawPointer) -> [String] {
        (0..<count).compactMap { self[$0].id == id ? ByteScan.string(base, self[$0].value) : nil }
    }
}
