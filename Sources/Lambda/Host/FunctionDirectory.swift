/// The functions that there are, and which version an invocation reaches.
struct FunctionDirectory: Sendable {
    var region: String
    var account: String
    var records: [String: FunctionRecord] = [:]
    var functions: [String: Function] = [:]

    /// Functions are one set, whatever region a reference names. Throws ``InvocationRefusal``. `draw`, 0 to 1, chooses between an alias's two versions.
    func resolve(_ invocation: FunctionInvocation, draw: () -> Double = { .random(in: 0..<1) }) throws
        -> InvocationTarget
    {
        let reference = try FunctionReference(invocation.function, qualifier: invocation.qualifier)
        let arn = invokedArn(reference)
        guard let function = functions[reference.name], let record = records[reference.name],
            reference.account ?? account == account
        else { throw InvocationRefusal.notFound(arn: arn) }
        let qualifier = reference.qualifier ?? ""
        guard let version = version(of: function, qualifier: qualifier, draw: draw) else {
            throw InvocationRefusal.notFound(arn: arn)
        }
        if case .apiGateway(let source) = invocation.caller {
            let policy = function.policies[qualifier == "$LATEST" ? "" : qualifier]
            let account = Self.account(ofSource: source)
            guard
                policy?.allowsInvoke(
                    servicePrincipal: "apigateway.amazonaws.com", sourceArn: source, sourceAccount: account) == true
            else { throw InvocationRefusal.forbidden(arn: arn) }
        }
        return InvocationTarget(
            record: record, version: version, arn: arn, reservedConcurrency: function.reservedConcurrency)
    }

    private func version(of function: Function, qualifier: String, draw: () -> Double) -> FunctionVersion? {
        if qualifier.isEmpty { return function.versions["$LATEST"] }
        guard let alias = function.aliases[qualifier] else { return function.versions[qualifier] }
        guard !alias.additionalVersionWeights.isEmpty else { return function.versions[alias.version] }
        var rest = draw()
        for (version, weight) in alias.additionalVersionWeights.sorted(by: { $0.key < $1.key }) {
            if rest < weight { return function.versions[version] }
            rest -= weight
        }
        return function.versions[alias.version]
    }

    /// `arn:aws:lambda:{region}:{account}:function:{name}`, with the qualifier that was asked for.
    private func invokedArn(_ reference: FunctionReference) -> String {
        let arn =
            functions[reference.name]?.arn
            ?? "arn:aws:lambda:\(reference.region ?? region):\(reference.account ?? account):function:\(reference.name)"
        return reference.qualifier.map { "\(arn):\($0)" } ?? arn
    }

    /// The fifth part of an ARN.
    private static func account(ofSource arn: String) -> String {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count > 4 ? String(parts[4]) : ""
    }
}

/// What an invocation reaches.
struct InvocationTarget: Sendable {
    var record: FunctionRecord
    var version: FunctionVersion
    /// As it was asked for, with the qualifier.
    var arn: String
    var reservedConcurrency: Int?
}
