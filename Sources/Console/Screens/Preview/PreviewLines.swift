import ControlAPI
import JSON
import Terminal

/// Two requests beside each other, or below each other where it is narrow: what the client sends, what the backend gets.
/// Headers that only one of them has are marked, so that what the integration adds, drops and changes is seen at once.
struct PreviewLines {
    let verb: String
    let request: TestInvokeMethodRequest
    let answer: Loadable<IntegrationPreview>?
    let workspace: Workspace

    private var glyphs: Glyphs { workspace.glyphs }
    private var width: Int { max(30, workspace.width - 3) }
    /// Side by side from here on.
    private var isWide: Bool { workspace.width >= 100 }
    private var side: Int { isWide ? (width - 3) / 2 : width }

    private typealias Header = IntegrationPreview.Header

    var lines: [StyledLine] {
        guard isWide else { return client + [StyledLine()] + backend }
        let (left, right) = (client, backend)
        return (0..<max(left.count, right.count)).map { row in
            let one = row < left.count ? left[row] : StyledLine()
            let other = row < right.count ? right[row] : StyledLine()
            let gap = String(repeating: " ", count: max(0, side - one.width))
            return StyledLine(one.pieces + [(gap + " \(glyphs.vertical) ", .border)] + other.pieces)
        }
    }

    // MARK: The client's

    private var sentHeaders: [Header] {
        let single = (request.headers ?? [:]).map { Header(name: $0.key, value: $0.value) }
        let several = (request.multiValueHeaders ?? [:]).flatMap { name, values in
            values.map { Header(name: name, value: $0) }
        }
        return (single + several).sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    private var client: [StyledLine] {
        let others = answer?.value.map { $0.uri == nil ? nil : $0.headers } ?? nil
        var lines = [StyledLine("THE CLIENT SENDS", .header)]
        lines += wrapped([(verb + " ", Style.accent.bold), (request.pathWithQueryString ?? "/", Style.title.bold)])
        lines += sentHeaders.flatMap { header in
            self.header(header, mark(header, others, gone: glyphs.minus, Style(.removed)))
        }
        return lines + body(request.body ?? "", isBase64: false)
    }

    // MARK: The backend's

    private var backend: [StyledLine] {
        let title: (text: String, style: Style) = ("THE BACKEND GETS", .header)
        guard let preview = answer?.value else {
            if let error = answer?.error {
                return [StyledLine([title])]
                    + TextLayout.wrap("\(error)", to: side).map { StyledLine($0, .error) }
                    + TextLayout.wrap(NoticeDialog.advice(error), to: side).map { StyledLine($0, .dim) }
            }
            return [
                StyledLine([title]),
                StyledLine(workspace.isLost ? "the engine does not answer" : "asking the engine", .dim),
            ]
        }
        var lines = [StyledLine([title, ("   \(preview.type)", .dim)])]
        if preview.reason != nil || preview.status != nil { return lines + refusal(preview) }
        guard let uri = preview.uri else {
            lines.append(StyledLine("nothing: the gateway answers itself, as the template says", .dim))
            return lines + body(preview.body, isBase64: preview.isBase64Encoded)
        }
        lines += wrapped([((preview.httpMethod ?? "") + " ", Style.accent.bold), (uri, Style.title.bold)])
        lines += preview.headers.flatMap { header in
            self.header(header, mark(header, sentHeaders, gone: "+", Style(.added)))
        }
        return lines + body(preview.body, isBase64: preview.isBase64Encoded)
    }

    /// Why nothing is sent.
    private func refusal(_ preview: IntegrationPreview) -> [StyledLine] {
        let status = preview.status.map { "\($0)" } ?? ""
        var lines = [
            StyledLine([
                ("\(glyphs.cross) nothing", Style.error.bold), (": the client gets ", .dim),
                (status, LogLine.status(preview.status ?? 500).bold),
            ]), StyledLine(),
        ]
        lines += TextLayout.wrap(preview.reason ?? "", to: side).map { StyledLine($0, .error) }
        if !preview.body.isEmpty { lines += body(preview.body, isBase64: preview.isBase64Encoded) }
        let keys = workspace.keymap
        lines += [
            StyledLine(), StyledLine([(keys.key(.edit), .key), (" edits a template or a model, ", .dim)]),
            StyledLine([(keys.key(.test), .key), (" changes what the client sends", .dim)]),
        ]
        return lines
    }

    // MARK: Parts

    /// A sign where the other side has no such header, or has it with another value.
    private func mark(
        _ header: Header, _ others: [Header]?, gone: Character, _ style: Style
    ) -> (text: String, style: Style) {
        guard let others else { return ("  ", .dim) }
        let same = others.filter { $0.name.lowercased() == header.name.lowercased() }
        if same.isEmpty { return ("\(gone) ", style) }
        return same.contains { $0.value == header.value } ? ("  ", .dim) : ("~ ", .changed)
    }

    private func header(_ header: Header, _ mark: (text: String, style: Style)) -> [StyledLine] {
        let indent = 2 + TextWidth.of(header.name) + 2
        return TextLayout.wrap(header.value, to: max(10, side - indent)).enumerated().map { index, text in
            guard index == 0 else { return StyledLine(String(repeating: " ", count: indent) + text) }
            return StyledLine([mark, (header.name + ": ", .dim), (text, .plain)])
        }
    }

    private func wrapped(_ pieces: [(text: String, style: Style)]) -> [StyledLine] {
        let lead = pieces[0]
        let indent = TextWidth.of(lead.text)
        return TextLayout.wrap(pieces[1].text, to: max(10, side - indent)).enumerated().map { index, text in
            StyledLine([
                index == 0 ? lead : (String(repeating: " ", count: indent), .plain), (text, pieces[1].style),
            ])
        }
    }

    private func body(_ text: String, isBase64: Bool) -> [StyledLine] {
        guard !text.isEmpty else { return [StyledLine(), StyledLine("no body", .dim)] }
        var note = "\(Format.grouped(text.utf8.count)) bytes"
        if isBase64 { note += ", shown in base64" }
        let pretty =
            !isBase64 && text.utf8.count < 200_000 ? (try? JSON(parsing: text).text(.pretty)) ?? text : text
        return [StyledLine(), StyledLine(note, .dim)]
            + TextLayout.wrap(String(pretty.prefix(200_000)), to: side).map { StyledLine($0) }
    }
}
