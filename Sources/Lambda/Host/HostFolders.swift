/// Where things stand in the host's folder.
enum HostFolders {
    /// The runtimes' clients: what `/var/runtime` is in Lambda.
    static func runtime(_ configuration: FunctionHostConfiguration) -> String { configuration.directory + "/runtime" }
    /// A folder an execution environment.
    static func tmp(_ configuration: FunctionHostConfiguration) -> String { configuration.directory + "/tmp" }
    static func tmp(_ configuration: FunctionHostConfiguration, environment: String) -> String {
        "\(tmp(configuration))/\(environment)"
    }
}
