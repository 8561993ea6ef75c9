/// A JSON Schema of draft 4, compiled once and used for every instance: keywords read, patterns compiled, references
/// followed.
///
/// API Gateway checks request bodies with a Java library (java-json-tools/json-schema-validator). Where draft 4 leaves
/// something open, this does as that library does: `1.0` is a number and no integer, patterns are ECMA 262's, unknown
/// keywords and formats are passed over, and ``validate(_:)`` gives its texts in its order.
public struct JSONSchema: Sendable {
    let nodes: [SchemaNode]
    let limits: JSONSchemaLimits

    /// Compiles a schema. `resolve` is asked for each other document that a `$ref` names, with its absolute URI and no
    /// fragment: `https://apigateway.amazonaws.com/restapis/{api}/models/{name}` for a model of an API. The draft 4
    /// schema itself needs no resolver. `uri` is where the document stands, if it is known.
    ///
    /// Throws ``JSONSchemaError/schema(message:place:)``.
    public init(
        _ document: JSON, uri: String = "", limits: JSONSchemaLimits = .standard,
        resolve: (String) -> JSON? = { _ in nil }
    ) throws(JSONSchemaError) {
        var documents = SchemaDocuments(limits: limits)
        try documents.add(document, uri: uri)
        var compiler = SchemaCompiler(documents: documents, limits: limits)
        nodes = try compiler.compile(uri: uri, resolve: resolve)
        self.limits = limits
    }

    /// Whether an instance is valid. Stops at the first violation. Throws if a limit is reached first.
    public func isValid(_ instance: JSON) throws(JSONSchemaError) -> Bool {
        var validator = SchemaValidator(self, collects: false)
        return try validator.visit(0, instance, depth: 0)
    }

    /// What is wrong with an instance; empty if it is valid. Throws if a limit is reached first.
    ///
    /// As in the library that AWS uses, the keywords of one schema are reported in the order of their names, the
    /// members and elements of a value are looked at only while nothing was found wrong, and a failed `allOf`, `anyOf`,
    /// `oneOf` or `not` is one violation.
    public func validate(_ instance: JSON) throws(JSONSchemaError) -> [JSONSchemaViolation] {
        // Most instances are valid, which takes less than a report.
        if try isValid(instance) { return [] }
        var validator = SchemaValidator(self, collects: true)
        _ = try validator.visit(0, instance, depth: 0)
        return validator.violations
    }

    /// Violations as `$context.error.validationErrorString` has them: `[first, second]`.
    public static func errorString(_ violations: [JSONSchemaViolation]) -> String {
        "[" + violations.map(\.message).joined(separator: ", ") + "]"
    }
}

/// One thing that is wrong with an instance.
public struct JSONSchemaViolation: Sendable, Hashable {
    /// The text that AWS gives, for example `object has missing required properties (["type"])`.
    public let message: String
    public let keyword: String
    /// The JSON pointer of the value in the instance, empty for the instance itself.
    public let pointer: String
}

/// Why a schema cannot be used, or why a validation was given up.
public enum JSONSchemaError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place is the document's URI, `#`, and the JSON pointer of the faulty keyword or schema.
    case schema(message: String, place: String)
    /// The instance takes more work than ``JSONSchemaLimits/steps``.
    case tooManySteps(Int)
    /// Schemas apply inside one another deeper than ``JSONSchemaLimits/depth``.
    case tooDeep(Int)

    public var description: String {
        switch self {
        case .schema(let message, let place): "JSON schema: \(message) at \(place)"
        case .tooManySteps(let steps): "JSON schema: gave up the validation after \(steps) steps"
        case .tooDeep(let depth): "JSON schema: gave up the validation at a depth of \(depth) schemas"
        }
    }
}

/// Bounds on schemas and validations, so that neither a model nor a body can exhaust an engine.
public struct JSONSchemaLimits: Sendable {
    /// Schemas in all documents that a schema reaches.
    public var schemas: Int
    /// Instructions of all patterns; `a{1000}` has some thousand.
    public var instructions: Int
    /// Documents that a schema reaches.
    public var documents: Int
    /// Schemas that apply inside one another while an instance is validated: one for each level of the instance, one
    /// for each `allOf`, `$ref` and the like on the way.
    public var depth: Int
    /// Schemas, keywords and pattern steps of one validation. The standard lets a body of 10 MB through an ordinary
    /// schema and ends after about a second at the worst.
    public var steps: Int
    /// Violations that are reported.
    public var violations: Int
    /// Bytes that one value takes in a message, or one name in a pointer; what is longer is cut.
    public var valueBytes: Int

    public init(
        schemas: Int = 20_000, instructions: Int = 500_000, documents: Int = 500, depth: Int = 2_000,
        steps: Int = 20_000_000,
        violations: Int = 100, valueBytes: Int = 1_024
    ) {
        self.schemas = schemas
        self.instructions = instructions
        self.documents = documents
        self.depth = depth
        self.steps = steps
        self.violations = violations
        self.valueBytes = valueBytes
    }

    public static let standard = JSONSchemaLimits()
}
