/// Finds the operation of a call. Every operation of the control plane stands in `operations`.
struct Router: Sendable {
    static let operations: [Operation] = [
        RestApis.operations,
        ApiImports.operations,
        Exports.operations,
        Resources.operations,
        Methods.operations,
        MethodResponses.operations,
        Integrations.operations,
        IntegrationResponses.operations,
        TestInvokeMethod.operations,
        IntegrationPreviews.operations,
        Models.operations,
        RequestValidators.operations,
        GatewayResponses.operations,
        DocumentationParts.operations,
        DocumentationVersions.operations,
        Authorizers.operations,
        Deployments.operations,
        Stages.operations,
        StageCacheEndpoints.operations,
        Tags.operations,
        ApiKeys.operations,
        ApiKeyImport.operations,
        UsagePlans.operations,
        UsagePlanKeys.operations,
        UsageOfPlans.operations,
        ThrottleEndpoint.operations,
        VpcLinks.operations,
        TargetPools.operations,
        ClientCertificates.operations,
        DomainNames.operations,
        BasePathMappings.operations,
        DomainNameAccessAssociations.operations,
        Sdks.operations,
        AccountSettings.operations,
        Functions.operations,
        FunctionUpdates.operations,
        FunctionPublishing.operations,
        FunctionAliases.operations,
        FunctionPermissions.operations,
        FunctionConcurrencies.operations,
        FunctionTags.operations,
        FunctionCodeSigning.operations,
        FunctionInvocations.operations,
        LambdaAccountSettings.operations,
        FunctionEndpoints.operations,
        EngineEndpoints.operations,
        JournalEndpoint.operations,
        DifferenceEndpoint.operations,
        Undo.operations,
        CredentialEndpoints.operations,
    ].flatMap { $0 }

    static let standard = Router(operations)

    private struct Row {
        let segments: [Substring]
        /// Of a pattern like `/apikeys?mode=import`.
        let query: [(name: String, value: String)]
        let operation: Operation
    }

    /// By verb and number of segments.
    private let rows: [String: [Row]]

    init(_ operations: [Operation]) {
        var rows: [String: [Row]] = [:]
        for operation in operations {
            let halves = operation.pattern.split(separator: "?", maxSplits: 1)
            let segments = halves[0].split(separator: "/")
            let query = halves.count > 1 ? Percent.query(String(halves[1])) : []
            rows["\(operation.verb) \(segments.count)", default: []].append(
                Row(segments: segments, query: query, operation: operation))
        }
        // Those that ask for more come first.
        self.rows = rows.mapValues { rows in
            rows.filter { !$0.query.isEmpty } + rows.filter(\.query.isEmpty)
        }
    }

    /// `path` is percent-encoded as on the request line; a slash at its end does not count.
    func match(
        verb: String, path: String, query: [(name: String, value: String)] = []
    ) -> (operation: Operation, parameters: [String: String])? {
        let segments = path.split(separator: "/")
        rows: for row in rows["\(verb) \(segments.count)"] ?? [] {
            var parameters: [String: String] = [:]
            for (wanted, given) in zip(row.segments, segments) {
                if wanted.hasPrefix("{") {
                    parameters[String(wanted.dropFirst().dropLast())] = Percent.decoded(given)
                } else if wanted != given {
                    continue rows
                }
            }
            guard row.query.allSatisfy({ wanted in query.contains { $0 == wanted } }) else { continue }
            return (row.operation, parameters)
        }
        return nil
    }
}

/// Percent-encoding as URLs have it.
enum Percent {
    /// `%XX` becomes its byte; what is no escape stays; bytes that are no UTF-8 become U+FFFD.
    static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = hex(bytes[at + 1]),
                let low = hex(bytes[at + 2])
            {
                output.append(high << 4 | low)
                at += 3
            } else {
                output.append(plusIsSpace && bytes[at] == UInt8(ascii: "+") ? 0x20 : bytes[at])
                at += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    static func query(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: "&").map { item in
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                decoded(halves[0], plusIsSpace: true), halves.count > 1 ? decoded(halves[1], plusIsSpace: true) : ""
            )
        }
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
