import ArgumentParser
import Console
import ControlAPI
import Gateway

/// What `sluice demo` shows: APIs, what stands behind them, and who calls them, as long as it runs.
protocol DemoSample: Actor {
    /// Starts what has to be there before the engine, and tells the engine of it.
    func prepare(_ configuration: EngineConfiguration) async throws -> EngineConfiguration

    /// Makes the APIs and has them called, about `rate` times a second in all. Returns the stage that the console opens
    /// with.
    func start(engine: EngineInfo, rate: Double) async throws -> StageKey

    /// Ends the calls and all that was started.
    func stop() async
}

/// The samples by name.
enum DemoSampleName: String, ExpressibleByArgument, CaseIterable {
    case pets, architecture

    func make() -> any DemoSample {
        switch self {
        case .pets: PetsSample()
        case .architecture: ArchitectureSample()
        }
    }
}
