import Crypto
import Foundation
import Lambda
import Synchronization

/// The code of functions below the home: `functions/{function}/{id}/` has the zip file as it was uploaded, and `code/`
/// with what was in it. Each upload has a folder of its own, so that one that fails touches nothing.
final class FunctionPackages: Sendable {
    let root: String
    /// Folders that no row refers to yet.
    private let staged = Mutex<Set<String>>([])
    /// One package is unpacked at a time: each may take 300 MB of disk and much time of a core.
    private let queue = DispatchQueue(label: "sluice.functions.packages")

    /// - Parameter root: absolute path; made with the first package.
    init(root: String) {
        self.root = root
    }

    /// Code that is on the disk, and what Lambda tells of it.
    struct Staged: Sendable {
        var code: FunctionCode
        /// Bytes.
        var size: Int
        /// Base64.
        var sha256: String
    }

    /// The folder that a version runs in.
    func directory(of code: FunctionCode) -> String {
        switch code {
        case .package(let name): "\(root)/\(name)/code"
        case .folder(let path): path
        }
    }

    /// Where its code can be fetched: a `file://` URL of this machine.
    func location(of code: FunctionCode) -> String {
        switch code {
        case .package(let name):
            let zip = "\(root)/\(name)/code.zip"
            let isZip = FileManager.default.fileExists(atPath: zip)
            return URL(filePath: isZip ? zip : directory(of: code)).absoluteString
        case .folder(let path): return URL(filePath: path).absoluteString
        }
    }

    /// Unpacks a zip file; all of it is on the disk when this returns. It stays until ``settle(_:)`` alone: after that
    /// a sweep takes it away if no version has it. Throws ``ApiError`` for a file that is none.
    func stage(zip bytes: [UInt8], function: String) async throws -> Staged {
        let digest = Data(SHA256.hash(data: bytes)).base64EncodedString()
        let name = try await stage(function) { folder in
            let archive = try ZipArchive(bytes)
            try archive.extract(to: folder + "/code")
            let file = try Disk.File(folder + "/code.zip", mode: 0o600)
            try file.write(bytes[...])
            try file.finish()
        }
        return Staged(code: .package(name), size: bytes.count, sha256: digest)
    }

    /// A copy of a developer's folder, for a version that must not change any more.
    func stage(copyOf path: String, function: String) async throws -> Staged {
        let measure = try await FolderMeasure.of(path, on: queue)
        let name = try await stage(function) { folder in
            try FolderCopy.copy(path, to: folder + "/code")
        }
        return Staged(code: .package(name), size: measure.size, sha256: measure.sha256)
    }

    /// A developer's folder, used where it is.
    func stage(folder path: String) async throws -> Staged {
        let measure = try await FolderMeasure.of(path, on: queue)
        return Staged(code: .folder(path), size: measure.size, sha256: measure.sha256)
    }

    /// To be called once the transaction that refers to the code is through, or has failed.
    func settle(_ staged: Staged?) {
        guard case .package(let name) = staged?.code else { return }
        self.staged.withLock { _ = $0.remove(name) }
    }

    /// To be called when the transaction that was to refer to the code has failed.
    func discard(_ staged: Staged?) async {
        guard case .package(let name) = staged?.code else { return }
        try? await queue.run { [root] in Self.remove(name, from: root) }
        settle(staged)
    }

    private func stage(
        _ function: String, _ fill: @escaping @Sendable (String) throws -> Void
    ) async throws -> String {
        let name = "\(function)/\(Ids.make(length: 16))"
        staged.withLock { _ = $0.insert(name) }
        do {
            try await queue.run { [root] in
                let folder = "\(root)/\(name)"
                do {
                    for path in [root, "\(root)/\(function)"] where mkdir(path, 0o700) != 0 && errno != EEXIST {
                        throw ZipError.notWritable(path: path, reason: String(cString: strerror(errno)))
                    }
                    try Disk.makeFolder(folder)
                    try fill(folder)
                    for path in [folder, "\(root)/\(function)", root] { try Disk.sync(path) }
                } catch {
                    Self.remove(name, from: root)
                    throw Self.refusal(error)
                }
            }
        } catch {
            staged.withLock { _ = $0.remove(name) }
            throw error
        }
        return name
    }

    /// The caller's faults in Lambda's words; the engine's own as they are.
    private static func refusal(_ error: any Error) -> any Error {
        guard let error = error as? ZipError else { return error }
        switch error {
        case .notWritable: return error
        case .tooLarge(let reason):
            return ApiError.invalidParameter(
                "Unzipped size must be smaller than \(ZipLimits.lambda.unpackedSize) bytes", detail: reason)
        case .malformed, .refusedEntry:
            return ApiError.invalidParameter(
                "Could not unzip uploaded file. Please check your file, then try to upload again.",
                detail: "\(error)")
        }
    }

    /// Packages that no version refers to. `used` is asked after it is known what is being staged, so that nothing that
    /// is just being committed is taken for a leftover. Names do not come again: a leftover stays one.
    func leftovers(used: @Sendable () async throws -> Set<String>) async throws -> [String] {
        let present = try await queue.run { [root] in Self.packages(in: root) }
        let kept = staged.withLock { $0 }
        let needed = try await used()
        return present.filter { !kept.contains($0) && !needed.contains($0) }
    }

    func remove(_ leftovers: [String]) async throws {
        try await queue.run { [root] in
            for name in leftovers { Self.remove(name, from: root) }
        }
    }

    /// With the function's own folder, where nothing else is in it.
    private static func remove(_ name: String, from root: String) {
        try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
        if let function = name.split(separator: "/").first { rmdir("\(root)/\(function)") }
    }

    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private static func packages(in root: String) -> [String] {
        names(in: root).flatMap { function in names(in: "\(root)/\(function)").map { "\(function)/\($0)" } }
    }
}

extension DispatchQueue {
    /// Work that would hold up the tasks' own few threads.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
