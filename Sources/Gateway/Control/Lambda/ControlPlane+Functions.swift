import ControlAPI
import Foundation
import Lambda
import Logging

extension ControlPlane {
    var functionPlace: FunctionReference.Place {
        let info = self.info
        return FunctionReference.Place(region: info.region, account: info.account)
    }

    /// Every function as the host of functions is to know it.
    func publishedFunctions() async throws -> [Function] {
        let place = functionPlace
        return try await store.read { [packages] db in
            try PublishedFunctions.read(db, place: place, packages: packages)
        }
    }

    /// Puts code on the disk, and takes it away again if `work`, which is to refer to it, fails.
    func withStaged(
        _ request: FunctionCodeRequest, function: String,
        _ work: @Sendable (FunctionPackages.Staged) async throws -> OperationOutput
    ) async throws -> OperationOutput {
        let staged = try await request.stage(in: packages, function: function)
        do {
            let output = try await work(staged)
            packages.settle(staged)
            return output
        } catch {
            await packages.discard(staged)
            throw error
        }
    }

    /// Removes packages that no version has any more, once no invocation can still be running in them: none takes more
    /// than Lambda's longest, 15 minutes. What is left when the engine stops is removed when it starts again.
    func sweepPackages(after delay: Duration = .seconds(960)) {
        Task.detached(priority: .background) { [self] in await sweep(after: delay) }
    }

    func sweepPackagesNow() async { await sweep(after: .zero) }

    private func sweep(after delay: Duration) async {
        do {
            let leftovers = try await packages.leftovers { [store] in
                try await store.read { db in try FunctionVersionTable.packages(db) }
            }
            guard !leftovers.isEmpty else { return }
            if delay > .zero { try await Task.sleep(for: delay) }
            try await packages.remove(leftovers)
        } catch {
            logger.warning("old code of functions was not removed", metadata: ["error": "\(error)"])
        }
    }
}
