/// What an invocation calls a function by: `name`, `name:qualifier`, `account:function:name[:qualifier]` or
/// `arn:{partition}:lambda:{region}:{account}:function:name[:qualifier]`.
struct FunctionReference: Hashable {
    var name: String
    var qualifier: String?
    /// Where the reference names them.
    var region: String?
    var account: String?

    /// Throws ``InvocationRefusal``.
    init(_ text: String, qualifier other: String? = nil) throws {
        guard text.utf8.count <= 256 else { throw InvocationRefusal.malformedName(String(text.prefix(256))) }
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        if parts.count >= 7, parts[0] == "arn", parts[2] == "lambda", parts[5] == "function" {
            region = String(parts[3])
            account = String(parts[4])
            parts = parts[6...]
        } else if parts.count >= 3, parts[1] == "function" {
            account = String(parts[0])
            parts = parts[2...]
        }
        guard parts.count <= 2, let name = parts.first, Self.isName(name),
            parts.dropFirst().allSatisfy(Self.isQualifier)
        else { throw InvocationRefusal.malformedName(text) }
        self.name = String(name)
        qualifier = parts.dropFirst().first.map(String.init)
        if let other, !other.isEmpty {
            guard qualifier == nil || qualifier == other else { throw InvocationRefusal.qualifiersDiffer }
            qualifier = other
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 140 && text.utf8.allSatisfy(isNameByte)
    }

    private static func isQualifier(_ text: Substring) -> Bool {
        text == "$LATEST" || isName(text)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
