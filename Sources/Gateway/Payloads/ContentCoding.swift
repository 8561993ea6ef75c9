/// The codings of bodies that API Gateway knows beside `identity` (RFC 9110 section 8.4.1).
enum ContentCoding: String, Sendable, CaseIterable {
    case gzip, deflate

    var name: StaticString {
        switch self {
        case .gzip: "gzip"
        case .deflate: "deflate"
        }
    }

    /// What a message's `Content-Encoding` says of its body.
    enum Announced: Equatable, Sendable {
        /// The body is as it is: no such header, or `identity`.
        case plain
        case coded(ContentCoding)
        /// A coding that is not known, or several on top of another.
        case unknown
    }

    /// Reads the values of all `Content-Encoding` fields of a message. `x-gzip` is another name of gzip.
    static func announced(_ values: [String]) -> Announced {
        var found = Announced.plain
        for value in values {
            for part in value.split(separator: ",") {
                let name = part.trimmingSpace().lowercased()
                if name.isEmpty || name == "identity" { continue }
                guard found == .plain, let coding = named(name) else { return .unknown }
                found = .coded(coding)
            }
        }
        return found
    }

    private static func named(_ name: String) -> ContentCoding? {
        ContentCoding(rawValue: name == "x-gzip" ? "gzip" : name)
    }

    /// The coding that a client with these `Accept-Encoding` values gets; `nil` for identity.
    ///
    /// RFC 9110 section 12.5.3: the greatest weight wins, 0 forbids, `*` stands for all that are not named. Of equal
    /// weights gzip comes before deflate and deflate before identity, which is no better than a coding unless it is named
    /// with a greater weight.
    static func preferred(_ values: [String]) -> ContentCoding? {
        var weights: [String: Int] = [:]
        for value in values {
            for part in value.split(separator: ",") {
                var pieces = part.split(separator: ";").makeIterator()
                guard var name = pieces.next()?.trimmingSpace().lowercased(), !name.isEmpty else { continue }
                if name == "x-gzip" { name = "gzip" }
                var weight = 1000
                while let piece = pieces.next() {
                    let text = piece.trimmingSpace().lowercased()
                    // What is no weight is taken as 0: better not coded than not readable.
                    if text.hasPrefix("q=") { weight = thousandths(text.dropFirst(2)) ?? 0 }
                }
                weights[name] = weight
            }
        }
        var best: ContentCoding?
        var greatest = 0
        for coding in allCases {
            let weight = weights[coding.rawValue] ?? weights["*"] ?? 0
            if weight > greatest { (best, greatest) = (coding, weight) }
        }
        if let identity = weights["identity"], identity > greatest { return nil }
        return best
    }

    /// `0.5` → 500: a weight has at most three digits behind its point and is at most 1.
    private static func thousandths(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole == "0" || whole == "1" else { return nil }
        var value = whole == "1" ? 1000 : 0
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
            var unit = 100
            for digit in parts[1].utf8 {
                value += Int(digit - 0x30) * unit
                unit /= 10
            }
        }
        return value <= 1000 ? value : nil
    }
}

/// Why a coded body cannot be read.
enum ContentCodingError: Error, Hashable, Sendable {
    /// It inflates to more than this many bytes.
    case tooLarge(limit: Int)
    case truncated
    case corrupt(String)
    case noMemory
}

extension ContentCodingError: CustomStringConvertible {
    var description: String {
        switch self {
        case .tooLarge(let limit): "inflates to more than \(limit) bytes"
        case .truncated: "ends within its compressed data"
        case .corrupt(let reason): "is not what its Content-Encoding says: \(reason)"
        case .noMemory: "cannot be inflated: no memory is left for it"
        }
    }
}
