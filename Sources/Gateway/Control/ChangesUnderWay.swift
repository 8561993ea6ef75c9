import Synchronization

/// The resources of which changes are under way, from their arrival until they are live or refused.
///
/// Changes are carried out one after the other, so two of the same resource would both succeed and the second would
/// silently replace what the first has done. As AWS does, the one that comes while another has not ended is refused: the
/// first wins whole. Calls that make something new collide with nobody.
final class ChangesUnderWay: Sendable {
    private let places = Mutex<Set<String>>([])

    static let refusal = ApiError.conflict(
        "Unable to complete operation due to concurrent modification. Please try again later.")

    /// False if another change of the place is under way.
    func begin(_ place: String) -> Bool { places.withLock { $0.insert(place).inserted } }

    func end(_ place: String) { places.withLock { _ = $0.remove(place) } }

    /// What a call changes: the resource that its path names, or the stage to which it deploys. `nil` for calls that
    /// change nothing, or only make something new.
    static func place(of operation: Operation, path: String, _ input: OperationInput) -> String? {
        let segments = path.split(separator: "/").map { Percent.decoded($0) }
        switch operation.verb {
        case "PUT", "PATCH", "DELETE": return "/" + segments.joined(separator: "/")
        case "POST" where operation.name == "Undo":
            return EngineEndpoints.given(input, "dryRun") == nil ? "/" + segments.joined(separator: "/") : nil
        case "POST" where operation.name == "CreateDeployment":
            guard let stage = try? input.body.string("stageName") else { return nil }
            return Stages.path(api: input.parameter("restapi_id"), stage)
        default: return nil
        }
    }
}
