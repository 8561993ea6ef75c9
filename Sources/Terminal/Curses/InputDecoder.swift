/// Makes events of what comes from the terminal: bytes, and the keys that ncurses has recognised.
///
/// A value with no input or output: bytes in, events out. UTF-8 is put together here, because `wget_wch` loses a
/// character that arrives in two reads.
struct InputDecoder {
    /// A paste longer than this is cut. The rest is read and dropped, so that it never becomes keys.
    static let pasteLimit = 1 << 20

    private enum State {
        case ground
        /// After ESC.
        case escape
        /// After ESC O.
        case single
        /// After ESC [, with the bytes up to now.
        case sequence([UInt8])
        /// The three bytes after ESC [ M, which an old mouse sends.
        case oldMouse(Int)
        /// Inside a bracketed paste, with the part of the end mark that has come.
        case paste([UInt8], matched: Int)
    }

    private var state = State.ground
    private var partial: [UInt8] = []

    /// Whether a paste has begun and not ended. Then a missing end must not swallow the keyboard for ever.
    var isInPaste: Bool {
        if case .paste = state { return true }
        return false
    }

    mutating func decode(byte: UInt8, into events: inout [TerminalEvent]) {
        switch state {
        case .ground:
            ground(byte, alt: false, into: &events)
        case .escape:
            state = .ground
            switch byte {
            case UInt8(ascii: "["): state = .sequence([])
            case UInt8(ascii: "O"): state = .single
            case 0x1B:
                events.append(.key(.escape))
                state = .escape
            default: ground(byte, alt: true, into: &events)
            }
        case .single:
            state = .ground
            if let key = Self.finalKeys[byte] { events.append(.key(key)) }
        case .sequence(var bytes):
            if byte >= 0x40, byte <= 0x7E {
                state = .ground
                finish(sequence: bytes, final: byte, into: &events)
            } else if byte >= 0x20, byte < 0x40, bytes.count < 64 {
                bytes.append(byte)
                state = .sequence(bytes)
            } else {
                // No sequence after all. ESC begins a new one.
                state = byte == 0x1B ? .escape : .ground
            }
        case .oldMouse(let left):
            state = left > 1 ? .oldMouse(left - 1) : .ground
        case .paste(var bytes, let matched):
            state = .ground
            paste(byte, &bytes, matched, into: &events)
        }
    }

    /// A key that ncurses has recognised.
    mutating func decode(key: Key, into events: inout [TerminalEvent]) {
        if isInPaste { return }
        abandon(into: &events)
        events.append(.key(key))
    }

    /// What the sequences mean that ncurses was told to recognise, without their ESC [.
    mutating func decode(sequence: String, into events: inout [TerminalEvent]) {
        for byte in [0x1B, UInt8(ascii: "[")] + Array(sequence.utf8) { decode(byte: byte, into: &events) }
    }

    /// Called when no more input is there: an ESC that stands alone is the escape key.
    mutating func flush(into events: inout [TerminalEvent]) {
        switch state {
        case .escape:
            events.append(.key(.escape))
            state = .ground
        case .single:
            events.append(.key(.alt("O")))
            state = .ground
        case .sequence(let bytes) where bytes.isEmpty:
            events.append(.key(.alt("[")))
            state = .ground
        default:
            break
        }
    }

    /// Ends a paste whose end mark never came.
    mutating func endPaste(into events: inout [TerminalEvent]) {
        if case .paste(let bytes, _) = state {
            events.append(.paste(Self.pasted(bytes)))
            state = .ground
        }
    }

    // MARK: Characters

    private mutating func ground(_ byte: UInt8, alt: Bool, into events: inout [TerminalEvent]) {
        if !partial.isEmpty {
            if byte & 0xC0 == 0x80 {
                partial.append(byte)
                if partial.count == Self.length(partial[0]) { finishCharacter(into: &events) }
                return
            }
            // A broken character is dropped; the byte begins something new.
            partial = []
        }
        if byte == 0x1B {
            state = .escape
        } else if byte < 0x80 {
            let character = Character(Unicode.Scalar(byte))
            if alt, byte >= 0x20, byte < 0x7F {
                events.append(.key(.alt(character)))
            } else if let key = Key(typed: character) {
                events.append(.key(key))
            }
        } else if Self.length(byte) > 1 {
            partial = [byte]
        }
    }

    private mutating func finishCharacter(into events: inout [TerminalEvent]) {
        if let text = String(validating: partial, as: UTF8.self), let character = text.first,
            let key = Key(typed: character)
        {
            events.append(.key(key))
        }
        partial = []
    }

    private mutating func abandon(into events: inout [TerminalEvent]) {
        partial = []
        flush(into: &events)
        state = .ground
    }

    private static func length(_ first: UInt8) -> Int {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    // MARK: Sequences

    private mutating func finish(sequence bytes: [UInt8], final: UInt8, into events: inout [TerminalEvent]) {
        if bytes.first == UInt8(ascii: "<") {
            if let event = Self.mouse(bytes.dropFirst(), final: final) { events.append(.mouse(event)) }
            return
        }
        let parameters = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
        switch (final, parameters.first ?? 0) {
        case (UInt8(ascii: "~"), 200): state = .paste([], matched: 0)
        case (UInt8(ascii: "~"), let number):
            if let key = Self.tildeKeys[number] { events.append(.key(key)) }
        case (UInt8(ascii: "I"), _) where bytes.isEmpty: events.append(.focus(true))
        case (UInt8(ascii: "O"), _) where bytes.isEmpty: events.append(.focus(false))
        case (UInt8(ascii: "M"), _) where bytes.isEmpty: state = .oldMouse(3)
        // With a modifier (ESC [ 1 ; 5 C) it is another key, for which there is no name.
        case (_, _) where parameters.count < 2:
            if let key = Self.finalKeys[final] { events.append(.key(key)) }
        default: break
        }
    }

    /// SGR mouse reports: `ESC [ < button ; column ; row`, and `M` for press or `m` for release.
    private static func mouse(_ bytes: ArraySlice<UInt8>, final: UInt8) -> MouseEvent? {
        let numbers = bytes.split(separator: UInt8(ascii: ";")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 3, final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else { return nil }
        let code = numbers[0]
        var modifiers: MouseEvent.Modifiers = []
        if code & 4 != 0 { modifiers.insert(.shift) }
        if code & 8 != 0 { modifiers.insert(.alt) }
        if code & 16 != 0 { modifiers.insert(.control) }
        let (x, y) = (max(0, numbers[1] - 1), max(0, numbers[2] - 1))
        if code & 64 != 0 {
            guard code & 3 < 2 else { return nil }
            return MouseEvent(code & 3 == 0 ? .wheelUp : .wheelDown, x: x, y: y, modifiers: modifiers)
        }
        let button: MouseEvent.Button = [.left, .middle, .right, .none][code & 3]
        let action: MouseEvent.Action =
            final == UInt8(ascii: "m") ? .release : code & 32 != 0 ? .drag : .press
        return MouseEvent(action, button, x: x, y: y, modifiers: modifiers)
    }

    private static let finalKeys: [UInt8: Key] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "Z"): .backTab, UInt8(ascii: "M"): .enter,
        UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2), UInt8(ascii: "R"): .function(3),
        UInt8(ascii: "S"): .function(4),
    ]

    private static let tildeKeys: [Int: Key] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end, 11: .function(1),
        12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6), 18: .function(7),
        19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
    ]

    // MARK: Paste

    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private mutating func paste(
        _ byte: UInt8, _ bytes: inout [UInt8], _ matched: Int, into events: inout [TerminalEvent]
    ) {
        var matched = matched
        if byte == Self.pasteEnd[matched] {
            matched += 1
            if matched == Self.pasteEnd.count {
                events.append(.paste(Self.pasted(bytes)))
                return
            }
        } else {
            bytes.append(contentsOf: Self.pasteEnd.prefix(matched))
            matched = byte == 0x1B ? 1 : 0
            if matched == 0, bytes.count < Self.pasteLimit { bytes.append(byte) }
        }
        state = .paste(bytes, matched: matched)
    }

    /// Terminals send a pasted newline as CR.
    private static func pasted(_ bytes: [UInt8]) -> String {
        var text = ""
        var afterReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar == "\r" {
                text.append("\n")
            } else if scalar != "\n" || !afterReturn {
                text.unicodeScalars.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return text
    }
}
