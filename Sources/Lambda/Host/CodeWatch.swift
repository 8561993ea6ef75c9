import Foundation
import Logging

/// Sees what is saved in developers' folders, through the kernel's inotify: a change that was finished before an
/// invocation came is known to it. Changes that other machines make on network file systems are not seen.
///
/// Touched on the host's loop alone, but for ``folders(below:)``.
final class CodeWatch: @unchecked Sendable {
    private var file: Int32 = -1
    /// Watch → the folder that is watched, and the code folders that it belongs to.
    private var watches: [Int32: (path: String, roots: Set<String>)] = [:]
    private let logger: Logger

    /// Folders of one function's code that are watched.
    static let maximumFolders = 2000
    /// What comes and goes without a change of the code.
    private static let ignoredNames: Set<String> = ["__pycache__", ".git", ".hg", ".svn"]
    private static let events = UInt32(
        IN_CREATE | IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
    )

    init(logger: Logger) {
        self.logger = logger
    }

    /// Watches `folders`, all that there are below `root`.
    func watch(_ folders: [String], root: String) {
        if file < 0 { file = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) }
        guard file >= 0 else { return warn(root, errno) }
        for folder in folders {
            let watch = inotify_add_watch(file, folder, Self.events)
            guard watch >= 0 else {
                if errno != ENOENT && errno != ENOTDIR { warn(root, errno) }
                continue
            }
            watches[watch, default: (folder, [])].path = folder
            watches[watch]?.roots.insert(root)
        }
    }

    private func warn(_ root: String, _ error: Int32) {
        logger.warning(
            "changes of a function's code are not seen, because the kernel watches no more folders",
            metadata: ["folder": "\(root)", "reason": "\(String(cString: strerror(error)))"])
    }

    /// Watches a code folder no more.
    func forget(root: String) {
        for (watch, entry) in watches where entry.roots.contains(root) {
            watches[watch]?.roots.remove(root)
            guard entry.roots.count == 1 else { continue }
            watches[watch] = nil
            inotify_rm_watch(file, watch)
        }
    }

    /// The code folders in which something changed since this was last asked.
    func changed() -> Set<String> {
        guard file >= 0 else { return [] }
        var changed: Set<String> = []
        withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 8) { buffer in
            for _ in 0..<64 {
                let count = read(file, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                note(UnsafeRawBufferPointer(rebasing: buffer[..<count]), in: &changed)
            }
        }
        return changed
    }

    /// Events lie one after the other: watch, mask, cookie, length of the name, name.
    private func note(_ events: UnsafeRawBufferPointer, in changed: inout Set<String>) {
        let header = 16
        var place = 0
        while place + header <= events.count {
            let watch = events.loadUnaligned(fromByteOffset: place, as: Int32.self)
            let mask = events.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
            let length = Int(events.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self))
            guard place + header + length <= events.count else { return }
            let bytes = events[(place + header)..<(place + header + length)].prefix { $0 != 0 }
            place += header + length
            if mask & UInt32(IN_Q_OVERFLOW) != 0 {
                for entry in watches.values { changed.formUnion(entry.roots) }
                continue
            }
            guard let entry = watches[watch] else { continue }
            if mask & UInt32(IN_IGNORED) != 0 { watches[watch] = nil }
            let name = String(decoding: bytes, as: UTF8.self)
            if !Self.ignoredNames.contains(name) { changed.formUnion(entry.roots) }
        }
    }

    func close() {
        if file >= 0 { Glibc.close(file) }
        file = -1
        watches = [:]
    }

    /// A code folder and those in it, up to ``maximumFolders``. Reads the file system: not for an event loop.
    static func folders(below root: String) -> [String] {
        var folders = [root]
        var next = 0
        while next < folders.count, folders.count < maximumFolders {
            let folder = folders[next]
            next += 1
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where !ignoredNames.contains(name) && folders.count < maximumFolders {
                let path = "\(folder)/\(name)"
                var status = stat()
                if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { folders.append(path) }
            }
        }
        return folders
    }
}
