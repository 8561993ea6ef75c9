import JSON

/// A piece of a template. The tree is built once, when an API is deployed, and shared by every request after that.
indirect enum Node: Sendable {
    case text([UInt8])
    case reference(Reference)
    case set(Reference, Expression, TemplatePosition)
    case conditional([Branch], otherwise: [Node])
    case loop(Loop)
    case define(name: String, body: [Node])
    case call(MacroCall)
    case evaluate(Expression, TemplatePosition)
    /// `#parse` and `#include`: API Gateway has no other templates to read.
    case unavailable(String, TemplatePosition)
    /// `#break`, or `#break($foreach.parent)`.
    case leave(Expression?, TemplatePosition)
    case stop
}

/// `#if` or `#elseif` with its body.
struct Branch: Sendable {
    let condition: Expression
    let body: [Node]
}

/// `#foreach( $variable in source )`.
struct Loop: Sendable {
    let variable: String
    let source: Expression
    let body: [Node]
    let position: TemplatePosition
}

/// `#macro( name $parameter … )`.
struct Macro: Sendable {
    let name: String
    let parameters: [String]
    let body: [Node]
}

/// `#name( … )`. Whether a macro has that name is only known when the call is rendered; if none has, its own text is
/// printed.
final class MacroCall: Sendable {
    let name: String
    let arguments: [Expression]
    /// The block of `#@name( … ) … #end`, which the macro prints with `$bodyContent`.
    let body: [Node]?
    let literal: [UInt8]
    let position: TemplatePosition

    init(name: String, arguments: [Expression], body: [Node]?, literal: [UInt8], position: TemplatePosition) {
        self.name = name
        self.arguments = arguments
        self.body = body
        self.literal = literal
        self.position = position
    }
}

/// `$root.step…`, with everything that is needed to print it when there is nothing behind it.
final class Reference: Sendable {
    enum Step: Sendable {
        case property(String)
        case method(String, [Expression])
        case index(Expression)
    }

    let root: String
    let steps: [Step]
    /// `$!root`: prints nothing instead of itself.
    let isQuiet: Bool
    /// Backslashes before the `$`.
    let escapes: Int
    /// The text from the `$` on.
    let literal: String
    let position: TemplatePosition

    init(root: String, steps: [Step], isQuiet: Bool, escapes: Int, literal: String, position: TemplatePosition) {
        self.root = root
        self.steps = steps
        self.isQuiet = isQuiet
        self.escapes = escapes
        self.literal = literal
        self.position = position
    }
}

indirect enum Expression: Sendable {
    /// A bare word among a method's arguments, such as `null`.
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    /// A string in double quotes that holds references or directives.
    case interpolated([Node])
    case list([Expression])
    case map([(key: Expression, value: Expression)])
    case range(Expression, Expression, TemplatePosition)
    case reference(Reference)
    case not(Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case compare(Comparison, Expression, Expression)
    case arithmetic(Arithmetic)

    enum Comparison: Sendable {
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    }

    /// `left operation right`. The literals are what `+` puts into a string for an operand that is null.
    final class Arithmetic: Sendable {
        let operation: UInt8
        let left: Expression
        let right: Expression
        let leftLiteral: String
        let rightLiteral: String
        let position: TemplatePosition

        init(
            _ operation: UInt8, _ left: Expression, _ right: Expression, leftLiteral: String, rightLiteral: String,
            position: TemplatePosition
        ) {
            self.operation = operation
            self.left = left
            self.right = right
            self.leftLiteral = leftLiteral
            self.rightLiteral = rightLiteral
            self.position = position
        }
    }
}
