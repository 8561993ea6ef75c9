import ControlAPI
import JSON

/// What a test-invoke sends: filled in from what the method declares, then changed by hand.
package struct TestForm: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package enum Kind: String, Sendable { case path, query, header }

        package var kind: Kind
        package var name: String
        package var value: String
        package var isRequired = false
    }

    /// Of a method for any verb, the one to send.
    package private(set) var verb: String
    package private(set) var fields: [Field] = []
    package private(set) var body = ""
    /// The stage whose variables are sent along; `nil` for none.
    package var stageName: String?
    /// Whether anything was changed by hand: what was filled in stays then.
    package private(set) var isTouched = false

    /// - Parameters:
    ///   - seen: the path of a request that the method answered, without its stage.
    ///   - schema: of the method's body.
    init(_ key: MethodKey, _ method: Method, seen: String?, schema: JSON?, models: [String: JSON], stages: [Stage]) {
        verb = key.verb == "ANY" ? "GET" : key.verb
        let known = seen.map { Self.values(of: key.path, in: $0) } ?? [:]
        for name in Self.parameters(of: key.path) {
            let value = known[name] ?? (name.hasSuffix("+") ? "test" : "1")
            fields.append(Field(kind: .path, name: name, value: value, isRequired: true))
        }
        for (parameter, required) in (method.requestParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            for kind in [Field.Kind.query, .header] {
                let prefix = "method.request.\(kind == .query ? "querystring" : "header")."
                guard parameter.hasPrefix(prefix) else { continue }
                let name = String(parameter.dropFirst(prefix.count))
                fields.append(Field(kind: kind, name: name, value: "", isRequired: required))
            }
        }
        if ["POST", "PUT", "PATCH"].contains(key.verb) {
            if !fields.contains(where: { $0.kind == .header && $0.name.lowercased() == "content-type" }) {
                fields.append(Field(kind: .header, name: "Content-Type", value: "application/json"))
            }
            let sample = schema.map { SchemaSample(models: models).value(of: $0) } ?? [:]
            body = sample.text(.pretty)
        }
        fields.sort { Self.order($0.kind) < Self.order($1.kind) }
        // A canary's variables are another matter; a test has no stage of its own.
        stageName = stages.first { !($0.variables ?? [:]).isEmpty }?.stageName
    }

    private static func order(_ kind: Field.Kind) -> Int {
        switch kind {
        case .path: 0
        case .query: 1
        case .header: 2
        }
    }

    /// `/pets/{petId}/{rest+}` → `petId`, `rest+`.
    static func parameters(of path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }.map {
            String($0.dropFirst().dropLast())
        }
    }

    /// What a request's path had for the parameters of a resource's; empty if it does not fit.
    static func values(of template: String, in path: String) -> [String: String] {
        let names = template.split(separator: "/").map(String.init)
        let parts = path.split(separator: "/").map(String.init)
        var values: [String: String] = [:]
        for (index, name) in names.enumerated() {
            guard index < parts.count else { return [:] }
            if name.hasPrefix("{"), name.hasSuffix("+}") {
                values[String(name.dropFirst().dropLast())] = parts[index...].joined(separator: "/")
                return values
            }
            if name.hasPrefix("{"), name.hasSuffix("}") {
                values[String(name.dropFirst().dropLast())] = parts[index]
            } else if name != parts[index] {
                return [:]
            }
        }
        return names.count == parts.count ? values : [:]
    }

    // MARK: Changing

    mutating func set(_ index: Int, _ value: String) {
        guard fields.indices.contains(index) else { return }
        fields[index].value = value
        isTouched = true
    }

    mutating func setBody(_ text: String) {
        guard text != body else { return }
        body = text
        isTouched = true
    }

    /// Parameters of the path stay: without them there is no path.
    mutating func remove(_ index: Int) {
        guard fields.indices.contains(index), fields[index].kind != .path else { return }
        fields.remove(at: index)
        isTouched = true
    }

    /// `name=value` becomes a query parameter, `Name: value` a header; `nil` for what is neither.
    static func field(_ text: String) -> Field? {
        guard let mark = text.firstIndex(where: { $0 == ":" || $0 == "=" }) else { return nil }
        let name = String(text[..<mark]).trimmed
        guard !name.isEmpty, !name.contains(" ") else { return nil }
        let value = String(text[text.index(after: mark)...]).trimmed
        return Field(kind: text[mark] == ":" ? .header : .query, name: name, value: value)
    }

    mutating func add(_ field: Field) {
        let place = fields.lastIndex { Self.order($0.kind) <= Self.order(field.kind) }.map { $0 + 1 } ?? 0
        fields.insert(field, at: place)
        isTouched = true
    }

    mutating func nextVerb() {
        let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
        verb = verbs[((verbs.firstIndex(of: verb) ?? -1) + 1) % verbs.count]
        isTouched = true
    }

    mutating func nextStage(_ stages: [Stage]) {
        let names: [String?] = [nil] + stages.map(\.stageName)
        let place = names.firstIndex { $0 == stageName } ?? 0
        stageName = names[(place + 1) % names.count]
        isTouched = true
    }

    // MARK: Sending

    /// The path with its parameters and the query, percent-encoded.
    func pathWithQueryString(_ template: String) -> String {
        var path = template.split(separator: "/").map { segment -> String in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return String(segment) }
            let name = String(segment.dropFirst().dropLast())
            let value = fields.first { $0.kind == .path && $0.name == name }?.value ?? ""
            // A greedy parameter holds whole segments.
            guard name.hasSuffix("+") else { return ControlRequest.encoded(value) }
            return value.split(separator: "/").map { ControlRequest.encoded(String($0)) }.joined(separator: "/")
        }.map { "/" + $0 }.joined()
        if path.isEmpty { path = "/" }
        let query = fields.filter { $0.kind == .query && !($0.value.isEmpty && !$0.isRequired) }
        guard !query.isEmpty else { return path }
        return path + "?"
            + query.map { "\(ControlRequest.encoded($0.name))=\(ControlRequest.encoded($0.value))" }.joined(
                separator: "&")
    }

    /// - Parameter variables: of the chosen stage.
    func request(_ template: String, variables: [String: String]) -> TestInvokeMethodRequest {
        var request = TestInvokeMethodRequest()
        request.pathWithQueryString = pathWithQueryString(template)
        if !body.isEmpty { request.body = body }
        var headers: [String: [String]] = [:]
        for field in fields where field.kind == .header && !field.value.isEmpty {
            headers[field.name, default: []].append(field.value)
        }
        let single = headers.compactMapValues { $0.count == 1 ? $0[0] : nil }
        let multiple = headers.filter { $0.value.count > 1 }
        if !single.isEmpty { request.headers = single }
        if !multiple.isEmpty { request.multiValueHeaders = multiple }
        if !variables.isEmpty { request.stageVariables = variables }
        return request
    }
}
