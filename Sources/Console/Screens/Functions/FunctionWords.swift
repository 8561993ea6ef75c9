package import ControlAPI
import Terminal

/// How a function's state reads.
extension FunctionState {
    var stateStyle: Style {
        switch state {
        case "Active": .healthy
        case "Pending": .warning
        default: Style.error.bold
        }
    }

    /// Whether its policy lets API Gateway in at all.
    var letsGatewayIn: Bool {
        permissions.contains { line in
            let principal = line.split(separator: " ").first ?? ""
            return principal == "apigateway.amazonaws.com" || principal == "*"
        }
    }

    /// Whether as many are at work as are let in.
    var isFull: Bool { reservedConcurrency.map { busy >= $0 } ?? false }

    var limitStyle: Style {
        guard let limit = reservedConcurrency else { return .dim }
        return limit == 0 ? Style.error.bold : isFull ? Style.warning.bold : .plain
    }
}

/// Counts of what went wrong: red while they rise, yellow once there was any.
enum FaultStyle {
    static func of(_ count: Int, isRising: Bool) -> Style {
        isRising ? Style.error.bold : count > 0 ? .warning : .dim
    }
}

/// A line that a function, or Lambda about it, wrote.
extension FunctionLogRecord: LogRecord {
    package static var nobody: EventSelection.FunctionSelection { .none }
    package static let columns = ["message", "id"]
    package var identity: FunctionLogRecord { self }
    package var moment: Int { time }

    package func anyText(_ test: (String) -> Bool) -> Bool { test(message) || (requestId.map(test) ?? false) }

    package func field(_ column: String) -> Field? {
        switch column {
        case "message": .text(message)
        case "id": .text(requestId ?? "")
        default: nil
        }
    }

    /// What runtimes write when something fails.
    var isTrouble: Bool {
        ["[ERROR]", "ERROR", "Traceback", "Task timed out", "Runtime exited", "errorMessage", "Runtime."].contains {
            message.contains($0)
        }
    }

    var style: Style {
        if isTrouble { return .error }
        for word in ["START ", "END ", "INIT_START"] where message.hasPrefix(word) { return .dim }
        return message.hasPrefix("REPORT ") ? .accent : .plain
    }
}
