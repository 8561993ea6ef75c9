package import ControlAPI
import JSON

/// A method's test: what is sent, and what came of it last.
package struct TestRun: Sendable {
    package var form: TestForm
    /// The number of answers there were.
    package var runs = 0
    /// Of the call under way.
    package var token: Int?
    package var outcome: Result<TestInvokeMethodResponse, ControlError>?
    /// Milliseconds since 1970.
    package var answeredAt = 0
}

extension Workspace {
    /// Fills a method's form in, unless something was typed into it.
    mutating func prepareTest(_ key: MethodKey) {
        guard let method = model.method(key), tests[key]?.form.isTouched != true else { return }
        let models = model.models(key.apiId)?.value ?? []
        var schemas: [String: JSON] = [:]
        for model in models { schemas[model.name] = model.schema.flatMap { try? JSON(parsing: $0) } }
        let wanted = method.requestModels?["application/json"] ?? method.requestModels?.values.sorted().first
        let form = TestForm(
            key, method, seen: model.log.newestPath(of: key), schema: wanted.flatMap { schemas[$0] }, models: schemas,
            stages: model.stages[key.apiId]?.value ?? [])
        if tests[key] == nil {
            tests[key] = TestRun(form: form)
        } else if tests[key]?.runs == 0, tests[key]?.token == nil {
            tests[key]?.form = form
        }
    }

    /// Sends the form; nothing while it is on its way already.
    mutating func runTest(_ key: MethodKey) -> [Effect] {
        guard tests[key]?.token == nil, let (verb, request) = testRequest(key) else { return [] }
        lastToken += 1
        tests[key]?.token = lastToken
        return [.test(key, verb: verb, request, token: lastToken)]
    }

    /// What a method's form says, with the variables of its stage.
    func testRequest(_ key: MethodKey) -> (verb: String, request: TestInvokeMethodRequest)? {
        guard let form = tests[key]?.form else { return nil }
        let stage = model.stages[key.apiId]?.value?.first { $0.stageName == form.stageName }
        return (form.verb, form.request(key.path, variables: stage?.variables ?? [:]))
    }

    /// The models of an API are known now: a body can be made of them.
    mutating func refillTests(_ apiId: String) {
        for key in tests.keys where key.apiId == apiId { prepareTest(key) }
    }
}

extension LogBook {
    /// The path, without its stage, of the newest request that a method answered, as far back as is quickly looked at.
    func newestPath(of key: MethodKey) -> String? {
        for number in stride(from: end - 1, through: max(first, end - 2000), by: -1) {
            guard let record = self[number], record.apiId == key.apiId, record.resourcePath == key.path,
                key.verb == "ANY" || record.httpMethod == key.verb
            else { continue }
            return RequestScreen.focus(record).path
        }
        return nil
    }
}

func tested(
    _ state: inout AppState, _ key: MethodKey, _ token: Int, _ outcome: Result<TestInvokeMethodResponse, ControlError>
) -> [Effect] {
    guard state.workspace.tests[key]?.token == token else { return [] }
    state.workspace.tests[key]?.token = nil
    state.workspace.tests[key]?.runs += 1
    state.workspace.tests[key]?.outcome = outcome
    state.workspace.tests[key]?.answeredAt = state.workspace.now
    return news(&state)
}
