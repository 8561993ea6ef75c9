extension BackendURI {
    /// Reads an integration's `uri` once its stage variables are filled in. An address that cannot be called becomes
    /// a fault that each request is answered with, because a stage variable may be put right without a deployment.
    /// Throws ``PlanError`` where the stage's client certificate cannot be used.
    init(
        _ uri: String, scope: MappingScope, path parameters: [String: ParameterSource], registry: PlanRegistry,
        security: BackendSecurity
    ) throws {
        self.init(backend: nil, hostHeader: [], authority: [], path: [], query: [], fault: nil)
        let filled = scope.fillVariables(uri)
        var rest = Substring(filled)
        let lower = filled.lowercased()
        if lower.hasPrefix("http://") {
            rest = rest.dropFirst(7)
        } else if lower.hasPrefix("https://") {
            rest = rest.dropFirst(8)
            tls = try security.tls(host: "")
            fault = security.fault
        } else {
            fault = "Invalid endpoint address: \"\(filled)\" does not begin with http:// or https://"
            return
        }
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authorityText = String(rest[..<authorityEnd])
        rest = rest[authorityEnd...]
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let question = rest.firstIndex(of: "?") ?? rest.endIndex
        var pathText = String(rest[..<question])
        if !pathText.hasPrefix("/") { pathText = "/" + pathText }
        path = Self.pieces(pathText, parameters, isPath: true)
        if question < rest.endIndex {
            query = Self.pieces(String(rest[rest.index(after: question)...]), parameters)
        }
        let authorityPieces = Self.pieces(authorityText, parameters)
        if case .literal(let text)? = authorityPieces.first, authorityPieces.count == 1 {
            hostHeader = text
            switch Self.split(authority: String(decoding: text, as: UTF8.self), isTLS: tls != nil) {
            case .success(let (host, port)):
                tls = tls?.named(host)
                backend = registry.backend(host: host, port: port, tls: tls)
            case .failure(let reason): fault = reason.text
            }
        } else if authorityPieces.isEmpty {
            fault = "Invalid endpoint address: \"\(filled)\" names no host"
        } else {
            authority = authorityPieces
        }
    }

    struct AuthorityFault: Error { let text: String }

    /// `host`, `host:port`, `[::1]:port`; the port is 80 or, for TLS, 443 where none is given.
    static func split(authority: String, isTLS: Bool) -> Result<(host: String, port: Int), AuthorityFault> {
        var host = Substring(authority)
        var port = isTLS ? 443 : 80
        func fault(_ reason: String) -> Result<(host: String, port: Int), AuthorityFault> {
            .failure(AuthorityFault(text: "Invalid endpoint address: \"\(authority)\" \(reason)"))
        }
        if host.contains("@") { return fault("must not hold a user") }
        if host.hasPrefix("[") {
            guard let close = host.firstIndex(of: "]") else { return fault("lacks a closing bracket") }
            let after = host[host.index(after: close)...]
            host = host[host.index(after: host.startIndex)..<close]
            if !after.isEmpty {
                guard after.hasPrefix(":"), let number = Int(after.dropFirst()) else { return fault("has no port") }
                port = number
            }
        } else if let colon = host.firstIndex(of: ":") {
            guard let number = Int(host[host.index(after: colon)...]) else { return fault("has no port number") }
            port = number
            host = host[..<colon]
        }
        guard !host.isEmpty else { return fault("names no host") }
        guard (1...65_535).contains(port) else { return fault("has a port outside 1–65535") }
        let isHost = host.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        guard isHost else { return fault("holds a character that a host must not") }
        return .success((String(host), port))
    }

    /// Splits at `{name}`s that are mapped. Others stay text; those of a path can still be given by an override.
    private static func pieces(
        _ text: String, _ parameters: [String: ParameterSource], isPath: Bool = false
    ) -> [Piece] {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            var name = String(rest[rest.index(after: open)..<close])
            if name.hasSuffix("+") { name.removeLast() }
            literal += Array(rest[..<open].utf8)
            if let source = parameters[name] {
                if case .literal(let value) = source {
                    literal += value
                } else {
                    if !literal.isEmpty { pieces.append(.literal(literal)) }
                    literal = []
                    pieces.append(.parameter(source, name: name))
                }
            } else if isPath {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.unmapped(name: name, text: Array(rest[open...close].utf8)))
            } else {
                literal += Array(rest[open...close].utf8)
            }
            rest = rest[rest.index(after: close)...]
        }
        literal += Array(rest.utf8)
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return pieces
    }
}
