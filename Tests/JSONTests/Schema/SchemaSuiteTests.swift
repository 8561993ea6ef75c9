import Foundation
import JSON
import Testing

/// The draft 4 cases of the official JSON Schema test suite, where `SLUICE_JSON_SCHEMA_SUITE` names the folder with its
/// `tests` and `remotes`. Skipped elsewhere.
@Suite struct SchemaSuiteTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let schema: JSON
        let instance: JSON
        let isValid: Bool
        var testDescription: String { name }
    }

    static let folder = ProcessInfo.processInfo.environment["SLUICE_JSON_SCHEMA_SUITE"]

    static let cases: [Case] = {
        guard let folder else { return [] }
        let root = folder + "/tests/draft4"
        let files = (FileManager.default.enumerator(atPath: root)?.allObjects ?? []).compactMap { $0 as? String }
        return files.filter { $0.hasSuffix(".json") }.sorted().flatMap { file -> [Case] in
            guard let data = FileManager.default.contents(atPath: root + "/" + file),
                let groups = try? JSON(parsing: data)
            else { return [] }
            return (groups.array ?? []).flatMap { group in
                (group["tests"]?.array ?? []).compactMap { test in
                    guard let schema = group["schema"], let data = test["data"], let isValid = test["valid"]?.bool
                    else { return nil }
                    let name = "\(file): \(group["description"]?.string ?? ""): \(test["description"]?.string ?? "")"
                    return Case(name: name, schema: schema, instance: data, isValid: isValid)
                }
            }
        }
    }()

    /// The suite's own documents, which it names as if a server on port 1234 had them.
    static func remote(_ uri: String) -> JSON? {
        let prefix = "http://localhost:1234/"
        guard let folder, uri.hasPrefix(prefix) else { return nil }
        return FileManager.default.contents(atPath: "\(folder)/remotes/\(uri.dropFirst(prefix.count))")
            .flatMap { try? JSON(parsing: $0) }
    }

    @Test(.enabled(if: folder != nil, "set SLUICE_JSON_SCHEMA_SUITE"))
    func casesAreRead() {
        #expect(Self.cases.count > 700)
    }

    @Test(.enabled(if: folder != nil), arguments: cases)
    func agrees(_ one: Case) throws {
        let schema = try JSONSchema(one.schema, resolve: Self.remote)
        #expect(try schema.isValid(one.instance) == one.isValid)
        #expect(try schema.validate(one.instance).isEmpty == one.isValid)
    }
}
