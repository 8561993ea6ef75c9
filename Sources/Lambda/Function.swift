/// A function as the control plane knows it: its versions, its aliases and who may invoke it.
package struct Function: Sendable, Hashable {
    package var name: String
    /// Unqualified: `arn:aws:lambda:us-east-1:000000000000:function:hello`.
    package var arn: String
    /// By `$LATEST`, `1`, `2`, …; `$LATEST` is always there.
    package var versions: [String: FunctionVersion]
    package var aliases: [String: FunctionAlias]
    /// Resource-based policies by qualifier; `""` is the unqualified one.
    package var policies: [String: FunctionPolicy]
    /// Executions at once; `nil` for the host's own ceiling, 0 refuses all.
    package var reservedConcurrency: Int?

    package init(
        name: String, arn: String, versions: [String: FunctionVersion], aliases: [String: FunctionAlias] = [:],
        policies: [String: FunctionPolicy] = [:], reservedConcurrency: Int? = nil
    ) {
        self.name = name
        self.arn = arn
        self.versions = versions
        self.aliases = aliases
        self.policies = policies
        self.reservedConcurrency = reservedConcurrency
    }
}

/// What is run when a version is invoked.
package struct FunctionVersion: Sendable, Hashable {
    /// `$LATEST` or a number.
    package var version: String
    /// `python3.12`, `nodejs20.x`, `provided.al2023`.
    package var runtime: String
    /// `app.handler`; what `provided` runtimes do with it is theirs.
    package var handler: String
    /// Absolute path of the folder with the code.
    package var codeDirectory: String
    package var environment: [String: String]
    /// Mebibytes.
    package var memorySize: Int
    /// Seconds, 1–900.
    package var timeout: Int
    /// Whether the folder is the developer's own: what is saved there runs at the next invocation.
    package var watchesCode: Bool
    /// Changes with code and configuration: execution environments of another revision are not used again.
    package var revision: String

    package init(
        version: String, runtime: String, handler: String, codeDirectory: String, environment: [String: String] = [:],
        memorySize: Int = 128, timeout: Int = 3, watchesCode: Bool = false, revision: String
    ) {
        self.version = version
        self.runtime = runtime
        self.handler = handler
        self.codeDirectory = codeDirectory
        self.environment = environment
        self.memorySize = memorySize
        self.timeout = timeout
        self.watchesCode = watchesCode
        self.revision = revision
    }
}

/// A name for a version, or for two by weight.
package struct FunctionAlias: Sendable, Hashable {
    package var version: String
    /// Version → share of invocations, 0–1; the rest goes to `version`.
    package var additionalVersionWeights: [String: Double]

    package init(version: String, additionalVersionWeights: [String: Double] = [:]) {
        self.version = version
        self.additionalVersionWeights = additionalVersionWeights
    }
}
