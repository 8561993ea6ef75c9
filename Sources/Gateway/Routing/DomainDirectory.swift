import ControlAPI

/// Every custom domain name with its base path mappings. Immutable; a change of one builds a new one and hands it to
/// each loop. Names are found without regard to case, base paths with it.
final class DomainDirectory: Sendable {
    /// Which API stands under a base path.
    final class Mapping: Sendable {
        /// As `$context.customDomain.basePathMatched` has it: `(none)` for the empty one.
        let basePath: String
        fileprivate let segment: [UInt8]
        let apiId: [UInt8]
        /// `nil`: the next segment of the path names the stage.
        let stage: [UInt8]?

        fileprivate init(_ mapping: BasePathMapping) {
            basePath = mapping.basePath
            segment = Array(mapping.basePath.utf8)
            apiId = Array(mapping.restApiId.utf8)
            stage = mapping.stage.map { Array($0.utf8) }
        }
    }

    final class Domain: Sendable {
        fileprivate let hash: UInt64
        /// Of a wildcard what follows its first label.
        fileprivate let name: [UInt8]
        private let mappings: [Mapping]
        /// The mapping of the empty base path.
        let root: Mapping?

        fileprivate init(name: [UInt8], mappings: [BasePathMapping]) {
            self.name = name
            hash = name.withUnsafeBytes { DomainDirectory.hash($0.baseAddress, 0, $0.count) }
            self.mappings = mappings.filter { $0.basePath != BasePathMappings.none }.map(Mapping.init)
            root = mappings.first { $0.basePath == BasePathMappings.none }.map(Mapping.init)
        }

        /// The mapping of a path's first segment.
        func mapping(_ base: UnsafeRawPointer, segment: ByteSpan) -> Mapping? {
            mappings.first { mapping in
                mapping.segment.count == segment.length
                    && mapping.segment.withUnsafeBytes {
                        equalBytes($0.baseAddress, base + segment.lower, segment.length)
                    }
            }
        }
    }

    /// Both ascending by hash.
    private let exact: [Domain]
    private let wildcards: [Domain]

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
        self.exact = exact.sorted { $0.hash < $1.hash }
        self.wildcards = wildcards.sorted { $0.hash < $1.hash }
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

    private static func find(in domains: [Domain], _ base: UnsafeRawPointer, _ name: ByteSpan) -> Domain? {
        let hash = hash(base, name.lower, name.upper)
        var low = 0
        var high = domains.count
        while low < high {
            let middle = (low + high) / 2
            if domains[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        while low < domains.count, domains[low].hash == hash {
            if equals(domains[low].name, base, name) { return domains[low] }
            low += 1
        }
        return nil
    }

    private static func equals(_ text: [UInt8], _ base: UnsafeRawPointer, _ span: ByteSpan) -> Bool {
        text.count == span.length
            && text.indices.allSatisfy {
                text[$0] == ByteScan.lowercased(base.load(fromByteOffset: span.lower + $0, as: UInt8.self))
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
