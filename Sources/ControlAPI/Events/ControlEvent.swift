/// One line of the live feed `GET /sluice/events`. Each is a JSON object whose `type` says which it is.
public enum ControlEvent: Sendable, Hashable {
    /// The first line: who is speaking.
    case hello(EngineInfo)
    /// Once a second, also when there was no traffic: it is the feed's heartbeat.
    case metrics(time: Int, samples: [MetricsSample])
    /// Finished requests, in the order in which they finished on their loop.
    /// `dropped` counts those since the last line that a slow reader did not get.
    case access(records: [AccessLogRecord], dropped: Int)
    case change(JournalEntry)
    /// Lines that functions wrote. `dropped` as of `access`.
    case functions(records: [FunctionLogRecord], dropped: Int)
}

extension ControlEvent: Codable {
    enum CodingKeys: String, CodingKey {
        case type, engine, time, samples, records, dropped, change
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .type) {
        case "hello":
            self = .hello(try container.decode(EngineInfo.self, forKey: .engine))
        case "metrics":
            self = .metrics(
                time: try container.decode(Int.self, forKey: .time),
                samples: try container.decode([MetricsSample].self, forKey: .samples))
        case "access":
            self = .access(
                records: try container.decode([AccessLogRecord].self, forKey: .records),
                dropped: try container.decode(Int.self, forKey: .dropped))
        case "change":
            self = .change(try container.decode(JournalEntry.self, forKey: .change))
        case "functions":
            self = .functions(
                records: try container.decode([FunctionLogRecord].self, forKey: .records),
                dropped: try container.decode(Int.self, forKey: .dropped))
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container, debugDescription: "unknown event type \"\(other)\"")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .hello(let engine):
            try container.encode("hello", forKey: .type)
            try container.encode(engine, forKey: .engine)
        case .metrics(let time, let samples):
            try container.encode("metrics", forKey: .type)
            try container.encode(time, forKey: .time)
            try container.encode(samples, forKey: .samples)
        case .access(let records, let dropped):
            try container.encode("access", forKey: .type)
            try container.encode(records, forKey: .records)
            try container.encode(dropped, forKey: .dropped)
        case .change(let entry):
            try container.encode("change", forKey: .type)
            try container.encode(entry, forKey: .change)
        case .functions(let records, let dropped):
            try container.encode("functions", forKey: .type)
            try container.encode(records, forKey: .records)
            try container.encode(dropped, forKey: .dropped)
        }
    }
}

/// Which lines a reader of the feed wants: the query of `GET /sluice/events`.
public struct EventSelection: Sendable, Hashable {
    public var metrics: Bool
    public var changes: Bool
    /// Access-log records of these stages; empty for none, `.all` for every stage.
    public var access: AccessSelection
    /// Log lines of these functions.
    public var functions: FunctionSelection

    public enum FunctionSelection: Sendable, Hashable {
        case none
        case all
        case function(name: String)
    }

    public enum AccessSelection: Sendable, Hashable {
        case none
        case all
        case stage(apiId: String, stageName: String)
        case api(apiId: String)
    }

    public init(
        metrics: Bool = true, changes: Bool = true, access: AccessSelection = .none,
        functions: FunctionSelection = .none
    ) {
        self.functions = functions
        self.metrics = metrics
        self.changes = changes
        self.access = access
    }
}

/// Which past requests a reader wants: the query of `GET /sluice/logs`.
public struct AccessLogQuery: Sendable, Hashable {
    public var apiId: String?
    public var stageName: String?
    /// Milliseconds since 1970; only requests at or after it.
    public var since: Int?
    /// The newest so many, oldest first.
    public var limit: Int

    public init(apiId: String? = nil, stageName: String? = nil, since: Int? = nil, limit: Int = 1000) {
        self.apiId = apiId
        self.stageName = stageName
        self.since = since
        self.limit = limit
    }
}
