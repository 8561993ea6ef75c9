import Foundation
import JSON
import Testing

@testable import VTL

/// The cases of `oracle/vtl/airspeed.json`, which stand beside the repository: each with what Apache Velocity 1.7
/// prints for it. Skipped where that folder is missing.
@Suite struct OracleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let id: String
        let template: String
        let context: JSON
        /// `nil`: an error.
        let expected: String?
        var testDescription: String { id }
    }

    static let file: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let folder = ProcessInfo.processInfo.environment["SLUICE_ORACLE"] ?? "/\(root)/../shared/oracle"
        let file = folder + "/vtl/airspeed.json"
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }()

    static let cases: [Case] = {
        guard let file, let data = FileManager.default.contents(atPath: file), let json = try? JSON(parsing: data)
        else { return [] }
        return (json["cases"]?.array ?? []).compactMap { entry in
            guard let id = entry["id"]?.string, let template = entry["template"]?.string else { return nil }
            let velocity = entry["velocity17"]
            let expected: String? =
                switch velocity?.string {
                case "agrees": entry["expected"]?.string
                case let text?: text
                case nil: velocity?["error"] == nil ? entry["expected"]?.string : nil
                }
            return Case(id: id, template: template, context: entry["context"] ?? [:], expected: expected)
        }
    }()

    @Test(.enabled(if: file != nil, "shared/oracle is not here; set SLUICE_ORACLE to its place"))
    func allCasesAreRead() {
        #expect(Self.cases.count == 246)
    }

    @Test(.enabled(if: file != nil), arguments: cases)
    func printsWhatVelocityPrints(_ one: Case) throws {
        let rendered = Result { try render(one.template, one.context) }
        guard let expected = one.expected else {
            #expect(throws: TemplateError.self) { try rendered.get() }
            return
        }
        #expect(try rendered.get() == expected)
    }
}

/// A template rendered over a JSON object's members as its variables.
func render(_ template: String, _ variables: JSON = [:], limits: TemplateLimits = .standard) throws -> String {
    let template = try Template(parsing: template, limits: limits)
    return String(decoding: try template.render(bindings: Variables(variables), limits: limits), as: UTF8.self)
}

struct Variables: TemplateBindings {
    let values: [String: Value]

    init(_ json: JSON) {
        values = Dictionary(
            (json.object ?? JSONObject()).members.map { ($0.key, Value($0.value)) }, uniquingKeysWith: { $1 })
    }

    func value(of name: String) -> Value? { values[name] }
}
