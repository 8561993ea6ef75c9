import ControlAPI
import JSON

/// `/restapis/{restapi_id}/models`.
enum Models {
    private static let pattern = "/restapis/{restapi_id}/models"

    static let operations: [Operation] = [
        .change("CreateModel", "POST", pattern, create),
        .read("GetModels", "GET", pattern, list),
        .read("GetModel", "GET", pattern + "/{model_name}", get),
        .change("UpdateModel", "PATCH", pattern + "/{model_name}", update),
        .change("DeleteModel", "DELETE", pattern + "/{model_name}", delete),
        .read("GetModelTemplate", "GET", pattern + "/{model_name}/default_template", template),
    ]

    private static func path(api: String, _ name: String) -> String { "/restapis/\(api)/models/\(name)" }

    /// Refuses a method that names a model which its API does not have.
    static func check(_ name: String, api: String, _ transaction: Transaction) throws {
        guard try ModelTable.exists(transaction.db, api: api, name) else {
            throw ApiError.badRequest("Invalid model identifier specified: \(name)")
        }
    }

    /// AWS names the model, also where it is the API that does not exist.
    private static func find(_ transaction: Transaction, _ input: OperationInput) throws -> Model {
        let name = input.parameter("model_name")
        guard let model = try ModelTable.find(transaction.db, api: input.parameter("restapi_id"), name) else {
            throw ApiError.notFound("Invalid model name specified: \(name)")
        }
        return model
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let name = try input.body.string("name")
        let description = try input.body.string("description")
        let schema = try input.body.string("schema")
        let contentType = try input.body.string("contentType")
        var violations = Violations()
        if name == nil { violations.addNull(at: "createModelInput.name") }
        if contentType == nil { violations.addNull(at: "createModelInput.contentType") }
        try violations.throwIfAny()

        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        guard let name, !name.isEmpty else { throw ApiError.badRequest("Model name must be non-empty") }
        guard name.utf8.allSatisfy(isAlphanumeric) else {
            throw ApiError.badRequest("Model name must be alphanumeric: \(name)")
        }
        guard try !ModelTable.exists(transaction.db, api: api, name) else {
            throw ApiError.conflict("Model name already exists for this REST API")
        }
        let model = Model(
            id: Ids.make(length: 6), name: name, schema: schema, contentType: contentType,
            description: description.flatMap { $0.isEmpty ? nil : $0 })
        try ContentType.check(contentType ?? "")
        try check(model, api: api, transaction)
        try ModelTable.put(transaction.db, api: api, model)
        try transaction.record(path(api: api, name), api: api, after: model)
        return try OperationOutput(201, encoding: model)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func check(_ model: Model, api: String, _ transaction: Transaction) throws {
        try ModelSchema.check(model, api: api) { try ModelTable.find(transaction.db, api: api, $0)?.schema }
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let paging = try Paging(input)
        let found = try ModelTable.list(
            transaction.db, api: api, after: paging.position ?? "", limit: paging.limit + 1)
        return try OperationOutput(200, encoding: paging.page(found.map { ($0.name, $0) }))
    }

    /// `flatten=true` puts the models that the schema refers to into its own `definitions`.
    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var model = try find(transaction, input)
        if input.query("flatten")?.lowercased() == "true" {
            let api = input.parameter("restapi_id")
            model.schema = try FlatSchema.text(of: model, api: api) {
                try ModelTable.find(transaction.db, api: api, $0)?.schema
            }
        }
        return try OperationOutput(200, encoding: model)
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateModelInput")
        let api = input.parameter("restapi_id")
        let before = try find(transaction, input)
        var model = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/description", "/schema"])
            if step.path == "/schema" {
                model.schema = step.value
            } else {
                model.description = step.nonEmptyValue
            }
        }
        try check(model, api: api, transaction)
        try ModelTable.put(transaction.db, api: api, model)
        try transaction.record(path(api: api, model.name), api: api, before: before, after: model)
        return try OperationOutput(200, encoding: model)
    }

    /// Refused while a method or, which is not recorded and so a choice, another model refers to it.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let model = try find(transaction, input)
        if let user = try user(of: model.name, api: api, transaction) {
            throw ApiError.conflict("Cannot delete model '\(model.name)', is referenced in \(user)")
        }
        try ModelTable.delete(transaction.db, api: api, model.name)
        try transaction.record(path(api: api, model.name), api: api, before: model)
        return .accepted
    }

    private static func user(of name: String, api: String, _ transaction: Transaction) throws -> String? {
        let requests = try MethodUse.last(in: api, transaction) { $0.requestModels?.values.contains(name) == true }
        if let requests { return "method request: \(requests)" }
        let responses = try MethodUse.last(in: api, transaction) { method in
            method.methodResponses?.values.contains { $0.responseModels?.values.contains(name) == true } == true
        }
        if let responses { return "method response: \(responses)" }
        let reference = ModelReference.uri(api: api, name)
        let other = try ModelTable.list(transaction.db, api: api).first { other in
            other.name != name && other.schema?.contains(reference) == true
                && ModelSchema.references(other).contains(reference)
        }
        return other.map { "model: \($0.name)" }
    }

    static func template(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let model = try find(transaction, input)
        let api = input.parameter("restapi_id")
        let schema = try FlatSchema.value(of: model, api: api) {
            try ModelTable.find(transaction.db, api: api, $0)?.schema
        }
        return OperationOutput(200, ["value": .string(SkeletonTemplate.text(schema))])
    }
}

/// The two models that every API has from the start.
enum DefaultModels {
    static func insert(api: String, _ transaction: Transaction) throws {
        for (name, description, schema) in [
            ("Empty", "This is a default empty schema model", empty),
            ("Error", "This is a default error schema model", error),
        ] {
            let model = Model(
                id: Ids.make(length: 6), name: name, schema: schema, contentType: "application/json",
                description: description)
            try ModelTable.put(transaction.db, api: api, model)
        }
    }

    private static let empty = """
        {
          "$schema": "http://json-schema.org/draft-04/schema#",
          "title": "Empty Schema",
          "type": "object"
        }
        """

    private static let error = """
        {
          "$schema": "http://json-schema.org/draft-04/schema#",
          "title": "Error Schema",
          "type": "object",
          "properties": {
            "message": {
              "type": "string"
            }
          }
        }
        """
}
