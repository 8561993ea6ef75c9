import JSON

/// What the host puts into a template: the values of `$input`, `$context` and so on.
package protocol TemplateBindings {
    func value(of name: String) -> Value?
}

/// A thing made by a template that refers to others: see ``Evaluator/own(_:)``.
protocol TemplateOwned: AnyObject {
    var isOwned: Bool { get set }
    /// Lets go of all that it refers to.
    func dispose()
}

/// Renders one template once.
package final class Evaluator {
    let meter: Meter
    private let bindings: any TemplateBindings
    var macros: [String: Macro]
    let paths: [String: JSONPath]
    var output: [UInt8] = []
    var frame = Frame()
    var callDepth = 0
    /// The reference or directive being worked on, for errors.
    var here = TemplatePosition(line: 1, column: 1)

    init(template: Template, bindings: any TemplateBindings, limits: TemplateLimits) {
        meter = Meter(limits)
        self.bindings = bindings
        macros = template.macros
        paths = template.paths
    }

    /// Variables of the template, or of one call of a macro. A macro's parameters are evaluated each time they are
    /// used, where the macro was called.
    final class Frame: TemplateOwned {
        var isOwned = false
        var locals: [String: Value] = [:]

        func dispose() { locals.removeAll() }

        let parent: Frame?
        let arguments: [String: Expression]
        /// What `$parameter` prints if there is nothing behind it: the reference in the call.
        let literals: [String: String]

        init(parent: Frame? = nil, arguments: [String: Expression] = [:], literals: [String: String] = [:]) {
            self.parent = parent
            self.arguments = arguments
            self.literals = literals
        }
    }

    /// How a node ended.
    enum Signal {
        case next
        /// `#break`: out of the nearest loop, macro or block, or out of a named loop.
        case leave(LoopScope?)
        case stop
    }

    // MARK: What the template has made

    private var owned: [any TemplateOwned] = []

    /// Keeps a thing that may hold itself, or be one of a chain of any length, until the rendering ends.
    func own(_ made: some TemplateOwned) throws(TemplateFailure) {
        guard !made.isOwned else { return }
        made.isOwned = true
        owned.append(made)
        try meter.step(8)
    }

    /// Empties all that was made, one after the other: rings would stay in memory for ever, and letting go of a long
    /// chain at its head would need a stack as long.
    func dispose() {
        for made in owned { made.dispose() }
        frame.locals.removeAll()
    }

    // MARK: Variables

    func variable(_ name: String) throws(TemplateFailure) -> Value {
        var current: Frame? = frame
        while let frame = current {
            // Null, as a loop's element or as an argument, hides what is outside.
            if let value = frame.locals[name] { return value }
            if let argument = frame.arguments[name], let parent = frame.parent {
                return try evaluate(argument, in: parent)
            }
            current = frame.parent
        }
        return bindings.value(of: name) ?? .null
    }

    /// Sets a variable here and, as Velocity does, wherever the macro was called.
    func set(_ name: String, _ value: Value) {
        var current: Frame? = frame
        while let frame = current {
            frame.locals[name] = value
            current = frame.parent
        }
    }

    private func evaluate(_ expression: Expression, in frame: Frame) throws(TemplateFailure) -> Value {
        let mine = self.frame
        self.frame = frame
        defer { self.frame = mine }
        return try evaluate(expression)
    }

    // MARK: Output

    func write(_ bytes: [UInt8]) throws(TemplateFailure) {
        output.append(contentsOf: bytes)
        try checkOutput()
    }

    func write(_ text: String) throws(TemplateFailure) {
        output.append(contentsOf: text.utf8)
        try checkOutput()
    }

    private func checkOutput() throws(TemplateFailure) {
        if output.count > meter.limits.outputSize {
            throw TemplateFailure(limit: "the output is longer than \(meter.limits.outputSize) bytes")
        }
    }

    /// Renders into a string of its own.
    func capture(_ nodes: [Node]) throws(TemplateFailure) -> (text: String, signal: Signal) {
        let outer = output
        output = []
        defer { output = outer }
        let signal = try render(nodes)
        try meter.string(output.count)
        return (String(decoding: output, as: UTF8.self), signal)
    }

    // MARK: Nodes

    func render(_ nodes: [Node]) throws(TemplateFailure) -> Signal {
        for node in nodes {
            let signal = try render(node)
            if case .next = signal { continue }
            return signal
        }
        return .next
    }

    private func render(_ node: Node) throws(TemplateFailure) -> Signal {
        try meter.step()
        switch node {
        case .text(let text):
            try write(text)
        case .reference(let reference):
            try render(reference)
        case .set(let target, let expression, let position):
            here = position
            let value = try evaluate(expression)
            // Velocity leaves a variable as it is when the value is null.
            if !value.isNull { try assign(value, to: target) }
        case .conditional(let branches, let otherwise):
            for branch in branches where try truth(branch.condition) { return try render(branch.body) }
            return try render(otherwise)
        case .loop(let loop):
            return try render(loop)
        case .define(let name, let body):
            try own(frame)
            set(name, .object(BlockValue(body, frame)))
        case .call(let call):
            return try render(call)
        case .evaluate(let expression, let position):
            return try evaluateText(expression, position)
        case .unavailable(let directive, let position):
            here = position
            throw TemplateFailure("\(directive) finds no other template: API Gateway has none; write its text here")
        case .leave(let scope, let position):
            here = position
            guard let scope else { return .leave(nil) }
            guard case .object(let object) = try evaluate(scope), let loop = object as? LoopScope else {
                throw TemplateFailure("#break wants a loop, such as $foreach.parent")
            }
            return .leave(loop)
        case .stop:
            return .stop
        }
        return .next
    }

    private func render(_ reference: Reference) throws(TemplateFailure) {
        let value = try evaluate(reference)
        let isEscaped = reference.escapes % 2 == 1
        let prefix = String(repeating: "\\", count: reference.escapes / 2)
        guard value.isNull || isEscaped else {
            if reference.escapes > 0 { try write(prefix) }
            if case .object(let object) = value, let block = object as? BlockValue {
                // A block that prints itself stops at Velocity's depth, where its own name is printed.
                if block.depth >= BlockValue.maximumDepth { return try write(literal(of: reference)) }
                return try block.render(self)
            }
            return try write(try ValueText.java(value, self))
        }
        if isEscaped {
            try write(prefix + (value.isNull ? "\\" : "") + reference.literal)
        } else {
            // Twice: in front of what is printed as it stands, a backslash escapes nothing.
            try write(prefix + prefix + (reference.isQuiet ? "" : literal(of: reference)))
        }
    }

    private func literal(of reference: Reference) -> String {
        guard reference.steps.isEmpty else { return reference.literal }
        var current: Frame? = frame
        while let frame = current {
            if let literal = frame.literals[reference.literal] { return literal }
            current = frame.parent
        }
        return reference.literal
    }
}
