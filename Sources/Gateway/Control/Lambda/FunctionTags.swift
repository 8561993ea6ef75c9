import ControlAPI
import JSON

/// `/2017-03-31/tags/{arn}`: the tags of functions.
enum FunctionTags {
    private static let pattern = "/2017-03-31/tags/{Resource}"

    static let operations: [Operation] = [
        .read("ListTags", "GET", pattern, list),
        .change("TagResource", "POST", pattern, tag),
        .change("UntagResource", "DELETE", pattern, untag),
    ]

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: ["Tags": function(transaction, input).tags])
    }

    static func tag(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var violations = Violations()
        let new = try input.body.stringMap("Tags")
        if new == nil { violations.addNull(at: "tags") }
        try violations.throwIfAny()
        return try change(transaction, input) { $0.merging(new ?? [:]) { $1 } }
    }

    /// Keys that are not there are no error.
    static func untag(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let keys = Set(input.query.filter { $0.name == "tagKeys" }.map(\.value))
        var violations = Violations()
        if keys.isEmpty { violations.addNull(at: "tagKeys") }
        try violations.throwIfAny()
        return try change(transaction, input) { $0.filter { !keys.contains($0.key) } }
    }

    /// Rules of AWS: at most 50 tags, keys of 1–128 characters, values of up to 256, no key of AWS's own.
    static func check(_ tags: [String: String]) throws {
        guard tags.count <= 50 else { throw ApiError.invalidParameter("Number of tags exceeds resource tag limit.") }
        for (key, value) in tags {
            guard (1...128).contains(key.count), value.count <= 256 else {
                throw ApiError.invalidParameter(
                    "Invalid tag '\(key)': keys have 1 to 128 characters and values at most 256")
            }
            guard !key.lowercased().hasPrefix("aws:") else {
                throw ApiError.invalidParameter("Invalid tag '\(key)': keys that begin with aws: are reserved")
            }
        }
    }

    private static func function(_ transaction: Transaction, _ input: OperationInput) throws -> StoredFunction {
        let arn = input.parameter("Resource")
        guard arn.hasPrefix("arn:") else {
            var violations = Violations()
            violations.add(
                arn, at: "resource",
                #"Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|"#
                    + #"(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9-_]+"#)
            try violations.throwIfAny()
            throw ApiError.invalidParameter("Invalid ARN: \(arn)")
        }
        let reference = try FunctionReference(arn, place: transaction.place)
        guard reference.qualifier == nil else {
            throw ApiError.invalidParameter(
                "Tags on function aliases and versions are not supported. Please specify a function ARN.")
        }
        return try transaction.function(reference)
    }

    private static func change(
        _ transaction: Transaction, _ input: OperationInput, _ body: ([String: String]) -> [String: String]
    ) throws -> OperationOutput {
        let before = try function(transaction, input)
        var function = before
        function.tags = body(before.tags)
        try check(function.tags)
        try FunctionTable.put(transaction.db, function)
        try transaction.record(
            Functions.path(function.name) + "/tags", api: nil, before: before.tags, after: function.tags)
        return OperationOutput(204)
    }
}
