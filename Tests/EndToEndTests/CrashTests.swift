import ControlAPI
import Foundation
import JSON
import Testing

extension EndToEnd {
    /// What was acknowledged is there after `kill -9`; what was not has left nothing by halves.
    @Suite struct CrashTests {
        @Test func acknowledgedChangesSurviveKill9ManyTimes() async throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            var acknowledged: Set<String> = []
            var engine = try await ServedEngine(home: home)
            for round in 0..<12 {
                let client = engine.client
                // An API takes at most 300 resources: each round fills one of its own.
                let api = try await client.createRestApi(name: "crash \(round)")
                let root = api.rootResourceId ?? ""
                // Four writers at once; each notes a name only when its call was answered.
                let noted = await withTaskGroup(of: [String].self) { group in
                    for writer in 0..<4 {
                        group.addTask {
                            var done: [String] = []
                            for number in 0..<10_000 {
                                let name = "r\(round)-\(writer)-\(number)"
                                do {
                                    _ = try await client.createResource(apiId: api.id, parentId: root, pathPart: name)
                                    done.append(name)
                                } catch {
                                    return done
                                }
                            }
                            return done
                        }
                    }
                    group.addTask { [engine = Unchecked(engine)] in
                        // Late enough that writes are under way, at another moment each round.
                        try? await Task.sleep(for: .milliseconds(40 + round * 13))
                        engine.value.crash()
                        return []
                    }
                    return await group.reduce(into: []) { $0 += $1 }
                }
                acknowledged.formUnion(noted)
                #expect(noted.count < 300, "round \(round) was crashed after its last write")
                engine = try await ServedEngine(home: home)
                #expect(try await engine.client.restApis().count == round + 1)
                let resources = try await engine.client.resources(apiId: api.id)
                let names = Set(resources.compactMap(\.pathPart))
                #expect(Set(noted).subtracting(names).isEmpty, "lost after round \(round)")
                // A resource that is there has its journal entry, and the other way round: one transaction made both.
                let journal = try await engine.client.journal(apiId: api.id, limit: 1_000_000)
                let entries = journal.filter { $0.operation == "CreateResource" }
                #expect(Set(entries.compactMap { $0.after?["pathPart"]?.string }) == names)
                #expect(entries.count == names.count)
            }
            #expect(acknowledged.count > 100)
            #expect(engine.terminate() == 0)
        }

        @Test func deployedStageAnswersAfterKill9() async throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            var engine = try await ServedEngine(home: home)
            let api = try await SampleApi(engine.client)
            _ = try await engine.client.createDeployment(apiId: api.id, stageName: "prod", description: "one")
            #expect(try await HTTP.get(engine.url(api.id, "prod", "/ping")).status == 200)
            engine.crash()
            engine = try await ServedEngine(home: home)
            let answer = try await HTTP.get(engine.url(api.id, "prod", "/ping"))
            #expect(answer.status == 200)
            #expect(answer.body == "{\"message\": \"pong\"}")
            #expect(engine.terminate() == 0)
        }
    }
}

/// A class that the test itself hands over and does not touch meanwhile.
struct Unchecked<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
