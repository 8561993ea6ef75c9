/// One evaluation of a ``JSONPath``, which counts the values it looks at.
struct JSONPathEvaluation {
    let path: JSONPath
    let document: JSON
    private(set) var left: Int
    private let allowed: Int

    init(path: JSONPath, document: JSON, steps: Int) {
        self.path = path
        self.document = document
        left = steps
        allowed = steps
    }

    private mutating func step(_ count: Int = 1) throws(JSONPathError) {
        left -= count
        if left < 0 { throw failure("looks at more than \(allowed) values") }
    }

    private func failure(_ message: String) -> JSONPathError {
        JSONPathError(kind: .evaluation, path: path.text, message: message)
    }

    mutating func result(_ path: JSONPath, from start: JSON) throws(JSONPathError) -> JSON? {
        var tokens = path.tokens[...]
        if case .function(let function, let arguments)? = tokens.last, tokens.contains(where: \.isScan) {
            tokens.removeLast()
            // `$..book.length()` is the number of books, not of lists of books.
            if function == .length || function == .size {
                return .number(JSONNumber(try matches(tokens + [.wildcard], start).count))
            }
            let found = try matches(tokens, start)
            return try apply(function, arguments, to: .array(found), start)
        }
        let found = try matches(tokens, start)
        return path.isDefinite ? found.first : .array(found)
    }

    private mutating func matches(_ tokens: ArraySlice<PathToken>, _ start: JSON) throws(JSONPathError) -> [JSON] {
        var found: [JSON] = []
        try walk(tokens, start, start, &found)
        return found
    }

    /// Follows the tokens from `value`; `current` is what `@` is for a function's arguments.
    private mutating func walk(
        _ tokens: ArraySlice<PathToken>, _ value: JSON, _ current: JSON, _ found: inout [JSON]
    ) throws(JSONPathError) {
        try step()
        guard let token = tokens.first else { return found.append(value) }
        let rest = tokens.dropFirst()
        switch token {
        case .property(let name):
            if let member = value[name] { try walk(rest, member, current, &found) }
        case .properties(let names, let isLast):
            guard let object = value.object else { return }
            let members = names.compactMap { name in object[name].map { (key: name, value: $0) } }
            if isLast { return found.append(.object(JSONObject(members))) }
            for member in members { try walk(rest, member.value, current, &found) }
        case .wildcard:
            switch value {
            case .array(let elements): for element in elements { try walk(rest, element, current, &found) }
            case .object(let object): for member in object.members { try walk(rest, member.value, current, &found) }
            default: break
            }
        case .index(let index):
            try at([index], value, rest, current, &found)
        case .indexes(let indexes):
            try at(indexes, value, rest, current, &found)
        case .slice(let first, let last):
            guard let elements = value.array else { return }
            func place(_ index: Int) -> Int { min(max(index < 0 ? elements.count + index : index, 0), elements.count) }
            let low = place(first ?? 0)
            let high = last.map(place) ?? elements.count
            guard low < high else { return }
            for element in elements[low..<high] { try walk(rest, element, current, &found) }
        case .filter(let filter):
            switch value {
            case .array(let elements):
                for element in elements where try accepts(filter, element) { try walk(rest, element, current, &found) }
            case .object:
                if try accepts(filter, value) { try walk(rest, value, current, &found) }
            default: break
            }
        case .scan(let next):
            try scan(next, rest, value, current, &found)
        case .function(let function, let arguments):
            if let result = try apply(function, arguments, to: value, current) { found.append(result) }
        }
    }

    private mutating func at(
        _ indexes: [Int], _ value: JSON, _ rest: ArraySlice<PathToken>, _ current: JSON, _ found: inout [JSON]
    ) throws(JSONPathError) {
        guard let elements = value.array else { return }
        for index in indexes {
            let place = index < 0 ? elements.count + index : index
            if elements.indices.contains(place) { try walk(rest, elements[place], current, &found) }
        }
    }

    /// The token here, then in each child: what is nearer to the root comes first.
    private mutating func scan(
        _ token: PathToken, _ rest: ArraySlice<PathToken>, _ value: JSON, _ current: JSON, _ found: inout [JSON]
    ) throws(JSONPathError) {
        try step()
        switch (token, value) {
        case (.filter(let filter), .object):
            // Elements of a list are met as children.
            if try accepts(filter, value) { try walk(rest, value, current, &found) }
        case (.filter, _): break
        default: try walk([token] + rest, value, current, &found)
        }
        switch value {
        case .array(let elements): for element in elements { try scan(token, rest, element, current, &found) }
        case .object(let object): for member in object.members { try scan(token, rest, member.value, current, &found) }
        default: break
        }
    }

    // MARK: Functions

    private mutating func apply(
        _ function: PathFunction, _ arguments: [PathOperand], to value: JSON, _ current: JSON
    ) throws(JSONPathError) -> JSON? {
        var values: [JSON] = []
        for argument in arguments { if let value = try operand(argument, current) { values.append(value) } }
        switch function {
        case .length, .size:
            switch values.first ?? value {
            case .array(let elements): return .number(JSONNumber(elements.count))
            case .object(let object): return .number(JSONNumber(object.count))
            case .string(let string) where !values.isEmpty || function == .length:
                return .number(JSONNumber(string.utf16.count))
            default: return nil
            }
        case .keys:
            return value.object.map { .array($0.keys.map { .string($0) }) }
        case .concat:
            var text = ""
            for part in flattened(value.array ?? []) + flattened(values) {
                switch part {
                case .string(let string): text += string
                case .number(let number): text += number.text
                default: break
                }
            }
            try step(text.utf8.count >> 4)
            return .string(text)
        case .append:
            guard let elements = value.array else { return value }
            return .array(elements + values)
        case .first: return value.array?.first
        case .last: return value.array?.last
        case .index:
            guard let elements = value.array, let index = values.first?.int else { return nil }
            let place = index < 0 ? elements.count + index : index
            return elements.indices.contains(place) ? elements[place] : nil
        case .min, .max, .avg, .sum, .stddev:
            let numbers = (flattened(value.array ?? []) + flattened(values)).compactMap(\.double)
            try step(numbers.count)
            guard !numbers.isEmpty else { throw failure("\(function.rawValue)() has no numbers to work on") }
            return JSONNumber(aggregate(function, numbers)).map { .number($0) }
        }
    }

    private func flattened(_ values: [JSON]) -> [JSON] {
        values.flatMap { $0.array ?? [$0] }
    }

    private func aggregate(_ function: PathFunction, _ numbers: [Double]) -> Double {
        let count = Double(numbers.count)
        let sum = numbers.reduce(0, +)
        switch function {
        case .min: return numbers.reduce(.infinity, Swift.min)
        case .max: return numbers.reduce(-.infinity, Swift.max)
        case .avg: return sum / count
        case .stddev:
            let squares = numbers.reduce(0) { $0 + $1 * $1 }
            return (Swift.max(0, squares / count - sum * sum / count / count)).squareRoot()
        default: return sum
        }
    }

    // MARK: Filters

    private mutating func accepts(_ filter: PathFilter, _ value: JSON) throws(JSONPathError) -> Bool {
        try step()
        switch filter {
        case .and(let left, let right):
            guard try accepts(left, value) else { return false }
            return try accepts(right, value)
        case .or(let left, let right):
            if try accepts(left, value) { return true }
            return try accepts(right, value)
        case .not(let filter): return try !accepts(filter, value)
        case .exists(let path):
            guard let found = try follow(path, value) else { return false }
            if !path.isDefinite, case .array(let elements) = found { return !elements.isEmpty }
            return true
        case .compare(let left, let sign, let right):
            if case .pattern(let pattern) = right {
                let subject = try operand(left, value)
                return sign == .matches ? try matches(pattern, subject) : false
            }
            if case .pattern(let pattern) = left {
                let subject = try operand(right, value)
                return sign == .matches ? try matches(pattern, subject) : false
            }
            return try holds(try operand(left, value), sign, try operand(right, value))
        }
    }

    private mutating func operand(_ operand: PathOperand, _ current: JSON) throws(JSONPathError) -> JSON? {
        switch operand {
        case .value(let value): return value
        case .path(let path): return try follow(path, current)
        case .pattern: return nil
        }
    }

    private mutating func follow(_ path: JSONPath, _ current: JSON) throws(JSONPathError) -> JSON? {
        switch path.root {
        case .current: try result(path, from: current)
        case .document: try result(path, from: document)
        }
    }

    private mutating func matches(_ pattern: Pattern, _ value: JSON?) throws(JSONPathError) -> Bool {
        let text: String
        switch value {
        case .string(let string): text = string
        case .number(let number): text = number.text
        case .bool(let bool): text = bool ? "true" : "false"
        default: return false
        }
        var search = PatternSearch(pattern, in: text.unicodeScalars.map(\.value), steps: max(left, 1))
        do {
            let isMatch = try search.matchesWhole()
            try step(search.steps >> 2)
            return isMatch
        } catch let error as JSONPathError {
            throw error
        } catch {
            throw failure("\(error)")
        }
    }

    private mutating func holds(
        _ left: JSON?, _ sign: PathOperator, _ right: JSON?
    ) throws(JSONPathError) -> Bool {
        switch sign {
        case .equal: return same(left, right)
        case .notEqual: return !same(left, right)
        case .identical: return kind(left) == kind(right) && same(left, right)
        case .notIdentical: return !(kind(left) == kind(right) && same(left, right))
        case .less: return order(left, right).map { $0 < 0 } ?? false
        case .lessOrEqual: return order(left, right).map { $0 <= 0 } ?? false
        case .greater: return order(left, right).map { $0 > 0 } ?? false
        case .greaterOrEqual: return order(left, right).map { $0 >= 0 } ?? false
        case .matches:
            guard case .string(let text)? = right, let pattern = try? Pattern(text) else { return false }
            return try matches(pattern, left)
        case .oneOf, .noneOf:
            guard let list = right?.array else { return false }
            try step(list.count)
            return list.contains { same(left, $0) } == (sign == .oneOf)
        case .contains:
            if case .string(let text)? = left, case .string(let part)? = right {
                try step(text.utf8.count >> 4)
                return part.isEmpty || text.utf8.firstRange(of: part.utf8) != nil
            }
            guard let list = left?.array else { return false }
            try step(list.count)
            return list.contains { same($0, right) }
        case .all, .subset, .anyOf, .notAnyOf:
            guard let one = left?.array, let other = right?.array else { return false }
            try step(one.count * other.count)
            switch sign {
            case .all: return other.allSatisfy { wanted in one.contains { same($0, wanted) } }
            case .subset: return one.allSatisfy { wanted in other.contains { same($0, wanted) } }
            case .anyOf: return one.contains { wanted in other.contains { same($0, wanted) } }
            default: return !one.contains { wanted in other.contains { same($0, wanted) } }
            }
        case .size:
            guard let size = right?.int ?? right?.array?.count else { return false }
            return count(left) == size
        case .empty:
            guard let isEmpty = right?.bool, let count = count(left) else { return false }
            return (count == 0) == isEmpty
        case .type:
            guard case .string(let name)? = right else { return false }
            return kind(left) == name
        }
    }

    private func count(_ value: JSON?) -> Int? {
        switch value {
        case .array(let elements): elements.count
        case .object(let object): object.count
        case .string(let string): string.utf16.count
        default: nil
        }
    }

    private func kind(_ value: JSON?) -> String {
        switch value {
        case nil: "undefined"
        case .null?: "null"
        case .bool?: "boolean"
        case .number?: "number"
        case .string?: "string"
        case .array?: "array"
        case .object?: "object"
        }
    }

    /// Numbers by value, also against a number in a string, as Jayway compares them.
    private func same(_ one: JSON?, _ other: JSON?) -> Bool {
        switch (one, other) {
        case (.number(let one)?, .number(let other)?): one.text == other.text || one.double == other.double
        case (.number(let number)?, .string(let string)?), (.string(let string)?, .number(let number)?):
            number.text == string || Double(string) == number.double
        default: one == other
        }
    }

    private func order(_ one: JSON?, _ other: JSON?) -> Int? {
        switch (one, other) {
        case (.number(let one)?, .number(let other)?):
            one.double < other.double ? -1 : one.double > other.double ? 1 : 0
        case (.string(let one)?, .string(let other)?): one < other ? -1 : one == other ? 0 : 1
        default: nil
        }
    }
}
