package import ControlAPI
import Terminal

/// A request in one line.
enum LogLine {
    static func status(_ status: Int) -> Style {
        switch status {
        case 500...: Style.error.bold
        case 400..<500: .warning
        default: .healthy
        }
    }

    static func variant(_ record: AccessLogRecord) -> (text: String, style: Style) {
        record.isCanaryRequest ? ("canary", .canary) : ("base", .base)
    }

    static func milliseconds(_ value: Double?) -> String {
        value.map { Format.milliseconds($0) } ?? "–"
    }

    /// `17:52:30  502  canary     3 ms  POST    /prod/orders  Execution failed`: what has a fixed width first, so that it
    /// stands still while requests pass.
    static func short(_ record: AccessLogRecord, _ workspace: Workspace) -> [(text: String, style: Style)] {
        let variant = variant(record)
        let ms = TextLayout.pad(milliseconds(record.responseLatency), to: 5, .right) + " ms"
        return [
            (workspace.clock.time(record.responseTimeEpoch / 1000) + "  ", .dim),
            ("\(record.status)  ", status(record.status)),
            (TextLayout.pad(variant.text, to: 6) + "  ", variant.style), (ms + "  ", .plain),
            (TextLayout.pad(record.httpMethod, to: 6) + "  ", .plain), (record.shownPath, .plain),
            (record.errorMessage.map { "  " + $0 } ?? "", .dim),
        ]
    }
}

extension AccessLogRecord {
    /// The path from the stage on: where a request came by the path form of the invoke URL, what comes before that says
    /// nothing that the screen does not say already.
    var shownPath: String {
        let lead = "/_aws/execute-api/" + apiId
        return path.hasPrefix(lead + "/") ? String(path.dropFirst(lead.count)) : path
    }
}

/// How a log and its filter see a request.
extension AccessLogRecord: LogRecord {
    package static var nobody: EventSelection.AccessSelection { .none }
    package var identity: String { requestId }
    package var moment: Int { responseTimeEpoch }

    package static let columns = [
        "status", "method", "path", "variant", "ms", "backend", "id", "ip", "stage", "api", "resource", "bytes",
        "message",
    ]

    package func anyText(_ test: (String) -> Bool) -> Bool {
        test(path) || test(httpMethod) || test(String(status)) || test(requestId)
            || test(isCanaryRequest ? "canary" : "base")
            || (errorMessage.map(test) ?? false) || test(sourceIp) || test(stage)
    }

    package func field(_ column: String) -> Field? {
        switch column {
        case "status": .number(Double(status))
        case "method": .text(httpMethod)
        case "path": .text(path)
        case "variant": .text(isCanaryRequest ? "canary" : "base")
        case "ms": .number(responseLatency)
        case "backend": integrationLatency.map { .number($0) }
        case "id": .text(requestId)
        case "ip": .text(sourceIp)
        case "stage": .text(stage)
        case "api": .text(apiId)
        case "resource": .text(resourcePath ?? "")
        case "bytes": .number(Double(responseLength))
        case "message": .text(errorMessage ?? "")
        default: nil
        }
    }
}
