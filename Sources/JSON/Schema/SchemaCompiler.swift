/// Turns documents into ``SchemaNode``s: first each schema that is reached, one after the other, then the references.
struct SchemaCompiler {
    private var documents: SchemaDocuments
    private let limits: JSONSchemaLimits
    private var numbers: [String: Int] = [:]
    private var pending: [SchemaDocuments.Entry] = []
    private var nodes: [SchemaNode] = []
    private var instructions = 0

    init(documents: SchemaDocuments, limits: JSONSchemaLimits) {
        self.documents = documents
        self.limits = limits
    }

    mutating func compile(uri: String, resolve: (String) -> JSON?) throws(JSONSchemaError) -> [SchemaNode] {
        guard let root = try documents.find(uri + "#", from: uri, resolve: { _ in nil }) else { return [] }
        _ = try number(of: root.schema, at: root.place)
        while nodes.count < pending.count {
            let (schema, place) = pending[nodes.count]
            nodes.append(try node(schema, place, resolve))
        }
        try followReferences()
        try refuseLoops()
        return nodes
    }

    /// The number that a schema has or will have.
    mutating func number(of schema: JSON, at place: SchemaPlace) throws(JSONSchemaError) -> Int {
        guard place.pointer.utf8.count <= SchemaPlace.maximumLength else {
            throw .schema(message: "a schema's place or id is too long", place: place.document + "#")
        }
        let name = place.name
        if let number = numbers[name] { return number }
        guard case .object = schema else { throw .schema(message: "a schema must be an object", place: name) }
        guard pending.count < limits.schemas else {
            throw .schema(message: "more than \(limits.schemas) schemas", place: name)
        }
        numbers[name] = pending.count
        pending.append((schema, place))
        return pending.count - 1
    }

    /// Compiles a pattern. Patterns are small beside the programs that counts such as `{1000}` make of them.
    mutating func pattern(_ text: String) throws -> Pattern {
        let pattern = try Pattern(text, options: .ecmaScript)
        instructions += pattern.program.count
        guard instructions <= limits.instructions else {
            throw PatternError.syntax(message: "the patterns of the schema are too large", offset: 0)
        }
        return pattern
    }

    private mutating func node(
        _ schema: JSON, _ place: SchemaPlace, _ resolve: (String) -> JSON?
    ) throws(JSONSchemaError) -> SchemaNode {
        guard case .object(let object) = schema else { return SchemaNode(place: place.name) }
        guard let reference = object["$ref"] else {
            var reader = SchemaReader(object, place)
            return try reader.read(&self)
        }
        let at = place.name + "/$ref"
        guard case .string(let text) = reference else { throw .schema(message: "$ref must be a string", place: at) }
        guard let found = try documents.find(text, from: place.base, resolve: resolve) else {
            throw .schema(message: "there is no schema for the $ref '\(text)'", place: at)
        }
        return SchemaNode(reference: try number(of: found.schema, at: found.place), place: place.name)
    }

    /// Puts what a `$ref` names in its place.
    private mutating func followReferences() throws(JSONSchemaError) {
        for start in nodes.indices {
            var chain: [Int] = []
            var seen: Set<Int> = []
            var place = start
            while let next = nodes[place].reference {
                guard seen.insert(place).inserted else {
                    throw .schema(message: "the $ref leads back to itself", place: nodes[start].place)
                }
                chain.append(place)
                place = next
            }
            for link in chain { nodes[link] = nodes[place] }
        }
    }

    /// A schema that applies itself to the same value (`{"allOf": [{"$ref": "#"}]}`) would never be done with it.
    private func refuseLoops() throws(JSONSchemaError) {
        enum State { case new, open, done }
        var states = [State](repeating: .new, count: nodes.count)
        for start in nodes.indices where states[start] == .new {
            var path: [(node: Int, next: Int)] = [(start, 0)]
            states[start] = .open
            while let (node, next) = path.last {
                guard next < nodes[node].sameValue.count else {
                    states[node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let applied = nodes[node].sameValue[next]
                switch states[applied] {
                case .new:
                    states[applied] = .open
                    path.append((applied, 0))
                case .open:
                    throw .schema(
                        message: "the schema applies itself to the same value without end", place: nodes[applied].place)
                case .done: break
                }
            }
        }
    }
}
