/// `java.util.List`, with `count()` as API Gateway's documents have it.
enum ListMethods {
    static func call(
        _ name: String, _ arguments: [Value], on list: ListValue, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Value? {
        switch (name, arguments.count) {
        case ("size", 0), ("count", 0), ("length", 0): return .int(list.elements.count)
        case ("isEmpty", 0): return .bool(list.elements.isEmpty)
        case ("get", 1):
            guard let index = arguments.int(0) else { return nil }
            return list.elements[try bounded(index, list.elements.count)]
        case ("set", 2):
            guard let index = arguments.int(0) else { return nil }
            let place = try bounded(index, list.elements.count)
            let old = list.elements[place]
            list.elements[place] = arguments[1]
            return old
        case ("add", 1):
            list.elements.append(arguments[0])
            return .bool(true)
        case ("add", 2):
            guard let index = arguments.int(0) else { return nil }
            try evaluator.meter.step(list.elements.count)
            list.elements.insert(arguments[1], at: try bounded(index, list.elements.count + 1))
            return .null
        case ("addAll", 1):
            guard let other = elements(arguments[0]) else { return nil }
            try evaluator.meter.step(other.count * 4)
            list.elements.append(contentsOf: other)
            return .bool(!other.isEmpty)
        case ("addAll", 2):
            guard let index = arguments.int(0), let other = elements(arguments[1]) else { return nil }
            try evaluator.meter.step(other.count * 4 + list.elements.count)
            list.elements.insert(contentsOf: other, at: try bounded(index, list.elements.count + 1))
            return .bool(!other.isEmpty)
        case ("remove", 1):
            try evaluator.meter.step(list.elements.count)
            if let index = arguments.int(0) {
                return list.elements.remove(at: try bounded(index, list.elements.count))
            }
            guard let place = try place(of: arguments[0], list, evaluator) else { return .bool(false) }
            list.elements.remove(at: place)
            return .bool(true)
        case ("removeAll", 1), ("retainAll", 1):
            guard let other = elements(arguments[0]) else { return nil }
            let before = list.elements.count
            let others = ListValue(other)
            var kept: [Value] = []
            for element in list.elements
            where try (place(of: element, others, evaluator) != nil) == (name == "retainAll") {
                kept.append(element)
            }
            list.elements = kept
            return .bool(kept.count != before)
        case ("clear", 0):
            list.elements.removeAll()
            return .null
        case ("contains", 1): return .bool(try place(of: arguments[0], list, evaluator) != nil)
        case ("containsAll", 1):
            guard let other = elements(arguments[0]) else { return nil }
            for element in other where try place(of: element, list, evaluator) == nil { return .bool(false) }
            return .bool(true)
        case ("indexOf", 1): return .int(try place(of: arguments[0], list, evaluator) ?? -1)
        case ("lastIndexOf", 1):
            let reversed = ListValue(list.elements.reversed())
            return .int(try place(of: arguments[0], reversed, evaluator).map { list.elements.count - 1 - $0 } ?? -1)
        case ("subList", 2):
            guard let first = arguments.int(0), let last = arguments.int(1) else { return nil }
            guard first >= 0, last <= list.elements.count, first <= last else {
                throw TemplateFailure(
                    "subList(\(first), \(last)) is out of bounds: the list has \(list.elements.count) elements")
            }
            try evaluator.meter.step(last - first)
            return .list(ListValue(Array(list.elements[first..<last])))
        case ("iterator", 0), ("listIterator", 0):
            let iterator = IteratorValue(list.elements)
            try evaluator.own(iterator)
            return .object(iterator)
        case ("toArray", 0): return .list(ListValue(list.elements))
        default: return nil
        }
    }

    /// The elements of a collection.
    static func elements(_ value: Value) -> [Value]? {
        if case .list(let list) = value { return list.elements }
        return nil
    }

    private static func bounded(_ index: Int, _ count: Int) throws(TemplateFailure) -> Int {
        guard index >= 0, index < count else {
            throw TemplateFailure("index \(index) is out of bounds for length \(count)")
        }
        return index
    }

    private static func place(
        of value: Value, _ list: ListValue, _ evaluator: Evaluator
    ) throws(TemplateFailure) -> Int? {
        for (place, element) in list.elements.enumerated() where try ValueComparison.equals(element, value, evaluator) {
            return place
        }
        return nil
    }
}

/// `java.util.Iterator`.
final class IteratorValue: TemplateObject, TemplateOwned {
    var isOwned = false
    private var elements: [Value]
    private var next = 0

    init(_ elements: [Value]) {
        self.elements = elements
    }

    func dispose() {
        elements.removeAll()
        next = 0
    }

    /// What is left; a loop takes it all.
    func remaining() -> [Value] {
        defer { next = elements.count }
        return Array(elements[next...])
    }

    func property(_ name: String, _ evaluator: Evaluator) -> Value? { nil }

    func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) throws(TemplateFailure) -> Value? {
        switch (method, arguments.count) {
        case ("hasNext", 0): return .bool(next < elements.count)
        case ("next", 0):
            guard next < elements.count else { throw TemplateFailure("next(): the iterator is at its end") }
            next += 1
            return elements[next - 1]
        default: return nil
        }
    }

    func text(_ evaluator: Evaluator) -> String { "java.util.Iterator" }
}
