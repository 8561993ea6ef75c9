import ControlAPI
import JSON
import Lambda

/// `/2015-03-31/functions/{name}/policy`: who else may invoke a function.
enum FunctionPermissions {
    private static let pattern = "/2015-03-31/functions/{FunctionName}/policy"

    static let operations: [Operation] = [
        .change("AddPermission", "POST", pattern, add),
        .change("RemovePermission", "DELETE", pattern + "/{StatementId}", remove),
        .read("GetPolicy", "GET", pattern, get),
    ]

    /// Of the policy's text, in bytes.
    static let largestPolicy = 20_480

    static func path(_ function: String, _ qualifier: String) -> String {
        "/functions/\(function)/policy" + (qualifier.isEmpty ? "" : "/\(qualifier)")
    }

    static func add(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let statement = try statement(input.body)
        let target = try Target(transaction, input)
        let before = try target.policy(transaction)
        try transaction.checkRevision(
            try input.body.string("RevisionId"), before?.revisionId ?? "", call: "GetPolicy")
        var policy = before?.policy ?? FunctionPolicy(statements: [])
        guard !policy.statements.contains(where: { $0.sid == statement.sid }) else {
            throw ApiError.resourceConflict(
                "The statement id (\(statement.sid)) provided already exists. Please provide a new statement id, or "
                    + "remove the existing statement.")
        }
        policy.statements.append(statement)
        let size = policy.document(resource: target.arn).text().utf8.count
        guard size <= largestPolicy else {
            throw ApiError.policyLengthExceeded(
                "The final policy size (\(size)) is bigger than the limit (\(largestPolicy)).")
        }
        try target.store(policy, before: before, transaction)
        return OperationOutput(201, ["Statement": .string(statement.document(resource: target.arn).text())])
    }

    /// Reads and checks the members.
    private static func statement(_ body: RequestBody) throws -> FunctionPolicy.Statement {
        let sid = try body.string("StatementId")
        let action = try body.string("Action")
        let principal = try body.string("Principal")
        let sourceArn = try body.string("SourceArn")
        let account = try body.string("SourceAccount")
        var violations = Violations()
        if sid == nil { violations.addNull(at: "statementId") }
        if action == nil { violations.addNull(at: "action") }
        if principal == nil { violations.addNull(at: "principal") }
        violations.check(sid, at: "statementId", longest: 100)
        if let sid, !FunctionReference.isWord(sid) {
            violations.add(
                sid, at: "statementId", "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)")
        }
        if let action, !isAction(action) {
            violations.add(
                action, at: "action",
                "Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])")
        }
        if let principal, principal.isEmpty || principal.contains(where: \.isWhitespace) {
            violations.add(principal, at: "principal", #"Member must satisfy regular expression pattern: [^\s]+"#)
        }
        if let sourceArn, !isArn(sourceArn) {
            violations.add(
                sourceArn, at: "sourceArn",
                #"Member must satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:"#
                    + #"([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)"#)
        }
        if let account, !isAccount(account) {
            violations.add(account, at: "sourceAccount", #"Member must satisfy regular expression pattern: \d{12}"#)
        }
        violations.check(
            try body.string("FunctionUrlAuthType"), at: "functionUrlAuthType", oneOf: ["NONE", "AWS_IAM"])
        try violations.throwIfAny()
        var conditions: [String: String] = [:]
        conditions["lambda:EventSourceToken"] = try body.string("EventSourceToken")
        conditions["aws:PrincipalOrgID"] = try body.string("PrincipalOrgID")
        conditions["lambda:FunctionUrlAuthType"] = try body.string("FunctionUrlAuthType")
        return FunctionPolicy.Statement(
            sid: sid ?? "", principal: try checkedPrincipal(principal ?? ""), action: action ?? "",
            sourceArn: sourceArn, sourceAccount: account, conditions: conditions)
    }

    /// A service, an account, an ARN or `*`.
    private static func checkedPrincipal(_ principal: String) throws -> String {
        let isService =
            principal.hasSuffix(".amazonaws.com") || principal.hasSuffix(".amazonaws.com.cn")
            || principal.hasSuffix(".aws")
        guard principal == "*" || isAccount(principal) || principal.hasPrefix("arn:") || isService else {
            throw ApiError.invalidParameter(
                "The provided principal was invalid. Please check the principal and try again.")
        }
        return principal
    }

    private static func isAction(_ action: String) -> Bool {
        if action == "*" || action == "lambda:*" { return true }
        guard action.hasPrefix("lambda:") else { return false }
        let name = action.dropFirst(7)
        return !name.isEmpty && name.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
    }

    private static func isAccount(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func isArn(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[1].hasPrefix("aws") && !parts[2].isEmpty
            && (parts[4].isEmpty || isAccount(parts[4])) && text.utf8.count <= 2048
    }

    static func remove(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let target = try Target(transaction, input)
        let sid = input.parameter("StatementId")
        guard let before = try target.policy(transaction) else { throw notThere }
        try transaction.checkRevision(FunctionQuery.text(input, "RevisionId"), before.revisionId, call: "GetPolicy")
        var policy = before.policy
        policy.statements.removeAll { $0.sid == sid }
        guard policy.statements.count < before.policy.statements.count else {
            throw ApiError.resourceNotFound("Statement \(sid) is not found in resource policy.")
        }
        try target.store(policy, before: before, transaction)
        return OperationOutput(204)
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let target = try Target(transaction, input)
        guard let stored = try target.policy(transaction) else { throw notThere }
        return try OperationOutput(
            200,
            encoding: FunctionPolicyDocument(
                policy: stored.policy.document(resource: target.arn).text(), revisionId: stored.revisionId))
    }

    private static let notThere = ApiError.resourceNotFound("The resource you requested does not exist.")
}

/// What a policy belongs to: a function as a whole, a version that was published, or an alias.
private struct Target {
    let function: String
    /// Empty for the function as a whole.
    let qualifier: String
    let arn: String

    init(_ transaction: Transaction, _ input: OperationInput) throws {
        let reference = try transaction.functionReference(input)
        function = try transaction.function(reference).name
        guard reference.qualifier != FunctionVersionTable.latest else {
            throw ApiError.invalidParameter("We currently do not support adding policies for $LATEST.")
        }
        if reference.qualifier != nil { _ = try transaction.version(reference) }
        qualifier = reference.qualifier ?? ""
        arn = transaction.place.arn(function, reference.qualifier)
    }

    func policy(_ transaction: Transaction) throws -> StoredPolicy? {
        try FunctionPolicyTable.find(transaction.db, function: function, qualifier: qualifier)
    }

    /// A policy without statements is none.
    func store(_ policy: FunctionPolicy, before: StoredPolicy?, _ transaction: Transaction) throws {
        if policy.statements.isEmpty {
            try FunctionPolicyTable.delete(transaction.db, function: function, qualifier: qualifier)
        } else {
            try FunctionPolicyTable.put(
                transaction.db, function: function, qualifier: qualifier,
                StoredPolicy(revisionId: transaction.newRevision(), policy: policy))
        }
        try transaction.record(
            FunctionPermissions.path(function, qualifier), api: nil,
            before: before.map { $0.policy.document(resource: arn) },
            after: policy.statements.isEmpty ? nil : policy.document(resource: arn))
        transaction.publishFunctions()
    }
}
