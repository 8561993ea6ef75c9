import ControlAPI
import JSON
import Terminal

/// The answer of a test-invoke in lines: what a client would get, then how it came about.
struct TestResult {
    let run: TestRun
    let workspace: Workspace

    private var width: Int { max(20, workspace.width - 4) }

    var lines: [StyledLine] {
        switch run.outcome {
        case nil:
            let key = workspace.keymap.key(.run)
            return run.token == nil
                ? [StyledLine([(key, .key), (" sends this through the method as it is now, deployed or not", .dim)])]
                : []
        case .failure(let error)?:
            return failure(error)
        case .success(let response)?:
            return headers(response) + body(response) + log(response)
        }
    }

    private func failure(_ error: ControlError) -> [StyledLine] {
        if case .refused(_, let code, let message, _) = error {
            let key = workspace.keymap.key(.edit)
            return TextLayout.wrap(message, to: width).map { StyledLine($0, .error) } + [
                StyledLine(code, .dim), StyledLine(),
                StyledLine([(key, .key), (" edits a template or a model, and runs this again", .dim)]),
            ]
        }
        return TextLayout.wrap("\(error)", to: width).map { StyledLine($0, .error) } + [
            StyledLine(), StyledLine(NoticeDialog.advice(error), .dim),
        ]
    }

    /// `200   14 ms   57 bytes                     run 3, 17:52:31`
    var summary: StyledLine {
        if run.token != nil { return StyledLine([("RESULT    ", .header), ("waiting for the answer", .changed)]) }
        var pieces: [(text: String, style: Style)] = [("RESULT    ", .header)]
        switch run.outcome {
        case nil: pieces.append(("not run yet", .dim))
        case .failure?: pieces.append(("could not be run", Style.error.bold))
        case .success(let response)?:
            let status = response.status ?? 0
            pieces.append(("\(status)", LogLine.status(status).bold))
            pieces.append(
                ("   \(response.latency.map { Format.grouped($0) } ?? String(workspace.glyphs.none)) ms", .plain))
            pieces.append(("   \(Format.grouped(response.body?.utf8.count ?? 0)) bytes", .plain))
        }
        if run.runs > 0 {
            pieces.append(("   run \(run.runs), \(workspace.clock.time(run.answeredAt / 1000))", .dim))
        }
        return StyledLine(pieces)
    }

    private func headers(_ response: TestInvokeMethodResponse) -> [StyledLine] {
        var headers = (response.headers ?? [:]).mapValues { [$0] }
        for (name, values) in response.multiValueHeaders ?? [:] { headers[name] = values }
        guard !headers.isEmpty else {
            return [StyledLine("HEADERS", .header), StyledLine("  none", .dim), StyledLine()]
        }
        return [StyledLine("HEADERS", .header)]
            + headers.sorted { $0.key < $1.key }.flatMap { name, values in
                values.map { StyledLine([("  " + TextLayout.pad(name, to: 30) + "  ", .dim), ($0, .plain)]) }
            } + [StyledLine()]
    }

    private func body(_ response: TestInvokeMethodResponse) -> [StyledLine] {
        let text = response.body ?? ""
        guard !text.isEmpty else { return [StyledLine("BODY", .header), StyledLine("  empty", .dim), StyledLine()] }
        // A large answer is shown as it came: nobody reads it here.
        let pretty = text.utf8.count < 200_000 ? (try? JSON(parsing: text).text(.pretty)) ?? text : text
        let lines = TextLayout.wrap(String(pretty.prefix(400_000)), to: width - 2)
        return [StyledLine("BODY", .header)] + lines.map { StyledLine("  " + $0) } + [StyledLine()]
    }

    private func log(_ response: TestInvokeMethodResponse) -> [StyledLine] {
        let text = (response.log ?? "").split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
        guard !text.isEmpty else { return [] }
        return [StyledLine("EXECUTION LOG", .header)]
            + text.flatMap { line in
                let parts = Self.parts(line)
                return ExecutionLines.lines(time: parts.time, message: parts.message, width: width)
            }
    }

    /// `Fri Nov 20 17:52:31 UTC 2026 : Method completed` → the time of day and the message.
    static func parts(_ line: String) -> (time: String, message: String) {
        guard let mark = line.firstRange(of: " : ") else { return ("", line) }
        let words = line[..<mark.lowerBound].split(separator: " ")
        guard words.count == 6, words[3].count == 8, words[4] == "UTC" else { return ("", line) }
        return (String(words[3]), String(line[mark.upperBound...]))
    }

    /// Everything, to be saved.
    func text(_ key: MethodKey) -> String {
        ([StyledLine("\(run.form.verb) \(run.form.pathWithQueryString(key.path))"), summary, StyledLine()] + lines).map(
            \.text
        ).joined(separator: "\n") + "\n"
    }
}
