import ControlAPI

/// Carries out the steps of an `UpdateUsagePlan` call, with AWS's refusals.
struct UsagePlanPatch {
    private(set) var plan: UsagePlan

    private static let paths = [
        "add": [
            "/apiStages", "/productCode", "/quota/limit", "/quota/offset", "/quota/period", "/throttle/burstLimit",
            "/throttle/rateLimit",
        ],
        "replace": [
            "/name", "/description", "/productCode", "/quota/limit", "/quota/offset", "/quota/period",
            "/throttle/burstLimit", "/throttle/rateLimit",
            "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/rateLimit",
            "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/burstLimit",
        ],
        // In AWS's order, with its spelling.
        "remove": [
            "/apiStages", "/quota", "/throttle", "/productCode",
            "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>",
            "/apiStages/<apidId:stageName>/throttle",
        ],
    ]

    init(plan: UsagePlan) {
        self.plan = plan
    }

    mutating func apply(_ step: Patch.Step) throws {
        let isSet = step.op == "add" || step.op == "replace"
        switch (step.op, step.path) {
        case ("replace", "/name"): plan.name = step.value
        case ("replace", "/description"): plan.description = step.nonEmptyValue
        case ("add", "/productCode"), ("replace", "/productCode"): plan.productCode = step.nonEmptyValue
        case ("remove", "/productCode"): plan.productCode = nil
        case ("remove", "/quota"): plan.quota = nil
        case ("remove", "/throttle"): plan.throttle = nil
        case ("add", "/apiStages"): try addStage(step)
        case ("remove", "/apiStages"): try removeStage(step)
        case (_, "/quota/limit") where isSet: quota.limit = try Patch.int(step, in: 0...Int(Int32.max))
        case (_, "/quota/offset") where isSet: quota.offset = try Patch.int(step, in: 0...Int(Int32.max))
        case (_, "/quota/period") where isSet:
            guard let period = step.value, QuotaPeriod(rawValue: period) != nil else {
                throw ApiError.badRequest("Invalid quota period specified. Valid options are DAY,WEEK,MONTH")
            }
            quota.period = period
        case (_, "/throttle/burstLimit") where isSet: throttle.burstLimit = try Self.burst(step)
        case (_, "/throttle/rateLimit") where isSet: throttle.rateLimit = try Self.rate(step)
        default: try patchMethod(step)
        }
    }

    private var quota: QuotaSettings {
        get { plan.quota ?? QuotaSettings(limit: nil, offset: 0, period: nil) }
        set { plan.quota = newValue }
    }

    private var throttle: ThrottleSettings {
        get { plan.throttle ?? ThrottleSettings(burstLimit: nil, rateLimit: nil) }
        set { plan.throttle = newValue }
    }

    private static func burst(_ step: Patch.Step) throws -> Int { try Patch.int(step, in: -1...Int(Int32.max)) }

    private static func rate(_ step: Patch.Step) throws -> Double {
        guard let rate = step.value.flatMap({ Double($0) }), rate.isFinite, rate >= -1 else {
            throw ApiError.badRequest(
                "Invalid patch value  '\(step.value ?? "null")' specified for path \(step.path). Must be a number")
        }
        return rate
    }

    // MARK: Stages

    /// `{apiId}:{stage}`
    static func name(_ stage: ApiStage) -> String { "\(stage.apiId ?? ""):\(stage.stage ?? "")" }

    private func place(_ name: String) -> Int? { plan.apiStages?.firstIndex { Self.name($0) == name } }

    private mutating func addStage(_ step: Patch.Step) throws {
        let parts = (step.value ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ApiError.badRequest("Invalid API Stage specified")
        }
        guard place(step.value ?? "") == nil else { return }
        plan.apiStages = (plan.apiStages ?? []) + [ApiStage(apiId: parts[0], stage: parts[1])]
    }

    private mutating func removeStage(_ step: Patch.Step) throws {
        guard let place = place(step.value ?? "") else { throw ApiError.badRequest("Invalid API Stage specified") }
        plan.apiStages?.remove(at: place)
    }

    // MARK: Methods

    /// `/apiStages/{api}:{stage}/throttle/{path}/{verb}/rateLimit`, the path with `~1` or as it is.
    private mutating func patchMethod(_ step: Patch.Step) throws {
        var parts = step.parts
        guard parts.count >= 3, parts[0] == "apiStages", parts[2] == "throttle" else { throw invalid(step) }
        guard let place = place(parts[1]), var stage = plan.apiStages?[place] else {
            throw ApiError.badRequest("Invalid API Stage specified")
        }
        var methods = stage.throttle ?? [:]
        if step.op == "remove" {
            let key = Self.methodKey(parts[3...].joined(separator: "/"))
            if parts.count == 3 {
                methods = [:]
            } else if methods.removeValue(forKey: key) == nil {
                throw ApiError.badRequest("Cannot remove the throttle of \(key) because the usage plan has none for it")
            }
        } else {
            guard step.op == "replace" || step.op == "add", parts.count >= 6, let member = parts.popLast() else {
                throw invalid(step)
            }
            let key = Self.methodKey(parts[3...].joined(separator: "/"))
            var settings = methods[key] ?? ThrottleSettings(burstLimit: nil, rateLimit: nil)
            switch member {
            case "rateLimit": settings.rateLimit = try Self.rate(step)
            case "burstLimit": settings.burstLimit = try Self.burst(step)
            default: throw invalid(step)
            }
            methods[key] = settings
        }
        stage.throttle = methods.isEmpty ? nil : methods
        plan.apiStages?[place] = stage
    }

    /// With one slash at its beginning, but for the root's `//GET`.
    static func methodKey(_ text: String) -> String {
        let rest = text.drop { $0 == "/" }
        return (rest.contains("/") ? "/" : "//") + rest
    }

    private func invalid(_ step: Patch.Step) -> ApiError {
        Patch.invalidPath(step, oneOf: Self.paths[step.op] ?? [])
    }
}
