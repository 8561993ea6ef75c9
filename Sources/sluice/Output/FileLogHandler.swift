import Foundation
import Logging

/// Appends log lines to a file, for an engine whose terminal belongs to the console.
struct FileLogHandler: LogHandler {
    var logLevel: Logger.Level = .notice
    var metadata: Logger.Metadata = [:]
    private let file: SharedFile

    /// A file that cannot be opened drops the lines: the log must not keep the engine from running.
    init(path: String) {
        file = SharedFile(path: path)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let time = Format.time(milliseconds: Int(Date().timeIntervalSince1970 * 1000), fraction: false)
        file.append("\(time) \(event.level): \(event.message)\(details)\n")
    }
}

private final class SharedFile: @unchecked Sendable {
    private let lock = NSLock()
    private let path: String
    private var handle: FileHandle?

    init(path: String) {
        self.path = path
    }

    func append(_ line: String) {
        lock.withLock {
            // Opened with the first line: the home may not be there before the engine made it.
            if handle == nil {
                let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
                if descriptor >= 0 { handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true) }
            }
            try? handle?.write(contentsOf: Data(line.utf8))
        }
    }
}
