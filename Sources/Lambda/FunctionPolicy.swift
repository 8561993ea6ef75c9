/// A resource-based policy, as far as services that invoke functions are concerned.
package struct FunctionPolicy: Sendable, Hashable {
    package struct Statement: Sendable, Hashable {
        package var sid: String
        /// `apigateway.amazonaws.com`, an account id, an ARN or `*`.
        package var principal: String
        /// `lambda:InvokeFunction`, `lambda:*`.
        package var action: String
        /// A pattern with `*` and `?`; `nil` lets every source in.
        package var sourceArn: String?
        package var sourceAccount: String?

        package init(
            sid: String, principal: String, action: String, sourceArn: String? = nil, sourceAccount: String? = nil
        ) {
            self.sid = sid
            self.principal = principal
            self.action = action
            self.sourceArn = sourceArn
            self.sourceAccount = sourceAccount
        }
    }

    package var statements: [Statement]

    package init(statements: [Statement]) {
        self.statements = statements
    }
}
