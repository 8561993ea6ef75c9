import Foundation

/// Files that are new and that stay. Throws ``ZipError/notWritable(path:reason:)``.
package enum Disk {
    package static func makeFolder(_ path: String) throws(ZipError) {
        guard mkdir(path, 0o755) == 0 else { throw fault(path) }
    }

    package static func makeLink(_ path: String, to target: String) throws(ZipError) {
        guard symlink(target, path) == 0 else { throw fault(path) }
    }

    /// Puts a folder's names on the disk.
    package static func sync(_ path: String) throws(ZipError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw fault(path) }
    }

    private static func fault(_ path: String) -> ZipError {
        .notWritable(path: path, reason: String(cString: strerror(errno)))
    }

    /// One file that must not be there yet.
    package final class File {
        private let path: String
        private var descriptor: Int32

        package init(_ path: String, mode: UInt32) throws(ZipError) {
            self.path = path
            descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            guard descriptor >= 0 else { throw fault(path) }
            // Whatever the umask is: what runs the code has to be able to read it.
            guard fchmod(descriptor, mode) == 0 else { throw fault(path) }
        }

        package func write(_ bytes: ArraySlice<UInt8>) throws(ZipError) {
            var rest = bytes
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 {
                    if errno == EINTR { continue }
                    throw fault(path)
                }
                rest = rest.dropFirst(written)
            }
        }

        /// Closes it when its bytes are on the disk.
        package func finish() throws(ZipError) {
            guard fsync(descriptor) == 0 else { throw fault(path) }
            abandon()
        }

        package func abandon() {
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }

        deinit { abandon() }
    }
}
