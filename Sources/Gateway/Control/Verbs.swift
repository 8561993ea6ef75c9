/// The verbs that methods and integrations may have.
enum Verbs {
    static let all = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"]

    static let refusal = ApiError.badRequest(
        "Invalid HttpMethod specified. Valid options are \(all.joined(separator: ","))")

    static func check(_ verb: String) throws {
        guard all.contains(verb) else { throw refusal }
    }
}

/// Keys of templates and models: `type/subtype`, or `$default`.
enum ContentType {
    static func check(_ type: String) throws {
        guard isValid(type) else {
            throw ApiError.badRequest(
                "Validation Result: warnings : [], errors : [Invalid content type specified: \(type)]")
        }
    }

    private static func isValid(_ type: String) -> Bool {
        if type == "$default" { return true }
        let mime = type.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let halves = mime.split(separator: "/", omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isToken) }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$&^_.+-*".utf8.contains(byte)
        }
    }
}
