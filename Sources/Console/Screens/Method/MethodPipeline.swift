import ControlAPI
import Terminal

/// The pipeline of a method in lines: the way there above, the way back below, each station with what it does, then
/// the templates in full.
struct MethodPipeline {
    let verb: String
    let path: String
    let method: Method
    let validator: RequestValidator?
    /// What each stage sets for the method.
    let settings: [(stage: String, SettingsInForce)]
    /// Texts that were edited and not sent.
    let drafts: [Document]
    let width: Int
    let glyphs: Glyphs

    private struct Station {
        var title: String
        var facts: [(name: String, value: String)]
    }

    private var none: String { String(glyphs.none) }
    private var integration: Integration? { method.methodIntegration }

    var lines: [StyledLine] {
        var lines: [StyledLine] = [
            StyledLine([("\(verb) ", Style.accent.bold), (path, Style.title.bold)])
        ]
        lines.append(StyledLine())
        lines += track(lead: "client \(glyphs.flowRight) ", between: " \(glyphs.flowRight) ", there, .base)
        lines.append(StyledLine())
        lines += track(lead: "client \(glyphs.flowLeft) ", between: " \(glyphs.flowLeft) ", back, .canary)
        lines.append(StyledLine())
        lines += stageLines
        lines += drafts.map { StyledLine("edited, not sent: \($0.title)", .warning) }
        if !drafts.isEmpty { lines.append(StyledLine()) }
        lines += templates
        return lines
    }

    /// What the stages do beside the pipeline, where they do anything.
    private var stageLines: [StyledLine] {
        let lines = settings.compactMap { stage, setting -> StyledLine? in
            var words: [String] = []
            if let ttl = setting.cacheTtl { words.append("cache \(ttl) s") }
            if let rate = setting.ownRate { words.append("limit \(Format.shortRate(rate))/s") }
            if setting.loggingLevel != "OFF" { words.append("execution logs \(setting.loggingLevel)") }
            guard !words.isEmpty else { return nil }
            return StyledLine([
                ("in \(stage)  ", .dim), (words.joined(separator: "   "), .accent),
            ])
        }
        return lines.isEmpty ? [] : lines + [StyledLine()]
    }

    // MARK: Stations

    private var there: [Station] {
        [
            Station(title: "METHOD REQUEST", facts: methodRequest),
            Station(title: "INTEGRATION REQUEST", facts: integrationRequest), backend,
        ]
    }

    private var back: [Station] {
        [
            Station(title: "METHOD RESPONSE", facts: methodResponses),
            Station(title: "INTEGRATION RESPONSE", facts: integrationResponses),
        ]
    }

    private var methodRequest: [(name: String, value: String)] {
        var facts: [(name: String, value: String)] = [
            ("auth", method.authorizationType ?? "NONE"),
            ("key", method.apiKeyRequired == true ? "required" : none),
        ]
        if let id = method.requestValidatorId { facts.append(("validate", validator?.checks ?? id)) }
        let models = (method.requestModels ?? [:]).sorted { $0.key < $1.key }
        facts.append(("model", models.isEmpty ? none : models.map(\.value).joined(separator: ", ")))
        for (name, required) in (method.requestParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            facts.append((Self.short(name), required ? "required" : "optional"))
        }
        return facts
    }

    private var integrationRequest: [(name: String, value: String)] {
        guard let integration else { return [("", "no integration")] }
        var facts: [(name: String, value: String)] = [("type", integration.type)]
        for (name, value) in (integration.requestParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            facts.append((Self.short(name), "\(glyphs.arrowLeft) \(Self.short(value))"))
        }
        let templates = (integration.requestTemplates ?? [:]).keys.sorted()
        facts.append(("template", templates.isEmpty ? none : templates.joined(separator: ", ")))
        if let behavior = integration.passthroughBehavior { facts.append(("else", behavior)) }
        if let handling = integration.contentHandling { facts.append(("content", handling)) }
        if let keys = integration.cacheKeyParameters, !keys.isEmpty {
            facts.append(("cache key", keys.map(Self.short).joined(separator: ", ")))
        }
        return facts
    }

    private var backend: Station {
        guard let integration else { return Station(title: "BACKEND", facts: []) }
        if integration.type == "MOCK" {
            return Station(
                title: "MOCK", facts: [("", "answers by itself, with the status"), ("", "that its template gives")])
        }
        var facts: [(name: String, value: String)] = []
        let uri = integration.uri ?? "no URI"
        if let function = FunctionAddress.address(in: uri) {
            let parts = function.split(separator: ":")
            facts.append(("function", (parts.count > 6 ? parts.dropFirst(6) : parts[...]).joined(separator: ":")))
        } else {
            facts.append(("", uri))
        }
        facts.append(("timeout", "\(Format.plain(Double(integration.timeoutInMillis ?? 29_000) / 1000)) s"))
        if let connection = integration.connectionType, connection != "INTERNET" {
            facts.append(("through", integration.connectionId ?? connection))
        }
        if integration.tlsConfig?.insecureSkipVerification == true { facts.append(("tls", "not verified")) }
        let verb = integration.httpMethod ?? self.verb
        let kind = integration.type.hasPrefix("AWS") ? integration.type : "HTTP"
        return Station(title: "\(kind) \(verb)", facts: facts)
    }

    private var methodResponses: [(name: String, value: String)] {
        if integration?.type.hasSuffix("_PROXY") == true, (method.methodResponses ?? [:]).isEmpty {
            return [("", "as the backend answers")]
        }
        let responses = (method.methodResponses ?? [:]).sorted { $0.key < $1.key }
        guard !responses.isEmpty else { return [("", "none")] }
        return responses.flatMap { status, response -> [(name: String, value: String)] in
            let models = (response.responseModels ?? [:]).sorted { $0.key < $1.key }.map(\.value).joined(
                separator: ", ")
            return [(status, models.isEmpty ? none : models)]
                + (response.responseParameters ?? [:]).keys.sorted().map { ("", Self.short($0)) }
        }
    }

    private var integrationResponses: [(name: String, value: String)] {
        if integration?.type.hasSuffix("_PROXY") == true { return [("", "handed through as it is")] }
        let responses = (integration?.integrationResponses ?? [:]).sorted { $0.key < $1.key }
        guard !responses.isEmpty else { return [("", "none: every answer is a 500")] }
        return responses.flatMap { status, response -> [(name: String, value: String)] in
            let pattern = response.selectionPattern ?? ""
            return [(status, pattern.isEmpty ? "default" : "/\(pattern)/")]
                + (response.responseParameters ?? [:]).sorted(by: { $0.key < $1.key }).map {
                    ("", "\(Self.short($0.key)) \(glyphs.arrowLeft) \(Self.short($0.value))")
                }
        }
    }

    /// `method.request.path.petId` → `path.petId`: the station says the rest.
    private static func short(_ name: String) -> String {
        for prefix in [
            "method.request.", "integration.request.", "method.response.", "integration.response.",
        ] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }

    // MARK: Lines

    /// Stations side by side, facts under their titles.
    private func track(lead: String, between: String, _ stations: [Station], _ style: Style) -> [StyledLine] {
        let start = TextWidth.of(lead)
        let gap = TextWidth.of(between)
        let room = max(12, (width - start - gap * 2 - 1) / 3)
        var first: [(text: String, style: Style)] = [(lead, .dim)]
        for (index, station) in stations.enumerated() {
            let last = index == stations.count - 1
            let title = TextLayout.truncate(station.title, to: room, ellipsis: glyphs.ellipsis)
            first.append((last ? title : TextLayout.pad(title, to: room), Style(style.role, .bold)))
            if !last { first.append((between, .dim)) }
        }
        var lines = [StyledLine(first)]
        let names = stations.map { station in min(room / 2, station.facts.map { TextWidth.of($0.name) }.max() ?? 0) }
        for row in 0..<(stations.map(\.facts.count).max() ?? 0) {
            var pieces: [(text: String, style: Style)] = [(String(repeating: " ", count: start), .dim)]
            for (index, station) in stations.enumerated() {
                let fact = row < station.facts.count ? station.facts[row] : ("", "")
                // What has no name, such as an address, takes the whole column.
                let name = fact.0.isEmpty ? 0 : names[index]
                if name > 0 {
                    pieces.append((TextLayout.fit(fact.0, to: name, ellipsis: glyphs.ellipsis) + "  ", .dim))
                }
                let value = room - (name > 0 ? name + 2 : 0)
                // The end of an address tells more than its beginning.
                let text =
                    fact.1.contains("://")
                    ? TextLayout.truncateHead(fact.1, to: value, ellipsis: glyphs.ellipsis)
                    : TextLayout.truncate(fact.1, to: value, ellipsis: glyphs.ellipsis)
                if index == stations.count - 1 {
                    pieces.append((text, .plain))
                } else {
                    pieces.append((TextLayout.pad(text, to: value + gap), .plain))
                }
            }
            lines.append(StyledLine(pieces))
        }
        return lines
    }

    private var templates: [StyledLine] {
        var lines: [StyledLine] = []
        if let uri = integration?.uri {
            lines.append(StyledLine("URI", .header))
            lines += TextLayout.wrap(uri, to: max(20, width - 4)).map { StyledLine("  " + $0) }
            lines.append(StyledLine())
        }
        for (type, template) in (integration?.requestTemplates ?? [:]).sorted(by: { $0.key < $1.key }) {
            lines += text("REQUEST TEMPLATE  \(type)", template)
        }
        for (status, response) in (integration?.integrationResponses ?? [:]).sorted(by: { $0.key < $1.key }) {
            for (type, template) in (response.responseTemplates ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines += text("RESPONSE TEMPLATE  \(status)  \(type)", template)
            }
        }
        return lines
    }

    private func text(_ title: String, _ template: String?) -> [StyledLine] {
        let body = (template ?? "").split(separator: "\n", omittingEmptySubsequences: false).map {
            StyledLine("  " + $0)
        }
        let lines = (template ?? "").isEmpty ? [StyledLine("  empty: the body is handed through", .dim)] : body
        return [StyledLine(title, .header)] + lines + [StyledLine()]
    }
}

extension RequestValidator {
    /// `body, parameters`
    var checks: String {
        let parts = [
            validateRequestBody == true ? "body" : nil, validateRequestParameters == true ? "parameters" : nil,
        ].compactMap { $0 }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }
}
