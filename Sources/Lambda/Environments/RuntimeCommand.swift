import Foundation

/// The program that runs a version of a function.
struct RuntimeCommand: Sendable, Hashable {
    /// Absolute path.
    var executable: String
    var arguments: [String]

    /// Needs all of `variables`.
    func process(in variables: EnvironmentVariables) -> FunctionProcess.Command {
        let folder = variables.version.codeDirectory
        let needed = [folder, executable, variables.runtimeDirectory, variables.tmpDirectory]
        return FunctionProcess.Command(
            executable: executable, arguments: arguments, environment: variables.all, folder: folder,
            privateTmp: needed.contains(where: Self.isInTmp) ? nil : variables.tmpDirectory,
            mark: "AWS_LAMBDA_LOG_STREAM_NAME=\(variables.logStream)")
    }

    /// Whether a path would be hidden by another folder in the place of `/tmp`.
    private static func isInTmp(_ path: String) -> Bool {
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return [path, real].contains { $0 == "/tmp" || $0.hasPrefix("/tmp/") }
    }
}

/// Why a function cannot run on this machine, and what to do.
struct NotRunnable: Error, Hashable {
    var reason: String
}
