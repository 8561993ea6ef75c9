import ControlAPI
import JSON

/// What `cloneFrom` of `CreateRestApi` takes over: the tree, with new ids, and all that its methods refer to.
struct RestApiClone {
    let original: String
    let copy: RestApi
    let transaction: Transaction

    func run() throws {
        try copyModels()
        for (type, response) in try GatewayResponseTable.all(transaction.db, api: original) {
            try GatewayResponseTable.put(transaction.db, api: copy.id, type: type, response)
        }
        for part in try DocumentationPartTable.list(transaction.db, api: original) {
            var part = part
            part.id = try transaction.newId(length: 6) {
                try DocumentationPartTable.exists(transaction.db, api: copy.id, $0)
            }
            try DocumentationPartTable.put(transaction.db, api: copy.id, part)
        }
        try copyTree(validators: try copyValidators(), authorizers: try copyAuthorizers())
    }

    /// References between the models follow to the new API.
    private func copyModels() throws {
        for model in try ModelTable.list(transaction.db, api: original) {
            var model = model
            model.id = Ids.make(length: 6)
            if !ModelSchema.references(model).isEmpty, let text = model.schema {
                let schema = SchemaReferences.rewritten(try JSON(parsing: text)) { reference in
                    let fragment = reference.drop { $0 != "#" }
                    let name = ModelReference.name(in: reference.prefix { $0 != "#" }, api: original)
                    return name.map { ModelReference.uri(api: copy.id, $0) + fragment } ?? reference
                }
                model.schema = schema.text()
            }
            try ModelTable.put(transaction.db, api: copy.id, model)
        }
    }

    /// Returns old ids with their new ones.
    private func copyValidators() throws -> [String: String] {
        var ids: [String: String] = [:]
        for validator in try RequestValidatorTable.list(transaction.db, api: original) {
            var validator = validator
            let id = try transaction.newId(length: 6) {
                try RequestValidatorTable.exists(transaction.db, api: copy.id, $0)
            }
            ids[validator.id] = id
            validator.id = id
            try RequestValidatorTable.put(transaction.db, api: copy.id, validator)
        }
        return ids
    }

    /// Returns old ids with their new ones.
    private func copyAuthorizers() throws -> [String: String] {
        var ids: [String: String] = [:]
        for authorizer in try AuthorizerTable.list(transaction.db, api: original) {
            var authorizer = authorizer
            let id = try transaction.newId(length: 6) {
                try AuthorizerTable.exists(transaction.db, api: copy.id, $0)
            }
            ids[authorizer.id] = id
            authorizer.id = id
            try AuthorizerTable.put(transaction.db, api: copy.id, authorizer)
        }
        return ids
    }

    /// Parents come before their children in a list by path.
    private func copyTree(validators: [String: String], authorizers: [String: String]) throws {
        let methods = try ResourceTable.methods(transaction.db, api: original)
        var ids: [String: String] = [:]
        for resource in try ResourceTable.list(transaction.db, api: original) {
            var place = resource
            place.id =
                resource.parentId == nil
                ? copy.rootResourceId ?? ""
                : try transaction.newId(length: 6) { try ResourceTable.find(transaction.db, api: copy.id, $0) != nil }
            place.parentId = resource.parentId.flatMap { ids[$0] }
            ids[resource.id] = place.id
            try ResourceTable.insert(transaction.db, api: copy.id, place)
            for (verb, method) in methods[resource.id] ?? [:] {
                var method = method
                method.requestValidatorId = method.requestValidatorId.flatMap { validators[$0] }
                method.authorizerId = method.authorizerId.flatMap { authorizers[$0] }
                if method.methodIntegration?.cacheNamespace == resource.id {
                    method.methodIntegration?.cacheNamespace = place.id
                }
                try ResourceTable.putMethod(transaction.db, api: copy.id, resource: place.id, verb, method)
            }
        }
    }
}
