import ControlAPI

/// The `patchOperations` of an `Update…` call.
struct Patch {
    /// One step that passed the model's constraints.
    struct Step {
        let op: String
        let path: String
        let value: String?
        let from: String?

        /// The path's parts, unescaped: `/responseTemplates/application~1json` has `responseTemplates` and
        /// `application/json`.
        var parts: [String] { Patch.parts(path) }
        /// The value, where an empty one counts as none.
        var nonEmptyValue: String? { value?.isEmpty == false ? value : nil }
    }

    private static let ops = ["add", "remove", "move", "test", "replace", "copy"]

    let steps: [Step]

    /// `input` is AWS's name of the request, for example `updateStageInput`; `violations` are those that were found in
    /// the call's path. Throws ``ApiError``.
    init(_ body: RequestBody, input: String, violations: Violations = Violations(), after: Violations? = nil) throws {
        var violations = violations
        let operations = try (body.structures("patchOperations") ?? []).map { one in
            (
                op: try one.string("op"), path: try one.string("path"), value: try one.string("value"),
                from: try one.string("from")
            )
        }
        for (place, operation) in operations.enumerated() {
            violations.check(
                operation.op, at: "\(input).patchOperations.\(place + 1).member.op", oneOf: Self.ops)
        }
        if let after { violations.append(after) }
        try violations.throwIfAny()
        steps = try operations.map { operation in
            guard let op = operation.op else {
                throw ApiError.badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
            }
            guard let path = operation.path, !path.isEmpty else { throw ApiError.badRequest("Invalid patch path null") }
            return Step(op: op, path: path, value: operation.value, from: operation.from)
        }
    }

    /// At least one; a path that does not begin with a slash has nothing but an empty part, which no member is named.
    static func parts(_ path: String) -> [String] {
        guard path.hasPrefix("/") else { return [""] }
        return path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(unescaped)
    }

    private static func unescaped(_ part: Substring) -> String {
        var output = ""
        var rest = part
        while let tilde = rest.firstIndex(of: "~") {
            output += rest[..<tilde]
            let next = rest.index(after: tilde)
            switch next < rest.endIndex ? rest[next] : nil {
            case "1": output += "/"
            case "0": output += "~"
            default:
                output += "~"
                rest = rest[next...]
                continue
            }
            rest = rest[rest.index(after: next)...]
        }
        return output + rest
    }

    static func bool(_ step: Step) throws -> Bool {
        switch step.value?.lowercased() {
        case "true": return true
        case "false": return false
        default:
            throw ApiError.badRequest(
                "Invalid patch value  '\(step.value ?? "null")' specified for path \(step.path). Must be true or false")
        }
    }

    /// `true` in any case is true and all else, also no value, false: AWS takes what it is given for the members of
    /// methods and validators.
    static func flag(_ step: Step) -> Bool { step.value?.lowercased() == "true" }

    static func int(_ step: Step, in range: ClosedRange<Int>) throws -> Int {
        guard let value = step.value.flatMap({ Int($0) }), range.contains(value) else {
            throw ApiError.badRequest(
                "Invalid patch value  '\(step.value ?? "null")' specified for path \(step.path). "
                    + "Must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    static func invalidPath(_ path: String) -> ApiError { .badRequest("Invalid patch path \(path)") }

    static func onlyOps(_ ops: [String]) -> ApiError {
        .badRequest("Invalid patch operation specified. Must be one of: [\(ops.joined(separator: ", "))]")
    }

    /// For the resources whose members can only be replaced (resources, deployments): AWS's two texts, with two blanks.
    static func checkReplaceOnly(_ step: Step, paths: [String]) throws {
        guard step.op == "replace" else {
            throw ApiError.badRequest(
                "Invalid patch path  '\(step.path)' specified for op '\(step.op)'. Please choose supported operations")
        }
        guard paths.contains(step.path) else {
            throw ApiError.badRequest(
                "Invalid patch path  '\(step.path)' specified for op 'replace'. "
                    + "Must be one of: [\(paths.joined(separator: ", "))]")
        }
    }
}

extension Patch {
    /// The text, with two blanks, of resources that list their paths by operation.
    static func invalidPath(_ step: Step, oneOf paths: [String]) -> ApiError {
        .badRequest(
            "Invalid patch path  '\(step.path)' specified for op '\(step.op)'. "
                + "Must be one of: [\(paths.joined(separator: ", "))]")
    }
}
