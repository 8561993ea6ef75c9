/// A place in a template. Lines and columns count from 1; columns count characters.
package struct TemplatePosition: Sendable, Hashable {
    package let line: Int
    package let column: Int
}

/// Why a template cannot be parsed or rendered, and where.
package struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The text is no template: found when it is parsed.
        case syntax
        /// A method failed, an index was out of bounds, a template asked for what API Gateway does not have.
        case evaluation
        /// The template asked for a part of the payload, which is no JSON.
        case body
        /// The template ran into one of ``TemplateLimits``.
        case limit
    }

    package let kind: Kind
    package let message: String
    package let position: TemplatePosition

    package var line: Int { position.line }
    package var column: Int { position.column }
    package var description: String { "\(message) at line \(line), column \(column)" }
}

/// What went wrong in a method or a binding, before the evaluator knows where it was called from.
package struct TemplateFailure: Error {
    let kind: TemplateError.Kind
    let message: String

    package init(_ message: String) {
        kind = .evaluation
        self.message = message
    }

    init(body message: String) {
        kind = .body
        self.message = message
    }

    init(limit message: String) {
        kind = .limit
        self.message = message
    }

    func at(_ position: TemplatePosition) -> TemplateError {
        TemplateError(kind: kind, message: message, position: position)
    }
}

/// Bounds of one rendering, so that no template can hang the engine or eat its memory. The counts stand in for time:
/// they do not depend on how busy the machine is.
package struct TemplateLimits: Sendable {
    /// Bytes of a template's text; API Gateway's limit.
    package var templateSize = 300 * 1024
    /// Rounds of one `#foreach`; API Gateway's limit. Like Velocity's `directive.foreach.maxloops`, a loop that would
    /// go on simply ends.
    package var loopRounds = 1_000
    /// Macro calls, `#define` blocks and `#evaluate` inside one another: Velocity's `velocimacro.max.depth`.
    package var callDepth = 20
    /// Nodes evaluated, elements copied, bytes compared and the like. About a second of work.
    package var steps = 4_000_000
    /// Bytes of output; API Gateway's payload limit.
    package var outputSize = 10 << 20
    /// Bytes of all strings that the template builds on its way.
    package var stringBytes = 64 << 20

    package init() {}

    package static let standard = TemplateLimits()
}

/// Counts what a rendering has used.
final class Meter {
    let limits: TemplateLimits
    private var steps = 0
    private var stringBytes = 0

    init(_ limits: TemplateLimits) {
        self.limits = limits
    }

    func step(_ count: Int = 1) throws(TemplateFailure) {
        steps += count
        if steps > limits.steps {
            throw TemplateFailure(limit: "the template needs more than \(limits.steps) steps")
        }
    }

    /// Counts a string that the template has made.
    func string(_ bytes: Int) throws(TemplateFailure) {
        stringBytes += bytes
        if stringBytes > limits.stringBytes {
            throw TemplateFailure(limit: "the template builds more than \(limits.stringBytes) bytes of text")
        }
        try step(bytes >> 6)
    }

    /// Counts a result of which the size is known before it is made.
    func string(_ bytes: Int, times: Int) throws(TemplateFailure) {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: max(times, 0))
        try string(overflow ? limits.stringBytes + 1 : product)
    }
}
