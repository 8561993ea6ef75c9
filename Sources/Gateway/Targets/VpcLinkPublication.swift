package import ControlAPI

/// A VPC link as the control plane hands it to the data plane. Links and their pools are no part of deployments: what
/// is published here is live at once.
package struct VpcLinkPublication: Sendable, Hashable {
    package var id: String
    /// `nil` for a link without a pool: its integrations call the host of their own `uri`, as over the internet, so
    /// that an API that was made for AWS works here where its host does.
    package var pool: TargetPool?

    package init(id: String, pool: TargetPool? = nil) {
        self.id = id
        self.pool = pool
    }
}
