extension Evaluator {
    // MARK: #foreach

    func render(_ loop: Loop) throws(TemplateFailure) -> Signal {
        here = loop.position
        let source = try evaluate(loop.source)
        let elements: [Value]
        switch source {
        case .list(let list): elements = list.elements
        case .map(let map): elements = map.entries.map(\.value)
        case .object(let object):
            guard let iterable = object as? IteratorValue else { return .next }
            elements = iterable.remaining()
        default: return .next
        }
        try meter.step(elements.count)
        let names = [loop.variable, "foreach", "velocityCount", "velocityHasNext"]
        let saved = names.map { frame.locals[$0] }
        let home = frame
        let scope = LoopScope(count: elements.count, parent: saved[1])
        try own(scope)
        defer {
            for (name, value) in zip(names, saved) { home.locals[name] = value }
        }
        for (index, element) in elements.prefix(meter.limits.loopRounds).enumerated() {
            scope.index = index
            frame.locals[loop.variable] = element
            frame.locals["foreach"] = .object(scope)
            frame.locals["velocityCount"] = .int(index + 1)
            frame.locals["velocityHasNext"] = .bool(index + 1 < elements.count)
            switch try render(loop.body) {
            case .next: continue
            case .stop: return .stop
            case .leave(let target):
                guard let target, target !== scope else { return .next }
                return .leave(target)
            }
        }
        return .next
    }

    // MARK: Macros

    func render(_ call: MacroCall) throws(TemplateFailure) -> Signal {
        guard let macro = macros[call.name] else {
            try write(call.literal)
            return .next
        }
        here = call.position
        var arguments: [String: Expression] = [:]
        var literals: [String: String] = [:]
        for (parameter, argument) in zip(macro.parameters, call.arguments) {
            arguments[parameter] = argument
            if case .reference(let reference) = argument { literals["$" + parameter] = reference.literal }
        }
        let caller = frame
        let called = Frame(parent: caller, arguments: arguments, literals: literals)
        if let body = call.body {
            try own(caller)
            called.locals["bodyContent"] = .object(BlockValue(body, caller))
        }
        return try enter("#" + call.name) { () throws(TemplateFailure) in
            frame = called
            defer { frame = caller }
            return try inner(render(macro.body))
        }
    }

    /// Runs what may call itself, within the depth that is allowed.
    func enter<Result>(
        _ name: String, _ body: () throws(TemplateFailure) -> Result
    ) throws(TemplateFailure) -> Result {
        guard callDepth < meter.limits.callDepth else {
            throw TemplateFailure(limit: "\(name) calls deeper than \(meter.limits.callDepth)")
        }
        callDepth += 1
        defer { callDepth -= 1 }
        return try body()
    }

    /// A `#break` inside ends here.
    private func inner(_ signal: Signal) -> Signal {
        if case .leave(nil) = signal { return .next }
        return signal
    }

    // MARK: #evaluate

    func evaluateText(_ expression: Expression, _ position: TemplatePosition) throws(TemplateFailure) -> Signal {
        here = position
        let value = try evaluate(expression)
        guard !value.isNull else { return .next }
        let bytes = Array(try ValueText.java(value, self).utf8)
        guard bytes.count <= meter.limits.templateSize else {
            throw TemplateFailure(limit: "#evaluate takes at most \(meter.limits.templateSize) bytes")
        }
        try meter.step(bytes.count)
        let shared = TemplateParser.Shared()
        shared.macros = macros
        var parser = TemplateParser(bytes: bytes, shared: shared, isString: true)
        let nodes: [Node]
        do {
            nodes = try parser.template()
        } catch {
            throw TemplateFailure("#evaluate was given a text that is no template: \(error)")
        }
        macros = shared.macros
        return try enter("#evaluate") { () throws(TemplateFailure) in try inner(render(nodes)) }
    }
}

/// `$foreach`.
final class LoopScope: TemplateObject, TemplateOwned {
    var isOwned = false
    var index = 0
    private let count: Int
    private var parent: Value?

    init(count: Int, parent: Value?) {
        self.count = count
        self.parent = parent
    }

    func dispose() { parent = nil }

    func property(_ name: String, _ evaluator: Evaluator) -> Value? {
        switch name {
        case "index": .int(index)
        case "count": .int(index + 1)
        case "hasNext": .bool(index + 1 < count)
        case "first": .bool(index == 0)
        case "last": .bool(index + 1 == count)
        case "parent": parent
        case "topmost": topmost
        default: nil
        }
    }

    private var topmost: Value {
        var top = self
        while case .object(let object)? = top.parent, let scope = object as? LoopScope { top = scope }
        return .object(top)
    }

    func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) -> Value? {
        guard arguments.isEmpty else { return nil }
        switch method {
        case "hasNext": return property("hasNext", evaluator)
        case "isFirst", "getFirst": return property("first", evaluator)
        case "isLast", "getLast": return property("last", evaluator)
        case "getIndex": return property("index", evaluator)
        case "getCount": return property("count", evaluator)
        case "getParent": return parent
        case "getTopmost": return topmost
        default: return nil
        }
    }

    func text(_ evaluator: Evaluator) -> String { "foreach" }
}

/// A block of `#define`, or the body handed to a macro: rendered each time it is printed, where it was defined.
final class BlockValue: TemplateObject {
    /// Velocity's `directive.define.max.depth`.
    static let maximumDepth = 2

    private(set) var depth = 0
    private let body: [Node]
    private let frame: Evaluator.Frame

    init(_ body: [Node], _ frame: Evaluator.Frame) {
        self.body = body
        self.frame = frame
    }

    func render(_ evaluator: Evaluator) throws(TemplateFailure) {
        try evaluator.enter("a #define block") { () throws(TemplateFailure) in
            let outer = evaluator.frame
            evaluator.frame = frame
            depth += 1
            defer {
                evaluator.frame = outer
                depth -= 1
            }
            _ = try evaluator.render(body)
        }
    }

    func property(_ name: String, _ evaluator: Evaluator) -> Value? { nil }
    func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) throws(TemplateFailure) -> Value? {
        method == "toString" && arguments.isEmpty ? .string(try text(evaluator)) : nil
    }

    func text(_ evaluator: Evaluator) throws(TemplateFailure) -> String {
        let outer = evaluator.output
        evaluator.output = []
        defer { evaluator.output = outer }
        try render(evaluator)
        try evaluator.meter.string(evaluator.output.count)
        return String(decoding: evaluator.output, as: UTF8.self)
    }
}
