import JSON

/// The methods of `java.lang.String` that take a regular expression.
enum StringPatterns {
    static func call(
        _ name: String, _ arguments: [Value], on string: String, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Value? {
        guard let regex = arguments.string(0) else { return nil }
        let subject = string.unicodeScalars.map(\.value)
        try evaluator.meter.step(regex.utf8.count + subject.count >> 3)
        do throws(any Error) {
            let pattern = try Pattern(regex)
            var search = PatternSearch(pattern, in: subject)
            let result: Value
            switch name {
            case "matches": result = .bool(try search.matchesWhole())
            case "split":
                guard let limit = arguments.count == 2 ? arguments.int(1) : 0 else { return nil }
                result = .list(ListValue(try split(subject, &search, limit).map { .string(text(of: $0)) }))
            default:
                guard let replacement = arguments.string(1) else { return nil }
                let replaced = try replace(
                    subject, &search, Array(replacement.unicodeScalars.map(\.value)), all: name == "replaceAll",
                    evaluator)
                result = .string(text(of: replaced[...]))
            }
            try evaluator.meter.step(search.steps >> 2)
            return result
        } catch let failure as TemplateFailure {
            throw failure
        } catch {
            throw TemplateFailure("\(name): \(error)")
        }
    }

    private static func text(of scalars: some Sequence<UInt32>) -> String {
        var text = String.UnicodeScalarView()
        for scalar in scalars { text.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
        return String(text)
    }

    /// Java's `split`: no empty strings at the end unless the limit is negative, none at the start for an empty match.
    private static func split(
        _ subject: [UInt32], _ search: inout PatternSearch, _ limit: Int
    ) throws -> [ArraySlice<UInt32>] {
        var parts: [ArraySlice<UInt32>] = []
        var start = 0
        var at = 0
        while limit <= 0 || parts.count < limit - 1, let match = try search.find(from: at) {
            let isEmptyAtStart = match.range.isEmpty && match.range.lowerBound == 0
            if match.range.isEmpty, match.range.lowerBound >= subject.count { break }
            if !isEmptyAtStart, !(match.range.upperBound == 0) {
                parts.append(subject[start..<match.range.lowerBound])
                start = match.range.upperBound
            }
            at = match.range.isEmpty ? match.range.upperBound + 1 : match.range.upperBound
        }
        if parts.isEmpty, start == 0 { return [subject[...]] }
        parts.append(subject[start...])
        if limit == 0 {
            while parts.count > 1 || !parts.isEmpty, parts.last?.isEmpty == true { parts.removeLast() }
        }
        return parts
    }

    private static func replace(
        _ subject: [UInt32], _ search: inout PatternSearch, _ replacement: [UInt32], all: Bool, _ evaluator: Evaluator
    ) throws -> [UInt32] {
        var output: [UInt32] = []
        var copied = 0
        var at = 0
        while at <= subject.count, let match = try search.find(from: at) {
            let before = output.count
            output += subject[copied..<match.range.lowerBound]
            try expand(replacement, match, subject, into: &output)
            try evaluator.meter.string(output.count - before)
            copied = match.range.upperBound
            at = match.range.isEmpty ? copied + 1 : copied
            if !all { break }
        }
        output += subject[copied...]
        try evaluator.meter.string(output.count)
        return output
    }

    /// `$1` and `${name}` stand for groups, a backslash takes the next character as it is.
    private static func expand(
        _ replacement: [UInt32], _ match: PatternMatch, _ subject: [UInt32], into output: inout [UInt32]
    ) throws {
        var at = 0
        while at < replacement.count {
            let scalar = replacement[at]
            at += 1
            if scalar == 0x5C {
                guard at < replacement.count else { throw TemplateFailure("the replacement ends in a backslash") }
                output.append(replacement[at])
                at += 1
            } else if scalar == 0x24 {
                let group: Int
                if at < replacement.count, replacement[at] == 0x7B,
                    let end = replacement[at...].firstIndex(of: 0x7D)
                {
                    let name = text(of: replacement[at + 1..<end])
                    guard let named = match.names[name] else {
                        throw TemplateFailure("the pattern has no group named '\(name)'")
                    }
                    group = named
                    at = end + 1
                } else {
                    guard at < replacement.count, (0x30...0x39).contains(replacement[at]) else {
                        throw TemplateFailure("'$' in a replacement wants the number of a group; write \\$ for itself")
                    }
                    var number = Int(replacement[at] - 0x30)
                    guard number < match.groups.count else {
                        throw TemplateFailure("the pattern has no group \(number)")
                    }
                    at += 1
                    while at < replacement.count, (0x30...0x39).contains(replacement[at]),
                        number * 10 + Int(replacement[at] - 0x30) < match.groups.count
                    {
                        number = number * 10 + Int(replacement[at] - 0x30)
                        at += 1
                    }
                    group = number
                }
                if let range = match.groups[group] { output += subject[range] }
            } else {
                output.append(scalar)
            }
        }
    }
}
