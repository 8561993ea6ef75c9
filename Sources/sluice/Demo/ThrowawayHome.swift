import ArgumentParser
import Foundation

/// A home under the system's folder for temporary files.
struct ThrowawayHome {
    let path: String
    private static let prefix = "sluice-demo-"

    init() throws {
        Self.removeAbandoned()
        var template = Array((FileManager.default.temporaryDirectory.path + "/\(Self.prefix)XXXXXX").utf8CString)
        guard
            let made = template.withUnsafeMutableBufferPointer({ buffer in buffer.baseAddress.flatMap { mkdtemp($0) } })
        else {
            let reason = String(cString: strerror(errno))
            throw ValidationError(
                "no folder could be made in \(FileManager.default.temporaryDirectory.path): \(reason)")
        }
        path = String(cString: made)
    }

    /// What demos left that were killed: homes of at least a minute that no engine holds.
    private static func removeAbandoned() {
        let folder = FileManager.default.temporaryDirectory.path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = folder + "/" + name
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let changed = attributes?[.modificationDate] as? Date, changed.timeIntervalSinceNow < -60 else {
                continue
            }
            let lock = open(path + "/lock", O_RDWR | O_CLOEXEC)
            defer { if lock >= 0 { close(lock) } }
            guard lock < 0 || flock(lock, LOCK_EX | LOCK_NB) == 0 else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
