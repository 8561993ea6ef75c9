/// What a function's process finds in its environment, as in Lambda.
struct EnvironmentVariables {
    var functionName: String
    var version: FunctionVersion
    var region: String
    /// `127.0.0.1:41234`.
    var runtimeApi: String
    /// `2026/11/21/[$LATEST]` and 32 hexadecimal digits: no other environment has it.
    var logStream: String
    /// Folder with the runtimes' clients.
    var runtimeDirectory: String
    /// The environment's own.
    var tmpDirectory: String
    var searchPath: String
    /// What every function gets.
    var shared: [String: String]

    /// The function's own variables may replace what Lambda lets them replace: `LANG`, `PATH`, `TMPDIR` and `TZ`.
    var all: [String: String] {
        var all = ["LANG": "en_US.UTF-8", "PATH": searchPath, "TZ": ":UTC", "TMPDIR": tmpDirectory]
        // Lambda's code folder is read-only. Here Python would leave compiled files in the developer's folder, and take
        // them for current where a file was saved again within a second.
        if version.runtime.hasPrefix("python") { all["PYTHONDONTWRITEBYTECODE"] = "1" }
        all.merge(shared) { $1 }
        all.merge(version.environment) { $1 }
        all.merge([
            "_HANDLER": version.handler,
            "AWS_DEFAULT_REGION": region,
            "AWS_EXECUTION_ENV": "AWS_Lambda_\(version.runtime)",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(version.memorySize),
            "AWS_LAMBDA_FUNCTION_NAME": functionName,
            "AWS_LAMBDA_FUNCTION_VERSION": version.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/\(functionName)",
            "AWS_LAMBDA_LOG_STREAM_NAME": logStream,
            "AWS_LAMBDA_RUNTIME_API": runtimeApi,
            "AWS_REGION": region,
            "LAMBDA_RUNTIME_DIR": runtimeDirectory,
            "LAMBDA_TASK_ROOT": version.codeDirectory,
        ]) { $1 }
        return all.filter {
            !$0.key.isEmpty && !$0.key.contains("=") && !$0.key.contains("\0") && !$0.value.contains("\0")
        }
    }
}
