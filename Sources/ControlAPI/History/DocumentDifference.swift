public import JSON

/// What differs between two JSON documents. Objects are compared member by member, everything else as a whole.
public enum DocumentDifference {
    public struct Change: Sendable, Hashable {
        /// Names from the document's top down; empty for the document itself.
        public var path: [String]
        /// `nil` where it was not there.
        public var before: JSON?
        /// `nil` where it is not there any more.
        public var after: JSON?

        /// `uri`, `integrationResponses.200.selectionPattern`, `requestTemplates["application/json"]`
        public var member: String { DocumentDifference.member(path) }
    }

    /// By name at each level.
    public static func changes(from before: JSON?, to after: JSON?) -> [Change] {
        var found: [Change] = []
        compare(before, after, at: [], &found)
        return found
    }

    private static func compare(_ before: JSON?, _ after: JSON?, at path: [String], _ found: inout [Change]) {
        guard before != after else { return }
        guard case .object(let old) = before, case .object(let new) = after else {
            found.append(Change(path: path, before: before, after: after))
            return
        }
        for name in Set(old.keys).union(new.keys).sorted() {
            compare(old[name], new[name], at: path + [name], &found)
        }
    }

    public static func member(_ path: [String]) -> String {
        path.reduce(into: "") { text, name in
            if name.utf8.allSatisfy(isPlain), !name.isEmpty {
                text += text.isEmpty ? name : "." + name
            } else {
                text += "[\"\(name)\"]"
            }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    /// A value on one line of at most `limit` characters, as differences show it; `none` where there is none.
    public static func brief(_ value: JSON?, limit: Int = 60) -> String {
        guard let value else { return "none" }
        // A string that is long is cut before it is escaped: it may be a template of a megabyte.
        let text =
            switch value {
            case .string(let string): JSON.string(String(string.prefix(limit + 1))).text()
            default: value.text()
            }
        return text.count <= limit ? text : String(text.prefix(max(0, limit - 1))) + "…"
    }
}
