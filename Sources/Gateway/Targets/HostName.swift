import NIOCore

/// Hosts as people write them.
enum HostName {
    /// A DNS name in lower case without the dot at its end, or an address as it is usually written; `nil` for what is
    /// neither. A name whose last label is a number could only be an address, and is refused unless it is one.
    static func normalized(_ text: String) -> String? {
        if isAddress(text) { return text.lowercased() }
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard (1...253).contains(name.utf8.count) else { return nil }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(isLabel), let last = labels.last else { return nil }
        return last.utf8.allSatisfy(isDigit) ? nil : name
    }

    /// Whether it needs no DNS.
    static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { byte in
                isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
