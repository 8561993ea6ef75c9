import Foundation

/// One HTTP request of the control plane, whole.
struct ControlCall: Sendable {
    enum Caller: Sendable, Hashable {
        /// Came over the Unix socket, from a process of this user.
        case local(uid: UInt32)
        /// Came over TCP; has to be signed.
        case remote
    }

    var verb: String
    /// As on the request line: percent-encoded, perhaps with a query.
    var target: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    var caller: Caller

    /// The target's path; of an absolute URI as well.
    var path: String { Self.path(of: target) }

    static func path(of target: String) -> String {
        var path = target.prefix { $0 != "?" }
        if let scheme = path.range(of: "://"), !path.hasPrefix("/") {
            path = path[scheme.upperBound...].drop { $0 != "/" }
        }
        return path.isEmpty ? "/" : String(path)
    }

    var query: String {
        guard let mark = target.firstIndex(of: "?") else { return "" }
        return String(target[target.index(after: mark)...])
    }
}
