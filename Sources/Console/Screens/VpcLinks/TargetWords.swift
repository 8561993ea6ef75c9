import ControlAPI
import Terminal

/// How pools and targets read.
extension TargetPool.Target {
    var healthStyle: Style {
        switch health {
        case nil: .dim
        case .initial?: .accent
        case .healthy?: .healthy
        case .draining?: .warning
        case .unhealthy?, .ejected?: Style.error.bold
        }
    }

    /// What is wrong stands before what is well.
    var healthRank: Int {
        switch health {
        case .unhealthy?: 0
        case .ejected?: 1
        case .draining?: 2
        case .initial?: 3
        case nil: 4
        case .healthy?: 5
        }
    }

    /// Whether it gets requests.
    var isInService: Bool { health == .healthy }

    /// `10.0.3.7:9000`, `orders.internal:80`, `[::1]:9000`; `nil` for what is none.
    static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:%".contains($0)) })
        else { return nil }
        return (host, port)
    }
}

extension TargetPool.Algorithm {
    var words: String {
        switch self {
        case .roundRobin: "round robin"
        case .leastOutstandingRequests: "least outstanding requests"
        }
    }
}

extension TargetPool {
    /// Targets that are not being taken away.
    var kept: [Target] { targets.filter { $0.health != .draining } }

    /// `3 of 4`
    var healthText: String { "\(kept.filter(\.isInService).count) of \(kept.count)" }

    var healthStyle: Style {
        let well = kept.filter(\.isInService).count
        if well == kept.count, well > 0 { return .healthy }
        // A target that was not asked yet is no failure.
        if kept.allSatisfy({ $0.isInService || $0.health == .initial }), !kept.isEmpty { return .accent }
        return well == 0 ? Style.error.bold : Style.warning.bold
    }

    func total(_ count: (Target) -> Int?) -> Int { targets.reduce(0) { $0 &+ (count($1) ?? 0) } }
}

extension VpcLink {
    var statusStyle: Style {
        switch status {
        case "AVAILABLE": .healthy
        case "FAILED": Style.error.bold
        default: .warning
        }
    }
}
