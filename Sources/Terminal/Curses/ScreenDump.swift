public import Foundation

/// Saving what the screen shows, as text.
public enum ScreenDump {
    /// Writes the canvas into a new file of `folder`, which is made if needed. Only its owner can read the file: a
    /// screen may show keys and customers' data.
    ///
    /// - Returns: the file's path, `<folder>/<label>-<yyyyMMdd-HHmmss>.txt` with a number where that is taken.
    public static func write(
        _ canvas: Canvas, label: String, folder: String, at date: Date = Date()
    ) throws(ConfigurationError) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyyMMdd-HHmmss"
        let safe = String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" })
        let stem = folder + "/" + (safe.isEmpty ? "screen" : safe) + "-" + formatter.string(from: date)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ConfigurationError(file: folder, message: "the folder for screens cannot be made: \(error)")
        }
        let content = Data((canvas.text + "\n").utf8)
        for number in 1...1000 {
            let path = stem + (number == 1 ? "" : "-\(number)") + ".txt"
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if file < 0 {
                if errno == EEXIST { continue }
                throw ConfigurationError(file: path, message: "cannot be written: \(String(cString: strerror(errno)))")
            }
            let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
            do {
                try handle.write(contentsOf: content)
            } catch {
                throw ConfigurationError(file: path, message: "cannot be written: \(error)")
            }
            return path
        }
        throw ConfigurationError(file: stem + ".txt", message: "there are a thousand screens of this second already")
    }
}
