import Foundation
import Gateway

/// A program that runs beside a sample, quietly, and ends with it.
final class ChildProcess: Sendable {
    private let process: SpawnedProcess

    /// Throws where the program cannot be run.
    init(_ program: String, _ arguments: [String], environment: [String: String]) throws {
        process = try SpawnedProcess(program, arguments, environment: environment)
    }

    var isRunning: Bool { process.isRunning }

    /// Asks it to end, and waits; after five seconds it is killed.
    func stop() {
        process.signal(SIGTERM)
        for _ in 0..<100 where process.isRunning { usleep(50_000) }
        process.signal(SIGKILL)
        process.wait()
    }

    /// An executable by its name, in the folders of `PATH`.
    static func find(_ name: String, in path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// A loopback port that nobody holds at this moment.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw DemoFailure("no socket: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 ? getsockname(descriptor, address, &length) : -1
            }
        }
        guard status == 0 else { throw DemoFailure("no free port: \(String(cString: strerror(errno)))") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
