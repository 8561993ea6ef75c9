import Crypto
import Foundation
import Lambda

/// Size and fingerprint of a folder with code: of the names, sizes and times of its files, so that a large one is told
/// quickly. Beyond 100,000 entries it looks no further.
struct FolderMeasure: Sendable, Hashable {
    /// Bytes.
    var size: Int
    /// Base64.
    var sha256: String

    static func of(_ path: String, on queue: DispatchQueue) async throws -> FolderMeasure {
        try await queue.run { of(path) }
    }

    private static func of(_ path: String) -> FolderMeasure {
        var lines: [String] = []
        var total = 0
        FolderWalk.each(path, limit: ZipLimits.lambda.entryCount) { entry in
            let size = entry.isFile ? entry.size : 0
            total += size
            lines.append("\(entry.path)\u{0}\(entry.mode)\u{0}\(size)\u{0}\(entry.isFile ? entry.modified : 0)")
            return true
        }
        var hash = SHA256()
        for line in lines.sorted() { hash.update(data: Data((line + "\n").utf8)) }
        return FolderMeasure(size: total, sha256: Data(hash.finalize()).base64EncodedString())
    }
}

/// Copies a folder as it is now: files with their executable bits, folders and links; nothing else.
enum FolderCopy {
    /// Throws ``ZipError``: what a package may not have, a copy may not either.
    static func copy(_ source: String, to target: String, limits: ZipLimits = .lambda) throws {
        try Disk.makeFolder(target)
        var folders: [String] = []
        var size = 0
        var count = 0
        var fault: (any Error)?
        FolderWalk.each(source, limit: limits.entryCount + 1) { entry in
            do {
                count += 1
                guard count <= limits.entryCount else {
                    throw ZipError.tooLarge("it has more than \(limits.entryCount) files and folders")
                }
                let (from, to) = ("\(source)/\(entry.path)", "\(target)/\(entry.path)")
                if entry.isFolder {
                    try Disk.makeFolder(to)
                    folders.append(to)
                } else if entry.isLink {
                    try Disk.makeLink(to, to: try FileManager.default.destinationOfSymbolicLink(atPath: from))
                } else if entry.isFile {
                    size += try copy(file: from, to: to, entry, room: limits.unpackedSize - size)
                }
                return true
            } catch {
                fault = error
                return false
            }
        }
        if let fault { throw fault }
        for folder in folders.reversed() { try Disk.sync(folder) }
        try Disk.sync(target)
    }

    /// Bytes that were copied, at most `room`.
    private static func copy(file source: String, to target: String, _ entry: FolderWalk.Entry, room: Int) throws -> Int
    {
        let input = try FileHandle(forReadingFrom: URL(filePath: source))
        defer { try? input.close() }
        let output = try Disk.File(target, mode: entry.mode & 0o111 != 0 ? 0o755 : 0o644)
        var size = 0
        while let part = try input.read(upToCount: 1 << 20), !part.isEmpty {
            size += part.count
            guard size <= room else {
                throw ZipError.tooLarge("its files have more than \(ZipLimits.lambda.unpackedSize) bytes")
            }
            try output.write(Array(part)[...])
        }
        try output.finish()
        return size
    }
}

/// Goes through a folder, each folder before what is in it, without following links.
enum FolderWalk {
    struct Entry {
        /// Below the folder.
        var path: String
        var mode: UInt32
        var size: Int
        /// Nanoseconds since 1970.
        var modified: Int

        var isFolder: Bool { mode & S_IFMT == S_IFDIR }
        var isFile: Bool { mode & S_IFMT == S_IFREG }
        var isLink: Bool { mode & S_IFMT == S_IFLNK }
    }

    /// Ends when `body` says `false`, or after `limit` entries.
    static func each(_ folder: String, limit: Int, _ body: (Entry) -> Bool) {
        var pending = [""]
        var count = 0
        while let parent = pending.popLast() {
            let names =
                (try? FileManager.default.contentsOfDirectory(atPath: parent.isEmpty ? folder : "\(folder)/\(parent)"))
            for name in (names ?? []).sorted() {
                let path = parent.isEmpty ? name : "\(parent)/\(name)"
                var status = stat()
                guard lstat("\(folder)/\(path)", &status) == 0 else { continue }
                let time = status.st_mtim
                let entry = Entry(
                    path: path, mode: status.st_mode, size: Int(status.st_size),
                    modified: time.tv_sec &* 1_000_000_000 &+ time.tv_nsec)
                count += 1
                guard count <= limit, body(entry) else { return }
                if entry.isFolder { pending.append(path) }
            }
        }
    }
}
