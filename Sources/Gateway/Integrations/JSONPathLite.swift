import JSON

/// The JSONPath that parameter mappings take: members and indices, `a.b[0].c`, also `['a b']`.
struct JSONPathLite: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
    }

    private var steps: [Step] = []

    init(_ text: String, target: String) throws {
        func fault() -> PlanError {
            .mapping(target: target, expression: text, reason: "the JSON path is not understood")
        }
        var rest = Substring(text)
        if rest.hasPrefix("$.") { rest = rest.dropFirst(2) } else if rest.hasPrefix("$[") { rest = rest.dropFirst(1) }
        while !rest.isEmpty {
            if rest.first == "[" {
                guard let close = rest.firstIndex(of: "]") else { throw fault() }
                let inner = rest[rest.index(after: rest.startIndex)..<close]
                if let index = Int(inner), index >= 0 {
                    steps.append(.index(index))
                } else if inner.count >= 2, let quote = inner.first, quote == "'" || quote == "\"", inner.last == quote
                {
                    steps.append(.member(String(inner.dropFirst().dropLast())))
                } else {
                    throw fault()
                }
                rest = rest[rest.index(after: close)...]
                if rest.first == "." { rest = rest.dropFirst() }
            } else {
                let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
                guard end > rest.startIndex else { throw fault() }
                steps.append(.member(String(rest[..<end])))
                rest = rest[end...]
                if rest.first == "." {
                    rest = rest.dropFirst()
                    guard !rest.isEmpty else { throw fault() }
                }
            }
        }
    }

    /// The value as header text: strings without quotes, everything else as JSON; `nil` where the path leads nowhere.
    func text(in document: JSON) -> String? {
        var value = document
        for step in steps {
            switch (step, value) {
            case (.member(let name), .object(let object)):
                guard let member = object[name] else { return nil }
                value = member
            case (.index(let index), .array(let list)):
                guard index < list.count else { return nil }
                value = list[index]
            default: return nil
            }
        }
        if case .string(let text) = value { return text }
        return value.text()
    }
}
