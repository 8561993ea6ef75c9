import ControlAPI

/// Every custom domain name with its base path mappings. Immutable; a change of one builds a new one and hands it to
/// each loop. Names are found without regard to case, base paths with it.
final class DomainDirectory: Sendable {
    /// Which API stands under a base path.
    final class Mapping: Sendable, HashedName {
        /// As `$context.customDomain.basePathMatched` has it: `(none)` for the empty one.
        let basePath: String
        let name: [UInt8]
        let hash: UInt64
        let apiId: [UInt8]
        /// `nil`: the next segment of the path names the stage.
        let stage: [UInt8]?

        fileprivate init(_ mapping: BasePathMapping) {
            basePath = mapping.basePath
            name = Array(mapping.basePath.utf8)
            hash = name.withUnsafeBytes { RouteTree.hash($0.baseAddress, 0, $0.count) }
            apiId = Array(mapping.restApiId.utf8)
            stage = mapping.stage.map { Array($0.utf8) }
        }
    }

    final class Domain: Sendable, HashedName {
        /// In lower case; of a wildcard what follows its first label.
        let name: [UInt8]
        let hash: UInt64
        private let mappings: NameTable<Mapping>
        /// The mapping of the empty base path.
        let root: Mapping?

        fileprivate init(name: [UInt8], mappings: [BasePathMapping]) {
            self.name = name
            hash = name.withUnsafeBytes { DomainDirectory.hash($0.baseAddress, 0, $0.count) }
            self.mappings = NameTable(mappings.filter { $0.basePath != BasePathMappings.none }.map(Mapping.init))
            root = mappings.first { $0.basePath == BasePathMappings.none }.map(Mapping.init)
        }

        /// The mapping of a path's first segment.
        func mapping(_ base: UnsafeRawPointer, segment: ByteSpan) -> Mapping? {
            mappings.find(RouteTree.hash(base, segment.lower, segment.upper)) { name in
                name.count == segment.length
                    && name.withUnsafeBytes { equalBytes($0.baseAddress, base + segment.lower, segment.length) }
            }
        }
    }

    private let exact: NameTable<Domain>
    private let wildcards: NameTable<Domain>

    static let empty = DomainDirectory(DomainPublication())

    init(_ publication: DomainPublication) {
        var exact: [Domain] = []
        var wildcards: [Domain] = []
        for domain in publication.domains {
            let name = Array(domain.name.lowercased().utf8)
            if domain.name.hasPrefix("*.") {
                wildcards.append(Domain(name: Array(name.dropFirst(2)), mappings: domain.mappings))
            } else {
                exact.append(Domain(name: name, mappings: domain.mappings))
            }
        }
        self.exact = NameTable(exact)
        self.wildcards = NameTable(wildcards)
    }

    var isEmpty: Bool { exact.isEmpty && wildcards.isEmpty }

    /// The domain name of a `Host`: the name itself, else the wildcard in place of its first label. The port does not
    /// count, nor does the dot of a full name.
    func find(_ base: UnsafeRawPointer, host: ByteSpan) -> Domain? {
        var end = ByteScan.find(0x3A, base, host.lower, host.upper) ?? host.upper
        if end > host.lower, base.load(fromByteOffset: end - 1, as: UInt8.self) == 0x2E { end -= 1 }
        if let found = Self.find(in: exact, base, ByteSpan(host.lower, end)) { return found }
        guard !wildcards.isEmpty, let dot = ByteScan.find(0x2E, base, host.lower, end), dot > host.lower else {
            return nil
        }
        return Self.find(in: wildcards, base, ByteSpan(dot + 1, end))
    }

    private static func find(in domains: NameTable<Domain>, _ base: UnsafeRawPointer, _ span: ByteSpan) -> Domain? {
        domains.find(hash(base, span.lower, span.upper)) { name in
            name.count == span.length
                && name.indices.allSatisfy {
                    name[$0] == ByteScan.lowercased(base.load(fromByteOffset: span.lower + $0, as: UInt8.self))
                }
        }
    }

    /// FNV-1a of the text in lower case.
    private static func hash(_ base: UnsafeRawPointer?, _ start: Int, _ end: Int) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        guard let base else { return value }
        for index in start..<end {
            let byte = ByteScan.lowercased(base.load(fromByteOffset: index, as: UInt8.self))
            value = (value ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return value
    }
}

/// What a ``NameTable`` holds.
protocol HashedName: AnyObject, Sendable {
    var name: [UInt8] { get }
    var hash: UInt64 { get }
}

/// Finds entries by name. Their number does not matter much: a name is compared only where its hash is the same.
struct NameTable<Entry: HashedName>: Sendable {
    /// Ascending by hash.
    private let entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries.sorted { $0.hash < $1.hash } }

    var isEmpty: Bool { entries.isEmpty }

    func find(_ hash: UInt64, where isName: ([UInt8]) -> Bool) -> Entry? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        while low < entries.count, entries[low].hash == hash {
            if isName(entries[low].name) { return entries[low] }
            low += 1
        }
        return nil
    }
}
