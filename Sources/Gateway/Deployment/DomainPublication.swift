package import ControlAPI

/// All custom domain names at one moment, as the control plane hands them to the data plane. They are no part of
/// deployments: what is published here is live at once.
package struct DomainPublication: Sendable, Hashable {
    package struct Domain: Sendable, Hashable {
        /// Lower case; a wildcard begins with `*.`.
        package var name: String
        package var mappings: [BasePathMapping]

        package init(name: String, mappings: [BasePathMapping]) {
            self.name = name
            self.mappings = mappings
        }
    }

    package var domains: [Domain]

    package init(domains: [Domain] = []) { self.domains = domains }
}
