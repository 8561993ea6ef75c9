package import ControlAPI

/// All API keys and usage plans at one moment, as the control plane hands them to the data plane. They are no part of
/// deployments: what is published here is live at once.
package struct KeyPublication: Sendable, Hashable {
    package struct Key: Sendable, Hashable {
        package var id: String
        package var value: String
        package var enabled: Bool

        package init(id: String, value: String, enabled: Bool) {
            self.id = id
            self.value = value
            self.enabled = enabled
        }
    }

    package struct Plan: Sendable, Hashable {
        package var plan: UsagePlan
        /// The day on which the quota was set, counted from 1 January 1970.
        package var quotaSince: Int

        package init(plan: UsagePlan, quotaSince: Int) {
            self.plan = plan
            self.quotaSince = quotaSince
        }
    }

    /// A key in a plan.
    package struct Member: Sendable, Hashable {
        package var planId: String
        package var keyId: String
        /// What the store knows of its use. Counts only where the data plane does not count already.
        package var usage: StoredUsage

        package init(planId: String, keyId: String, usage: StoredUsage = StoredUsage()) {
            self.planId = planId
            self.keyId = keyId
            self.usage = usage
        }
    }

    package var keys: [Key]
    package var plans: [Plan]
    package var members: [Member]

    package init(keys: [Key] = [], plans: [Plan] = [], members: [Member] = []) {
        self.keys = keys
        self.plans = plans
        self.members = members
    }
}

/// A key's place in a plan: what counters and the store know it by.
package struct ClientIdentity: Sendable, Hashable {
    package var planId: String
    package var keyId: String

    package init(planId: String, keyId: String) {
        self.planId = planId
        self.keyId = keyId
    }
}
