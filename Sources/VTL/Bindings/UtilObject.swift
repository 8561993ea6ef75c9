import Foundation
import JSON

/// `$util`.
final class UtilObject: TemplateObject {
    func property(_ name: String, _ evaluator: Evaluator) -> Value? { nil }

    func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) throws(TemplateFailure) -> Value? {
        guard arguments.count == 1 else { return nil }
        if arguments[0].isNull { return .null }
        let text = try ValueText.java(arguments[0], evaluator)
        try evaluator.meter.step(text.utf8.count >> 4)
        switch method {
        case "escapeJavaScript": return try StringMethods.made(Self.escapeJavaScript(text), evaluator)
        case "parseJson":
            try evaluator.meter.step(text.utf8.count >> 3)
            let json: JSON
            do { json = try JSON(parsing: text) } catch { throw TemplateFailure("$util.parseJson: \(error)") }
            return try Value(json, evaluator.meter)
        case "urlEncode": return try StringMethods.made(Self.urlEncode(text), evaluator)
        case "urlDecode": return try StringMethods.made(try Self.urlDecode(text), evaluator)
        case "base64Encode": return try StringMethods.made(Data(text.utf8).base64EncodedString(), evaluator)
        case "base64Decode":
            return try StringMethods.made(String(decoding: try Self.base64Decode(text), as: UTF8.self), evaluator)
        default: return nil
        }
    }

    func text(_ evaluator: Evaluator) -> String { "util" }

    /// `StringEscapeUtils.escapeJavaScript` of Apache Commons: both quotes, backslash, slash, control characters, and
    /// everything outside ASCII as `\uXXXX` in capitals. `\'` is no JSON: templates replace it by `'`.
    static func escapeJavaScript(_ text: String) -> String {
        var output = ""
        for unit in text.utf16 {
            switch unit {
            case 0x08: output += "\\b"
            case 0x09: output += "\\t"
            case 0x0A: output += "\\n"
            case 0x0C: output += "\\f"
            case 0x0D: output += "\\r"
            case UInt16(UInt8(ascii: "'")): output += "\\'"
            case UInt16(UInt8(ascii: "\"")): output += "\\\""
            case UInt16(UInt8(ascii: "\\")): output += "\\\\"
            case UInt16(UInt8(ascii: "/")): output += "\\/"
            case 0x20..<0x7F: output.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16, uppercase: true)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return output
    }

    /// `URLEncoder.encode` of Java: a blank is `+`; letters, digits and `.-*_` stay.
    static func urlEncode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "*"),
                UInt8(ascii: "_"):
                output.append(byte)
            case 0x20: output.append(UInt8(ascii: "+"))
            default: output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// `URLDecoder.decode` of Java.
    static func urlDecode(_ text: String) throws(TemplateFailure) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var at = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "+"): output.append(0x20)
            case UInt8(ascii: "%"):
                guard at + 2 < bytes.count, let high = digit(bytes[at + 1]), let low = digit(bytes[at + 2]) else {
                    throw TemplateFailure("$util.urlDecode: '%' without two hexadecimal digits")
                }
                output.append(high << 4 | low)
                at += 2
            case let byte: output.append(byte)
            }
            at += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }

    /// Standard base64, with or without padding; white space does not count.
    static func base64Decode(_ text: String) throws(TemplateFailure) -> Data {
        var bytes = text.utf8.filter { $0 > 0x20 && $0 != UInt8(ascii: "=") }
        for place in bytes.indices {
            if bytes[place] == UInt8(ascii: "-") { bytes[place] = UInt8(ascii: "+") }
            if bytes[place] == UInt8(ascii: "_") { bytes[place] = UInt8(ascii: "/") }
        }
        bytes += repeatElement(UInt8(ascii: "="), count: (4 - bytes.count % 4) % 4)
        guard let data = Data(base64Encoded: Data(bytes)) else {
            throw TemplateFailure("$util.base64Decode: the text is no base64")
        }
        return data
    }
}
