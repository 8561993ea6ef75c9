/// What an operator does to a stage, as the patch operations AWS has for it. The console and the command line show
/// these before they send them.
public enum StageChange: Sendable, Hashable {
    /// Canary traffic in percent, 0–100.
    case canaryWeight(Double)
    /// The canary's deployment and variables become the stage's own; the canary stays, at 0 %.
    case promoteCanary(hasOverrides: Bool)
    /// The canary is taken away; all traffic goes to the stage's own deployment.
    case disableCanary
    /// The stage goes back (or forward) to a deployment.
    case rollback(deploymentId: String)

    public var patchOperations: [PatchOperation] {
        switch self {
        case .canaryWeight(let percent):
            [.replace("/canarySettings/percentTraffic", Self.text(percent: percent))]
        case .promoteCanary(let hasOverrides):
            [
                .replace("/canarySettings/percentTraffic", "0.0"),
                .copy(from: "/canarySettings/deploymentId", to: "/deploymentId"),
            ] + (hasOverrides ? [.copy(from: "/canarySettings/stageVariableOverrides", to: "/variables")] : [])
        case .disableCanary:
            [.remove("/canarySettings")]
        case .rollback(let deploymentId):
            [.replace("/deploymentId", deploymentId)]
        }
    }

    /// A percentage as AWS takes it: `10.0`, `0.5`.
    public static func text(percent: Double) -> String {
        // Hundredths are finer than anyone sets a weight, and keep 0.1 + 0.2 from showing.
        String((percent * 100).rounded() / 100)
    }
}

extension Stage {
    /// The variables that canary requests see: the stage's with the canary's over them.
    public var canaryVariables: [String: String] {
        (variables ?? [:]).merging(canarySettings?.stageVariableOverrides ?? [:]) { _, override in override }
    }
}
