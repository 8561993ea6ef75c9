import Foundation

/// The Runtime API's clients that the binary carries, for machines that have none of Lambda's own.
enum RuntimeClients {
    static let python = "python_client.py"
    static let node = "node_client.mjs"

    /// Writes them into a folder. Throws the file system's errors.
    static func write(to directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (name, bytes) in [
            (python, PackageResources.python_client_py), (node, PackageResources.node_client_mjs),
        ] {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/\(name)"), options: .atomic)
        }
    }
}
