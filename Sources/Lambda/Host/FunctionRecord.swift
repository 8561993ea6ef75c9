import ControlAPI
import NIOConcurrencyHelpers

/// What the host knows of a function beside its definition: figures and log. Stays while the function does.
final class FunctionRecord: Sendable {
    let name: String
    let log: FunctionLog
    private let figures = NIOLockedValueBox(FunctionFigures())

    init(name: String, log: FunctionLog) {
        self.name = name
        self.log = log
    }

    func note(_ change: (inout FunctionFigures) -> Void) {
        figures.withLockedValue { change(&$0) }
    }

    func fill(_ state: inout FunctionState) {
        let figures = figures.withLockedValue { $0 }
        switch figures.readiness {
        case .unknown: state.state = "Pending"
        case .ready: state.state = "Active"
        case .failed(let reason):
            state.state = "Failed"
            state.stateReason = reason
        }
        state.environments = figures.environments
        state.busy = figures.busy
        state.invocations = figures.invocations
        state.coldStarts = figures.coldStarts
        state.errors = figures.errors
        state.timeouts = figures.timeouts
        state.throttles = figures.throttles
        state.durationP50 = figures.durations.quantile(0.5)
        state.durationP99 = figures.durations.quantile(0.99)
        state.initDuration = figures.initDuration
        state.lastError = figures.lastError
    }
}
