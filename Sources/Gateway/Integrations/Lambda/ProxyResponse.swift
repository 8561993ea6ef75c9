import JSON
import NIOCore

/// What a function behind `AWS_PROXY` answers ("Output format of a Lambda function for proxy integration"): an object
/// of `statusCode`, `headers`, `multiValueHeaders`, `body` and `isBase64Encoded`, none of which has to be there.
struct ProxyResponse {
    /// 200 where none is given.
    var status = 200
    /// A name may come more than once.
    var headers: [(name: [UInt8], value: [UInt8])] = []
    var body = ""
    var isBase64Encoded = false

    /// Why a payload is none. API Gateway answers 502 and says no more than that it is malformed.
    struct Malformed: Error, Hashable, CustomStringConvertible {
        var description: String
    }

    init(_ payload: ByteBuffer) throws(Malformed) {
        guard payload.readableBytes > 0 else { throw Malformed(description: "the payload is empty") }
        let document: JSON
        do {
            document = try JSON(parsing: payload.readableBytesView)
        } catch {
            throw Malformed(description: "the payload is no JSON: \(error)")
        }
        guard case .object(let members) = document else {
            throw Malformed(description: "the payload has to be an object")
        }
        var single = JSONObject()
        var multi = JSONObject()
        for (key, value) in members.members {
            switch key {
            case "statusCode": status = try Self.status(value)
            case "headers": single = try Self.map(value, key)
            case "multiValueHeaders": multi = try Self.map(value, key)
            case "body": body = try Self.body(value)
            case "isBase64Encoded": isBase64Encoded = try Self.flag(value)
            default: throw Malformed(description: "\"\(key.prefix(100))\" is no member of a proxy response")
            }
        }
        try merge(multi, single)
    }

    /// An integer, or a string of its digits. A response cannot end with an interim status.
    private static func status(_ value: JSON) throws(Malformed) -> Int {
        let number: Int?
        switch value {
        case .null: return 200
        case .number(let text): number = text.int
        case .string(let text): number = text.utf8.count <= 3 ? Int(text) : nil
        default: number = nil
        }
        guard let number, (200...599).contains(number) else {
            throw Malformed(description: "statusCode has to be an integer from 200 to 599")
        }
        return number
    }

    private static func map(_ value: JSON, _ name: String) throws(Malformed) -> JSONObject {
        switch value {
        case .null: return JSONObject()
        case .object(let object): return object
        default: throw Malformed(description: "\(name) has to be an object")
        }
    }

    private static func body(_ value: JSON) throws(Malformed) -> String {
        switch value {
        case .null: return ""
        case .string(let text): return text
        default: throw Malformed(description: "body has to be a string: write it as JSON text")
        }
    }

    private static func flag(_ value: JSON) throws(Malformed) -> Bool {
        switch value {
        case .null: return false
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"): return false
        default: throw Malformed(description: "isBase64Encoded has to be true or false")
        }
    }

    /// Values of a name in both maps come together, those of `multiValueHeaders` first; a pair that is in both comes
    /// once.
    private mutating func merge(_ multi: JSONObject, _ single: JSONObject) throws(Malformed) {
        for (name, values) in multi.members {
            guard case .array(let values) = values else {
                throw Malformed(description: "multiValueHeaders: \"\(name.prefix(100))\" has to be a list")
            }
            for value in values {
                guard let text = try Self.text(value, of: name) else { continue }
                headers.append((Array(name.utf8), text))
            }
        }
        let listed = single.isEmpty ? [] : Set(headers.map(Self.pair))
        for (name, value) in single.members {
            guard let text = try Self.text(value, of: name) else { continue }
            let header = (name: Array(name.utf8), value: text)
            if !listed.contains(Self.pair(header)) { headers.append(header) }
        }
    }

    /// Name and value to compare by, the name without regard to case.
    private static func pair(_ header: (name: [UInt8], value: [UInt8])) -> [UInt8] {
        header.name.map(ByteScan.lowercased) + [0x3A] + header.value
    }

    /// Strings, numbers and booleans; `nil` for null, which is no header.
    private static func text(_ value: JSON, of name: String) throws(Malformed) -> [UInt8]? {
        switch value {
        case .null: return nil
        case .string(let text): return Array(text.utf8)
        case .number(let number): return Array(number.text.utf8)
        case .bool(let flag): return Array((flag ? "true" : "false").utf8)
        case .array, .object:
            throw Malformed(description: "the header \"\(name.prefix(100))\" has to be a string, a number or a boolean")
        }
    }
}
