import NIOConcurrencyHelpers
package import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Asks DNS for a name's addresses.
package protocol NameResolver: Sendable {
    /// The addresses as text, in any order. Fails with a ``NameFault``, also for a name without any.
    func addresses(of name: String, on eventLoop: any EventLoop) -> EventLoopFuture<[String]>
}

package struct NameFault: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// The machine's resolver: `getaddrinfo`, which may take long, in threads of its own.
///
/// Of a name that has both only the IPv4 addresses are used: where a backend listens on one family alone (`localhost`
/// often), half of its requests would fail otherwise.
package final class SystemNameResolver: NameResolver {
    /// Names that are asked for at the same time.
    private static let threads = 4

    private let pool = NIOLockedValueBox<NIOThreadPool?>(nil)

    package init() {}

    deinit {
        // Not waited for: a question to a dead name server would hold up whoever stops.
        pool.withLockedValue { $0 }?.shutdownGracefully { _ in }
    }

    package func addresses(of name: String, on eventLoop: any EventLoop) -> EventLoopFuture<[String]> {
        let pool = pool.withLockedValue { pool in
            if let pool { return pool }
            let new = NIOThreadPool(numberOfThreads: Self.threads)
            new.start()
            pool = new
            return new
        }
        return pool.runIfActive(eventLoop: eventLoop) { try Self.resolve(name) }
    }

    private static func resolve(_ name: String) throws -> [String] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &first)
        guard code == 0 else { throw NameFault(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
        var found: [Int32: [String]] = [:]
        var next = first
        while let info = next {
            if let text = numeric(info.pointee), found[info.pointee.ai_family]?.contains(text) != true {
                found[info.pointee.ai_family, default: []].append(text)
            }
            next = info.pointee.ai_next
        }
        guard let addresses = found[AF_INET] ?? found[AF_INET6] else { throw NameFault("it has no address") }
        return addresses
    }

    private static func numeric(_ info: addrinfo) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = getnameinfo(
            info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard code == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
