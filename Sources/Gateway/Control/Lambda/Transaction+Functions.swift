import ControlAPI
import Foundation
import Lambda

extension Transaction {
    var place: FunctionReference.Place { FunctionReference.Place(region: region, account: account) }

    /// The function that a call's path names.
    func functionReference(_ input: OperationInput, longest: Int = 256) throws -> FunctionReference {
        try FunctionReference(
            input.parameter("FunctionName"), query: FunctionQuery.text(input, "Qualifier"), place: place,
            largestLength: longest)
    }

    func function(_ reference: FunctionReference) throws -> StoredFunction {
        guard let function = try FunctionTable.find(db, reference.name) else { throw unknown(reference) }
        return function
    }

    func unknown(_ reference: FunctionReference) -> ApiError {
        .resourceNotFound("Function not found: \(place.arn(reference.name, reference.qualifier))")
    }

    /// The version that the reference means, an alias's first one included; `$LATEST` without a qualifier.
    func version(_ reference: FunctionReference) throws -> StoredVersion {
        let qualifier = reference.qualifier ?? FunctionVersionTable.latest
        if let version = try FunctionVersionTable.find(db, function: reference.name, qualifier) { return version }
        guard let alias = try FunctionAliasTable.find(db, function: reference.name, qualifier),
            let version = try FunctionVersionTable.find(db, function: reference.name, alias.functionVersion)
        else { throw unknown(reference) }
        return version
    }

    /// A version as an answer shows it: with the ARN that was asked for.
    func shown(_ version: StoredVersion, qualifier: String?) -> FunctionConfiguration {
        var configuration = version.configuration
        configuration.functionArn = place.arn(configuration.functionName, qualifier)
        configuration.state = "Active"
        configuration.lastUpdateStatus = "Successful"
        return configuration
    }

    /// Lambda's form of a moment, `2026-11-21T17:52:31.000+0000`.
    var lastModified: String {
        var seconds = time_t(now.seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
            + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).000+0000"
    }

    func newRevision() -> String { UUID().uuidString.lowercased() }

    /// `given` is the caller's `RevisionId`, which has to be the one that is there.
    func checkRevision(_ given: String?, _ current: String, call: String = "GetFunction/GetAlias") throws {
        guard let given, given != current else { return }
        throw ApiError.preconditionFailed(
            "The Revision Id provided does not match the latest Revision Id. Call the \(call) API to retrieve the "
                + "latest Revision Id")
    }
}

/// Query parameters of Lambda's calls; empty ones count as absent.
enum FunctionQuery {
    static func text(_ input: OperationInput, _ name: String) -> String? {
        input.query(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// `Marker` and `MaxItems` of a list call. Markers are opaque to callers.
struct FunctionPaging {
    /// AWS's answers never have more.
    static let largestPage = 50

    let limit: Int
    /// What stands in the marker; `nil` for the first page.
    let position: String?

    init(_ input: OperationInput) throws {
        var limit = Self.largestPage
        if let text = FunctionQuery.text(input, "MaxItems") {
            guard let number = Int(text) else {
                throw ApiError.serialization("STRING_VALUE can not be converted to an Integer")
            }
            var violations = Violations()
            violations.check(number, at: "maxItems", in: 1...10_000)
            try violations.throwIfAny()
            limit = min(number, limit)
        }
        self.limit = limit
        position = try FunctionQuery.text(input, "Marker").map { text in
            guard let data = Data(base64Encoded: text), let position = String(data: data, encoding: .utf8) else {
                throw ApiError.invalidParameter("Invalid Marker: \(text)")
            }
            return position
        }
    }

    /// The page of what was fetched, which has one element more if there is another page, and the next marker.
    func page<Item>(_ fetched: [Item], position: (Item) -> String) -> (items: [Item], marker: String?) {
        let items = Array(fetched.prefix(limit))
        let marker = fetched.count > limit ? items.last.map { Data(position($0).utf8).base64EncodedString() } : nil
        return (items, marker)
    }
}
