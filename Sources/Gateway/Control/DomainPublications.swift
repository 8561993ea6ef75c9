import ControlAPI
import GRDB

/// Reads all that the data plane needs of custom domain names.
enum DomainPublications {
    static func read(_ db: Database) throws -> DomainPublication {
        let mappings = try BasePathMappingTable.all(db)
        return DomainPublication(
            domains: try DomainNameTable.list(db, after: 0, limit: -1).compactMap { _, domain in
                guard let name = domain.domainName else { return nil }
                return DomainPublication.Domain(
                    name: name, mappings: answersMappings(domain) ? mappings[name] ?? [] : [])
            })
    }

    /// A private domain name is called through a VPC endpoint, which none of the listeners is. One that goes by routing
    /// rules alone has no use for mappings. Both still keep their names from a wildcard.
    private static func answersMappings(_ domain: DomainName) -> Bool {
        domain.endpointConfiguration?.types != ["PRIVATE"] && domain.routingMode != "ROUTING_RULE_ONLY"
    }
}
