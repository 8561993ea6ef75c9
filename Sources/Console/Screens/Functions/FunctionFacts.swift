import ControlAPI
import Terminal

/// A function in lines, what goes wrong before what is only good to know.
struct FunctionFacts {
    let function: FunctionState
    let isFailing: Bool
    let isThrottled: Bool
    let workspace: Workspace

    private var glyphs: Glyphs { workspace.glyphs }
    /// Where it is narrow, what stands for itself has no label.
    private var isNarrow: Bool { workspace.width < 100 }

    var lines: [StyledLine] {
        [state, code, now, since] + permissions + lastError
    }

    private func line(_ label: String, _ pieces: [(text: String, style: Style)]) -> StyledLine {
        StyledLine([(TextLayout.pad(label, to: 11), .header)] + pieces)
    }

    private var state: StyledLine {
        var pieces: [(text: String, style: Style)] = [
            ("\(glyphs.live) \(function.state)", workspace.fresh(function.stateStyle)), ("   ", .dim),
        ]
        if let reason = function.stateReason, function.state != "Active" {
            return line("STATE", pieces + [(reason, .error)])
        }
        pieces += [
            (function.runtime, .plain), (isNarrow ? "   " : "   handler ", .dim),
            (function.handler.isEmpty ? "none" : function.handler, .plain),
            (isNarrow ? "   " : "   memory ", .dim), ("\(Format.grouped(function.memorySize)) MB", .plain),
            ("   timeout ", .dim),
            ("\(function.timeout) s", .plain),
        ]
        return line("STATE", pieces)
    }

    private var code: StyledLine {
        let note = function.watchesCode ? "   a saved change runs at the next invocation" : ""
        let room = max(12, workspace.width - 15 - note.count)
        let folder = TextLayout.truncateHead(function.codeDirectory, to: room, ellipsis: glyphs.ellipsis)
        return line("CODE", [(folder, .plain), (note, .dim)])
    }

    private var now: StyledLine {
        let busy: Style = function.isFull ? Style.warning.bold : function.busy > 0 ? .accent : .plain
        var pieces: [(text: String, style: Style)] = [
            ("\(function.busy)", workspace.fresh(busy)), (" busy of ", .dim),
            ("\(function.environments)", workspace.fresh(.plain)), (" warm", .dim),
        ]
        if let limit = function.reservedConcurrency {
            pieces += [("   limit ", .dim), ("\(limit)", workspace.fresh(function.limitStyle))]
            if limit == 0 { pieces.append((" refuses every invocation", .error)) }
        }
        if let p50 = function.durationP50, let p99 = function.durationP99 {
            pieces += [
                ("   p50 ", .dim), (Format.milliseconds(p50), workspace.fresh(.plain)), ("  p99 ", .dim),
                (Format.milliseconds(p99), workspace.fresh(.plain)), (" ms", .dim),
            ]
        }
        if let initial = function.initDuration {
            pieces += [
                (isNarrow ? "   cold " : "   cold start ", .dim),
                (Format.milliseconds(initial), workspace.fresh(.plain)), (" ms", .dim),
            ]
        }
        return line("NOW", pieces)
    }

    private var since: StyledLine {
        func count(_ value: Int, _ word: String, _ style: Style) -> [(text: String, style: Style)] {
            [(Format.grouped(value), workspace.fresh(style)), (" \(word)   ", .dim)]
        }
        return line(
            "SO FAR",
            count(function.invocations, "invoked", .plain) + count(function.coldStarts, "cold", .plain)
                + count(function.errors, "errors", FaultStyle.of(function.errors, isRising: isFailing))
                + count(function.timeouts, "timeouts", FaultStyle.of(function.timeouts, isRising: isFailing))
                + count(function.throttles, "throttled", FaultStyle.of(function.throttles, isRising: isThrottled)))
    }

    private var permissions: [StyledLine] {
        var lines = function.permissions.prefix(3).enumerated().map { index, text in
            line(index == 0 ? "ALLOWED" : "", [(text, .plain)])
        }
        if function.permissions.count > 3, let last = lines.indices.last {
            lines[last].pieces.append(("   and \(function.permissions.count - 3) more", .dim))
        }
        guard !function.letsGatewayIn else { return lines }
        let key = workspace.keymap.key(.allow)
        lines.append(
            line(
                lines.isEmpty ? "ALLOWED" : "",
                [
                    ("\(glyphs.warning) API Gateway is not: its methods answer 500   ", Style.warning.bold),
                    (key, .key),
                    (" allows it", .dim),
                ]))
        return lines
    }

    private var lastError: [StyledLine] {
        guard let error = function.lastError else { return [] }
        return [line("LAST ERROR", [(error.firstLine, isFailing ? Style.error.bold : .error)])]
    }
}
