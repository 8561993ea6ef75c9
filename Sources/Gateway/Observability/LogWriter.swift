import Dispatch
import Foundation
import Logging
import Synchronization

/// Appends lines to the files of `<home>/logs`, on a queue of its own. Nothing waits for it: what the disk does not take
/// in time is dropped, counted, and told in the engine's log.
///
/// A file that would grow beyond 10 MB becomes `{name}.1`, that one `{name}.2`, and so on up to 4 old ones.
final class LogWriter: Sendable {
    static let fileLimit = 10 << 20
    static let oldFiles = 4
    /// Bytes that may wait for the disk.
    static let queueLimit = 32 << 20
    /// Files that are held open at once.
    private static let openLimit = 64
    /// Between two messages about the same trouble.
    private static let silence = 60.0

    private struct OpenFile {
        var descriptor: Int32
        var size: Int
        var lastUse: Int
    }

    /// Only touched on the queue.
    private struct Files {
        var open: [String: OpenFile] = [:]
        var use = 0
        var lastComplaint: Date?
        var dropped = 0
    }

    private let directory: String
    private let logger: Logger
    private let queue = DispatchQueue(label: "sluice.log-writer", qos: .utility)
    private let waiting = Mutex(0)
    private let files = Mutex(Files())

    /// `directory` is made with the first line.
    init(directory: String, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// Takes whole lines by file. `dropped` are those that the loop could not keep.
    func submit(_ lines: [LogFile: [UInt8]], bytes: Int, dropped: Int) {
        let fits = waiting.withLock { waiting in
            guard waiting + bytes <= Self.queueLimit else { return false }
            waiting += bytes
            return true
        }
        queue.async { [self] in
            var lost = dropped
            if fits {
                for (file, text) in lines { append(text, to: file) }
                waiting.withLock { $0 -= bytes }
            } else {
                lost += lines.values.map(Self.count).reduce(0, +)
            }
            if lost > 0 { complain(lost: lost, reason: "the disk is too slow") }
        }
    }

    /// Writes what waits and closes the files. Blocks.
    func close() {
        queue.sync {
            files.withLock { files in
                for file in files.open.values { Foundation.close(file.descriptor) }
                files.open.removeAll()
            }
        }
    }

    // MARK: On the queue

    private static func count(_ lines: [UInt8]) -> Int { lines.count { $0 == 0x0A } }

    private func append(_ text: [UInt8], to file: LogFile) {
        let path = directory + "/" + file.path
        do {
            try files.withLock { files in
                var open = try Self.find(path, &files)
                if open.size > 0, open.size + text.count > Self.fileLimit {
                    Foundation.close(open.descriptor)
                    files.open[path] = nil
                    Self.rotate(path)
                    open = try Self.find(path, &files)
                }
                try Self.write(text, to: open.descriptor, path)
                files.open[path]?.size += text.count
            }
        } catch {
            files.withLock { files in
                if let broken = files.open.removeValue(forKey: path) { Foundation.close(broken.descriptor) }
            }
            complain(lost: Self.count(text), reason: "\(error)")
        }
    }

    private static func find(_ path: String, _ files: inout Files) throws -> OpenFile {
        files.use += 1
        files.open[path]?.lastUse = files.use
        if let known = files.open[path] {
            if isThere(path, known.descriptor) { return known }
            // Somebody moved the file away or removed it: the lines belong into a new one of that name.
            Foundation.close(known.descriptor)
            files.open[path] = nil
        }
        if files.open.count >= openLimit, let oldest = files.open.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            Foundation.close(oldest.value.descriptor)
            files.open[oldest.key] = nil
        }
        if let slash = path.lastIndex(of: "/") {
            try FileManager.default.createDirectory(
                atPath: String(path[..<slash]), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.notWritable(path: path, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
        let made = OpenFile(descriptor: descriptor, size: size, lastUse: files.use)
        files.open[path] = made
        return made
    }

    /// Whether the path still leads to the open file.
    private static func isThere(_ path: String, _ descriptor: Int32) -> Bool {
        var named = stat()
        var open = stat()
        return lstat(path, &named) == 0 && fstat(descriptor, &open) == 0 && named.st_ino == open.st_ino
            && named.st_dev == open.st_dev
    }

    private static func rotate(_ path: String) {
        for number in stride(from: oldFiles, to: 0, by: -1) {
            rename(number == 1 ? path : "\(path).\(number - 1)", "\(path).\(number)")
        }
    }

    private static func write(_ text: [UInt8], to descriptor: Int32, _ path: String) throws {
        var rest = text[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw StoreError.notWritable(path: path, reason: String(cString: strerror(errno)))
            }
            rest = rest.dropFirst(written)
        }
    }

    private func complain(lost: Int, reason: String) {
        let told: Int? = files.withLock { files in
            files.dropped += lost
            let now = Date()
            if let last = files.lastComplaint, now.timeIntervalSince(last) < Self.silence { return nil }
            files.lastComplaint = now
            defer { files.dropped = 0 }
            return files.dropped
        }
        guard let told else { return }
        logger.warning(
            "lines of access or execution logs could not be written",
            metadata: ["lost": "\(told)", "reason": "\(reason)"])
    }
}
