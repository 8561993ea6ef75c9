import JSON

/// `GetFunctionCodeSigningConfig`, which Terraform asks of every function: none has one.
enum FunctionCodeSigning {
    static let operations: [Operation] = [
        .read(
            "GetFunctionCodeSigningConfig", "GET", "/2020-06-30/functions/{FunctionName}/code-signing-config", get)
    ]

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let function = try transaction.function(transaction.functionReference(input, longest: 140))
        return OperationOutput(200, ["FunctionName": .string(function.name)])
    }
}
