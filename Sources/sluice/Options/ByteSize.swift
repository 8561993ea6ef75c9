import ArgumentParser

/// A size in bytes as people write it: `1048576`, `512K`, `256M`, `1.5G`. The letters are powers of 1,024.
struct ByteSize {
    let bytes: Int

    init(_ text: String, name: String) throws {
        let shift: Int
        switch text.last?.uppercased() {
        case "K": shift = 10
        case "M": shift = 20
        case "G": shift = 30
        default: shift = 0
        }
        guard let number = Double(shift == 0 ? text[...] : text.dropLast()), number >= 0, number.isFinite,
            number * Double(1 << shift) <= Double(1 << 50)
        else {
            throw ValidationError("\(name) takes bytes or a number with K, M or G, for example 256M, not '\(text)'")
        }
        bytes = Int(number * Double(1 << shift))
    }
}
