extension Evaluator {
    func evaluate(_ expression: Expression) throws(TemplateFailure) -> Value {
        try meter.step()
        switch expression {
        case .null: return .null
        case .bool(let bool): return .bool(bool)
        case .int(let int): return .int(int)
        case .double(let double): return .double(double)
        case .string(let string): return .string(string)
        case .interpolated(let nodes): return .string(try capture(nodes).text)
        case .list(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try evaluate(element)) }
            let list = ListValue(values)
            try own(list)
            return .list(list)
        case .map(let pairs):
            let map = MapValue()
            for pair in pairs { map.store(try evaluate(pair.key), try evaluate(pair.value)) }
            try own(map)
            return .map(map)
        case .range(let first, let last, let position): return try range(first, last, position)
        case .reference(let reference): return try evaluate(reference)
        case .not, .and, .or, .compare: return .bool(try truth(expression))
        case .arithmetic(let arithmetic):
            let left = try evaluate(arithmetic.left)
            let right = try evaluate(arithmetic.right)
            if arithmetic.operation == UInt8(ascii: "+") {
                if let text = try concatenation(left, right, arithmetic) { return .string(text) }
            }
            return ValueComparison.arithmetic(arithmetic.operation, left, right)
        }
    }

    /// `+` with a string on one side.
    private func concatenation(
        _ left: Value, _ right: Value, _ arithmetic: Expression.Arithmetic
    ) throws(TemplateFailure) -> String? {
        switch (left, right) {
        case (.string, _), (_, .string):
            let one = left.isNull ? arithmetic.leftLiteral : try ValueText.java(left, self)
            let other = right.isNull ? arithmetic.rightLiteral : try ValueText.java(right, self)
            try meter.string(one.utf8.count + other.utf8.count)
            return one + other
        default: return nil
        }
    }

    private func range(
        _ first: Expression, _ last: Expression, _ position: TemplatePosition
    ) throws(TemplateFailure) -> Value {
        guard case .int(let first) = try evaluate(first), case .int(let last) = try evaluate(last) else { return .null }
        here = position
        let (distance, overflow) = last.subtractingReportingOverflow(first)
        guard !overflow, distance.magnitude < meter.limits.steps else {
            throw TemplateFailure(limit: "the range [\(first)..\(last)] is too long")
        }
        try meter.step(4 * Int(distance.magnitude))
        return .list(ListValue(stride(from: first, through: last, by: distance < 0 ? -1 : 1).map { .int($0) }))
    }

    /// Whether `#if` takes the branch. References are true unless they are null or `false`; numbers, strings, lists
    /// and results of arithmetic that stand there themselves are false, as in Velocity 1.7.
    func truth(_ expression: Expression) throws(TemplateFailure) -> Bool {
        try meter.step()
        switch expression {
        case .bool(let bool): return bool
        case .reference(let reference):
            switch try evaluate(reference) {
            case .null: return false
            case .bool(let bool): return bool
            default: return true
            }
        case .not(let expression): return try !truth(expression)
        case .and(let left, let right):
            guard try truth(left) else { return false }
            return try truth(right)
        case .or(let left, let right):
            if try truth(left) { return true }
            return try truth(right)
        case .compare(let comparison, let left, let right):
            let one = try evaluate(left)
            let other = try evaluate(right)
            switch comparison {
            case .equal: return try ValueComparison.equal(one, other, self)
            case .notEqual: return try !ValueComparison.equal(one, other, self)
            // What are not two numbers has no order.
            case .less: return ValueComparison.order(one, other).map { $0 < 0 } ?? false
            case .lessOrEqual: return ValueComparison.order(one, other).map { $0 <= 0 } ?? false
            case .greater: return ValueComparison.order(one, other).map { $0 > 0 } ?? false
            case .greaterOrEqual: return ValueComparison.order(one, other).map { $0 >= 0 } ?? false
            }
        default: return false
        }
    }

    // MARK: References

    func evaluate(_ reference: Reference) throws(TemplateFailure) -> Value {
        here = reference.position
        var value = try variable(reference.root)
        for step in reference.steps {
            if value.isNull { return .null }
            value = try take(step, of: value, reference)
        }
        here = reference.position
        return value
    }

    private func take(
        _ step: Reference.Step, of value: Value, _ reference: Reference
    ) throws(TemplateFailure) -> Value {
        try meter.step()
        switch step {
        case .property(let name):
            return try Methods.property(name, of: value, self) ?? .null
        case .method(let name, let expressions):
            var arguments: [Value] = []
            for expression in expressions { arguments.append(try evaluate(expression)) }
            here = reference.position
            return try Methods.call(name, arguments, on: value, self) ?? .null
        case .index(let expression):
            let index = try evaluate(expression)
            here = reference.position
            switch (value, index) {
            case (.list(let list), .int(let place)): return list.elements[try list.place(place)]
            case (.map(let map), _): return map.value(index) ?? .null
            case (.object(let object), .string(let name)):
                return try object.call("get", [.string(name)], self) ?? .null
            default: return .null
            }
        }
    }

    func assign(_ value: Value, to reference: Reference) throws(TemplateFailure) {
        guard let last = reference.steps.last else { return set(reference.root, value) }
        var target = try variable(reference.root)
        for step in reference.steps.dropLast() {
            if target.isNull { return }
            target = try take(step, of: target, reference)
        }
        here = reference.position
        if value.refersToOthers { try target.own(by: self) }
        switch (last, target) {
        case (.property(let name), .map(let map)): try map.put(.string(name), value)
        case (.index(let expression), .map(let map)): try map.put(try evaluate(expression), value)
        case (.index(let expression), .list(let list)):
            if case .int(let place) = try evaluate(expression) { list.elements[try list.place(place)] = value }
        default: break
        }
    }
}

extension Value {
    /// Whether a ring or a chain can go through this value.
    var refersToOthers: Bool {
        switch self {
        case .list, .map, .object: true
        default: false
        }
    }

    func own(by evaluator: Evaluator) throws(TemplateFailure) {
        switch self {
        case .list(let list): try evaluator.own(list)
        case .map(let map): try evaluator.own(map)
        default: break
        }
    }
}

extension ListValue {
    /// The place of an index, which counts from the end if it is negative.
    func place(_ index: Int) throws(TemplateFailure) -> Int {
        let place = index < 0 ? index + elements.count : index
        guard elements.indices.contains(place) else {
            throw TemplateFailure("index \(index) is out of bounds: the list has \(elements.count) elements")
        }
        return place
    }
}
