import ControlAPI
import GRDB
import JSON
import Testing

@testable import Gateway

@Suite struct ModelMigrationTests {
    @Test func `APIs of before models were kept get the two that new ones have`() async throws {
        let place = TemporaryHome()
        let file = try Home(path: place.path).databasePath
        let old = try DatabaseQueue(path: file)
        try Schema.migrator.migrate(old, upTo: "1 apis, deployments, stages, journal")
        try await old.write { db in
            for id in ["a", "b"] { try RestApiTable.insert(db, RestApi(id: id, name: id, createdDate: .now)) }
        }
        try old.close()

        let harness = try ControlHarness(home: place)
        let fresh = try await harness.done("POST", "/restapis", ["name": "c"]).text("id")
        func models(_ api: String) async throws -> [JSON] {
            try await harness.done("GET", "/restapis/\(api)/models")["item"]?.array ?? []
        }
        let expected = try await models(fresh)
        #expect(expected.count == 2)
        for api in ["a", "b"] {
            let found = try await models(api)
            #expect(found.count == expected.count)
            for (one, other) in zip(found, expected) {
                #expect(one["name"] == other["name"])
                #expect(one["description"] == other["description"])
                #expect(one["contentType"] == other["contentType"])
                #expect(try JSON(parsing: one["schema"]?.string ?? "") == JSON(parsing: other["schema"]?.string ?? ""))
                #expect(one["id"]?.string?.count == 6)
            }
        }
        #expect(try await models("a").first?["id"] != models("b").first?["id"])
    }
}
