import Foundation
import NIOCore

/// Why a listener cannot be had. Each says what to do.
package enum ListenError: Error, Sendable, Hashable {
    case pathTooLong(path: String, limit: Int)
    case alreadyServed(path: String)
    case notASocket(path: String)
    case failed(address: String, reason: String)
}

extension ListenError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .pathTooLong(let path, let limit):
            "the socket path \(path) has \(path.utf8.count) bytes, and the system takes \(limit) at most. "
                + "Choose a shorter one with --socket or SLUICE_SOCKET."
        case .alreadyServed(let path):
            "another engine already answers on \(path). Stop it, or choose another socket with --socket."
        case .notASocket(let path):
            "\(path) exists and is no socket. Move it aside, or choose another path with --socket."
        case .failed(let address, let reason):
            "cannot listen on \(address): \(reason)"
        }
    }
}

enum UnixSocket {
    /// Bytes of `sun_path` without the one that ends it.
    static let longestPath = 107

    /// Clears the way for a listener: removes the file of one that is gone, refuses to touch one that lives. To be
    /// called with the home's lock held. Throws ``ListenError``.
    static func clear(_ path: String) throws {
        guard path.utf8.count <= longestPath else {
            throw ListenError.pathTooLong(path: path, limit: longestPath)
        }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else {
                throw ListenError.failed(address: path, reason: String(cString: strerror(errno)))
            }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw ListenError.notASocket(path: path) }
        guard try !answers(path) else { throw ListenError.alreadyServed(path: path) }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw ListenError.failed(address: path, reason: String(cString: strerror(errno)))
        }
    }

    /// Whether someone takes connections there. Anything but a plain refusal counts as yes: better to stay away from
    /// a socket than to take it over.
    private static func answers(_ path: String) throws -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw ListenError.failed(address: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: path.utf8.prefix(longestPath))
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 || errno != ECONNREFUSED
    }

    /// The user id of the process at the other end.
    static func peer(of channel: any Channel) -> EventLoopFuture<UInt32> {
        guard let provider = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(
                ListenError.failed(address: "unix", reason: "the connection has no socket options"))
        }
        return provider.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED))
            .map { (credentials: PeerCredentials) in credentials.uid }
    }
}

/// `struct ucred` of `SO_PEERCRED`.
struct PeerCredentials: Sendable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
}
