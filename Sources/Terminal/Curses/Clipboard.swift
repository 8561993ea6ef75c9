import Foundation

/// Copying through the terminal (OSC 52), which reaches the user's own clipboard from the other end of ssh as well.
public enum Clipboard {
    /// The most that is copied, in UTF-8 bytes: xterm takes 100,000 bytes of base64, and others cut silently.
    public static let limit = 74_000

    /// The bytes to send; nil when the text is longer than ``limit``.
    ///
    /// tmux ignores what programs copy unless it is told otherwise (`set-clipboard on`), and passes it on when
    /// `allow-passthrough` is on. Both forms are sent there: whichever is allowed does it. GNU screen passes it on in
    /// pieces.
    public static func sequence(for text: String, environment: [String: String]) -> [UInt8]? {
        guard text.utf8.count <= limit else { return nil }
        let plain = "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{7}"
        if environment["TMUX"].map({ !$0.isEmpty }) ?? false {
            let escaped = plain.replacingOccurrences(of: "\u{1B}", with: "\u{1B}\u{1B}")
            return Array((plain + "\u{1B}Ptmux;\(escaped)\u{1B}\\").utf8)
        }
        if environment["STY"].map({ !$0.isEmpty }) ?? false {
            var bytes: [UInt8] = []
            var rest = Array(plain.utf8)[...]
            while !rest.isEmpty {
                bytes += Array("\u{1B}P".utf8) + rest.prefix(512) + Array("\u{1B}\\".utf8)
                rest = rest.dropFirst(512)
            }
            return bytes
        }
        return Array(plain.utf8)
    }
}
