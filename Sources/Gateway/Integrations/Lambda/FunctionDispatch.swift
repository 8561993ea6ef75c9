package import Lambda

/// Functions of this machine first, others where the remote Lambda service is.
///
/// A function that both know runs here. One that this machine does not know, which it says with 404
/// `ResourceNotFoundException`, goes to the remote service if there is one.
package struct FunctionDispatch: FunctionInvoker {
    private let local: (any FunctionInvoker)?
    private let remote: (any FunctionInvoker)?

    /// `nil` where neither is there: nothing can be invoked.
    package init?(local: (any FunctionInvoker)?, remote: (any FunctionInvoker)?) {
        if local == nil, remote == nil { return nil }
        self.local = local
        self.remote = remote
    }

    package func invoke(
        _ invocation: FunctionInvocation, completion: @escaping @Sendable (InvocationResult) -> Void
    ) {
        guard let local else {
            remote?.invoke(invocation, completion: completion)
            return
        }
        guard let remote else { return local.invoke(invocation, completion: completion) }
        local.invoke(invocation) { result in
            if case .refused(status: 404, code: "ResourceNotFoundException", _) = result.answer {
                remote.invoke(invocation, completion: completion)
            } else {
                completion(result)
            }
        }
    }
}
