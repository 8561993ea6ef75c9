package import JSON

/// A resource-based policy, as far as services that invoke functions are concerned.
package struct FunctionPolicy: Codable, Sendable, Hashable {
    package struct Statement: Codable, Sendable, Hashable {
        package var sid: String
        /// `apigateway.amazonaws.com`, an account id, an ARN or `*`.
        package var principal: String
        /// `lambda:InvokeFunction`, `lambda:*`.
        package var action: String
        /// A pattern with `*` and `?`; `nil` lets every source in.
        package var sourceArn: String?
        package var sourceAccount: String?
        /// Further conditions that have to be equal, by key: `lambda:EventSourceToken`, `aws:PrincipalOrgID`,
        /// `lambda:FunctionUrlAuthType`. No call of a service meets one.
        package var conditions: [String: String]

        package init(
            sid: String, principal: String, action: String, sourceArn: String? = nil, sourceAccount: String? = nil,
            conditions: [String: String] = [:]
        ) {
            self.sid = sid
            self.principal = principal
            self.action = action
            self.sourceArn = sourceArn
            self.sourceAccount = sourceAccount
            self.conditions = conditions
        }
    }

    package var statements: [Statement]

    package init(statements: [Statement]) {
        self.statements = statements
    }

    /// Whether a service may invoke the function: one statement is enough, and without one it may not.
    /// - Parameters:
    ///   - servicePrincipal: `apigateway.amazonaws.com`.
    ///   - sourceArn: what the service calls for: `arn:aws:execute-api:{region}:{account}:{apiId}/{stage}/{verb}/{path}`.
    ///   - sourceAccount: twelve digits.
    package func allowsInvoke(servicePrincipal: String, sourceArn: String, sourceAccount: String) -> Bool {
        statements.contains {
            $0.allowsInvoke(servicePrincipal: servicePrincipal, sourceArn: sourceArn, sourceAccount: sourceAccount)
        }
    }

    /// The document in IAM's form, as `GetPolicy` has it. `resource` is the function's ARN, with its qualifier.
    package func document(resource: String) -> JSON {
        [
            "Version": "2012-10-17", "Id": "default",
            "Statement": .array(statements.map { $0.document(resource: resource) }),
        ]
    }
}

extension FunctionPolicy.Statement {
    func allowsInvoke(servicePrincipal: String, sourceArn: String, sourceAccount: String) -> Bool {
        guard principal == servicePrincipal || principal == "*", allowsInvocation, conditions.isEmpty else {
            return false
        }
        if let account = self.sourceAccount, account != sourceAccount { return false }
        if let pattern = self.sourceArn,
            !ArnPattern.matches(Self.withoutRegion(pattern), arn: Self.withoutRegion(sourceArn))
        {
            return false
        }
        return true
    }

    /// One engine stands for all regions: a client elsewhere names its own in the ARNs that it makes.
    private static func withoutRegion(_ arn: String) -> String {
        var parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6 else { return arn }
        parts[3] = ""
        return parts.joined(separator: ":")
    }

    /// Actions are compared without regard to case, and may have wildcards.
    private var allowsInvocation: Bool {
        ArnPattern.matches(action.lowercased(), text: "lambda:invokefunction")
    }

    /// The statement in IAM's form, as `AddPermission` answers it.
    package func document(resource: String) -> JSON {
        var statement = JSONObject([
            (key: "Sid", value: .string(sid)), (key: "Effect", value: "Allow"),
            (key: "Principal", value: principalDocument), (key: "Action", value: .string(action)),
            (key: "Resource", value: .string(resource)),
        ])
        var equals = JSONObject()
        if let sourceAccount { equals["AWS:SourceAccount"] = .string(sourceAccount) }
        for (key, value) in conditions.sorted(by: { $0.key < $1.key }) { equals[key] = .string(value) }
        var condition = JSONObject()
        if !equals.isEmpty { condition["StringEquals"] = .object(equals) }
        if let sourceArn { condition["ArnLike"] = ["AWS:SourceArn": .string(sourceArn)] }
        if !condition.isEmpty { statement["Condition"] = .object(condition) }
        return .object(statement)
    }

    /// An account stands as its root, `arn:aws:iam::{account}:root`.
    private var principalDocument: JSON {
        if principal == "*" { return "*" }
        if principal.hasPrefix("arn:") { return ["AWS": .string(principal)] }
        if principal.utf8.count == 12, principal.utf8.allSatisfy({ (48...57).contains($0) }) {
            return ["AWS": .string("arn:aws:iam::\(principal):root")]
        }
        return ["Service": .string(principal)]
    }

    /// For people: `apigateway.amazonaws.com arn:aws:execute-api:…`.
    package var line: String {
        let invokes = allowsInvocation ? nil : action
        let account = sourceAccount.map { "account \($0)" }
        let others = conditions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ([principal, invokes, sourceArn, account].compactMap { $0 } + others).joined(separator: " ")
    }
}
