import Foundation

/// Standard output that notices when its reader has gone (`sluice logs | head`) and ends quietly then.
enum StandardOutput {
    static func write(_ text: String) {
        if !writeAll(text, to: STDOUT_FILENO) { exit(0) }
    }

    static func line(_ text: String) {
        write(text + "\n")
    }
}

enum StandardError {
    static func write(_ text: String) {
        _ = writeAll(text, to: STDERR_FILENO)
    }
}

private func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 {
            if errno == EINTR { continue }
            return false
        }
        rest = rest.dropFirst(written)
    }
    return true
}
