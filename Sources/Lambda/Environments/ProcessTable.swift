import Foundation

/// What `/proc` tells of the machine's processes. Reads files: not for an event loop.
enum ProcessTable {
    /// What the processes of one group have together.
    struct Group: Sendable, Hashable {
        /// Bytes in memory; pages that they share count for each.
        var memory = 0
        var processes = 0
    }

    /// The groups among `wanted`.
    static func groups(_ wanted: Set<Int>) -> [Int: Group] {
        var groups: [Int: Group] = [:]
        for pid in pids() {
            guard let text = read("/proc/\(pid)/stat", limit: 1024), let entry = ProcessStatus(text),
                wanted.contains(entry.group)
            else { continue }
            groups[entry.group, default: Group()].memory += entry.residentPages * pageSize
            groups[entry.group, default: Group()].processes += 1
        }
        return groups
    }

    /// Bytes in memory of one process; 0 if it is gone.
    static func memory(of pid: Int) -> Int {
        guard let text = read("/proc/\(pid)/statm", limit: 256) else { return 0 }
        let fields = text.split(separator: UInt8(ascii: " "))
        return fields.count > 1 ? max(0, Int(String(decoding: fields[1], as: UTF8.self)) ?? 0) * pageSize : 0
    }

    /// Kills every process that has `mark` in the environment that it was started with, and those that come from them
    /// meanwhile. Processes of other users are not seen.
    static func killAll(carrying mark: String) {
        let mark = Array(mark.utf8)
        let own = Int(getpid())
        // A process that forks and ends while it is looked for is seen neither as itself nor as its child: only a second
        // look that finds nothing counts.
        var emptyLooks = 0
        for _ in 0..<32 {
            var found = false
            for pid in pids() where pid != own {
                guard let environment = read("/proc/\(pid)/environ", limit: 256 << 10),
                    environment.split(separator: 0).contains(where: { $0.elementsEqual(mark) })
                else { continue }
                found = true
                kill(pid_t(pid), SIGKILL)
            }
            emptyLooks = found ? 0 : emptyLooks + 1
            if emptyLooks == 2 { return }
            usleep(2000)
        }
    }

    private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

    private static func pids() -> [Int] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [Int] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = Int(name) { pids.append(pid) }
        }
        return pids
    }

    /// The file's first `limit` bytes.
    private static func read(_ path: String, limit: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let room = min(4096, limit - bytes.count)
            let before = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: room))
            let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress?.advanced(by: before), room) }
            bytes.removeLast(room - max(0, count))
            if count <= 0 { break }
        }
        return bytes
    }
}

/// A line of `/proc/{pid}/stat`: `812 (python3) S 1 812 812 …`.
struct ProcessStatus: Hashable {
    var group: Int
    var residentPages: Int

    init?(_ text: [UInt8]) {
        // The name may have any character in it.
        guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[(end + 1)...].split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") })
        guard fields.count > 21, let group = Int(String(decoding: fields[2], as: UTF8.self)),
            let pages = Int(String(decoding: fields[21], as: UTF8.self))
        else { return nil }
        self.group = group
        residentPages = max(0, pages)
    }
}
