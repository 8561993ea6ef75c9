import Foundation

/// Hands a text to the user's editor in a file of its own, which nobody else can read and which is gone afterwards.
struct Editor {
    /// The largest text that is taken back, in bytes.
    static let limit = 4 << 20

    /// `VISUAL`, else `EDITOR`, else `vi`; may have arguments, as `code --wait`.
    let command: String
    let folder: String

    init(environment: [String: String]) {
        let chosen = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }.first { !$0.trimmed.isEmpty }
        command = chosen ?? "vi"
        folder = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    }

    /// Runs the editor and waits for its end.
    ///
    /// - Parameter run: starts a program in the foreground of the terminal and gives its exit code.
    func edit(_ text: String, fileName: String, run: ([String]) throws -> Int32) -> EditOutcome {
        var template = Array("\(folder)/sluice-XXXXXX".utf8CString)
        // mkdtemp makes it readable for its owner alone.
        guard mkdtemp(&template) != nil else {
            return .failed("\(folder): no folder for the text can be made: \(String(cString: strerror(errno)))")
        }
        let own = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = own + "/" + fileName
        var keeps = false
        defer { if !keeps { try? FileManager.default.removeItem(atPath: own) } }
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { return .failed("\(path): the text cannot be written") }
        do {
            // The shell takes the command apart as it does for git.
            let code = try run(["/bin/sh", "-c", command + " \"$@\"", command, path])
            guard code == 0 else {
                return .failed(
                    code == 127
                        ? "the editor \"\(command)\" was not found: set VISUAL or EDITOR"
                        : "the editor \"\(command)\" ended with \(code): nothing was changed")
            }
        } catch {
            return .failed("the editor \"\(command)\" cannot be started: \(error)")
        }
        switch read(path) {
        case .success(let edited): return .text(Self.settled(edited, like: text))
        case .failure(let error):
            // Whatever was typed must not be lost.
            keeps = FileManager.default.fileExists(atPath: path)
            return .failed("\(path): \(error)\(keeps ? "; the file is kept there" : "")")
        }
    }

    private func read(_ path: String) -> Result<String, EditError> {
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int,
            let data = FileManager.default.contents(atPath: path)
        else { return .failure(EditError("the text cannot be read back")) }
        guard size <= Self.limit else {
            return .failure(EditError("the text has \(size) bytes; \(Self.limit) are taken at most"))
        }
        guard let text = String(data: data, encoding: .utf8) else {
            return .failure(EditError("the text is not UTF-8"))
        }
        return .success(text)
    }

    /// Editors end every file with a newline. Where there was none before, the one that was added is taken off: in a
    /// template it would be sent.
    static func settled(_ edited: String, like former: String) -> String {
        guard edited.utf8.last == UInt8(ascii: "\n"), former.utf8.last != UInt8(ascii: "\n") else { return edited }
        return String(decoding: edited.utf8.dropLast(), as: UTF8.self)
    }
}
