import ControlAPI
import Foundation
import Testing

extension EndToEnd {
    /// `sluice serve` as a program: what it prints, how it ends, what it refuses.
    @Suite struct ServeTests {
        @Test func saysWhereItServesAndEndsWellOnTerminate() async throws {
            let engine = try await ServedEngine()
            defer { engine.home.remove() }
            #expect(engine.data.hasPrefix("http://127.0.0.1:"))
            #expect(engine.control.hasPrefix("http://127.0.0.1:"))
            #expect(engine.socket == engine.home.path + "/control.sock")
            let info = try await engine.client.health()
            #expect(info.pid == Int(engine.pid))
            #expect(info.data == engine.data)
            #expect(engine.terminate() == 0)
            #expect(!FileManager.default.fileExists(atPath: engine.socket))
        }

        @Test func interruptEndsItWellToo() async throws {
            let engine = try await ServedEngine()
            defer { engine.home.remove() }
            #expect(engine.terminate(with: SIGINT) == 0)
        }

        @Test func secondEngineOnTheSameHomeIsRefusedAndTheFirstGoesOn() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let second = try Command.run([
                Command.sluice, "serve", "--home", engine.home.path, "--listen", "127.0.0.1:0", "--control", "off",
            ])
            #expect(second.status == 1)
            #expect(second.output.isEmpty)
            #expect(second.errors.contains(engine.home.path))
            #expect(oneLine(second.errors))
            _ = try await engine.client.health()
        }

        @Test func portInUseIsNamed() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let home = try TemporaryFolder()
            defer { home.remove() }
            let address = engine.data.replacingOccurrences(of: "http://", with: "")
            let second = try Command.run([
                Command.sluice, "serve", "--home", home.path, "--listen", address, "--control", "off",
            ])
            #expect(second.status == 1)
            #expect(second.errors.contains(address))
            #expect(oneLine(second.errors))
        }

        @Test func controlPortInUseIsNamed() async throws {
            let engine = try await ServedEngine()
            defer { engine.stop() }
            let home = try TemporaryFolder()
            defer { home.remove() }
            let address = engine.control.replacingOccurrences(of: "http://", with: "")
            let second = try Command.run([
                Command.sluice, "serve", "--home", home.path, "--listen", "127.0.0.1:0", "--control", address,
            ])
            #expect(second.status == 1)
            #expect(second.errors.contains(address))
            #expect(!FileManager.default.fileExists(atPath: home.path + "/control.sock"))
        }

        @Test func homeThatCannotBeMadeIsNamed() throws {
            let result = try Command.run([
                Command.sluice, "serve", "--home", "/dev/null/sluice", "--listen", "127.0.0.1:0", "--control", "off",
            ])
            #expect(result.status == 1)
            #expect(result.errors.contains("/dev/null/sluice"))
            #expect(oneLine(result.errors))
        }

        /// The home is free again afterwards.
        @Test func fileOfAuthoritiesThatCannotBeUsedIsNamed() throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            let file = home.path + "/ca.pem"
            let command = [Command.sluice, "serve", "--home", home.path, "--listen", "127.0.0.1:0", "--control", "off"]
            for content in [nil, "nonsense"] as [String?] {
                try content?.write(toFile: file, atomically: true, encoding: .utf8)
                let refused = try Command.run(command + ["--backend-ca", file])
                #expect(refused.status == 1)
                #expect(refused.errors.contains(file))
                #expect(oneLine(refused.errors))
            }
        }

        @Test func corruptDatabaseIsNamedAndLeftAsItIs() throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            let file = home.url.appending(path: "sluice.db")
            let rubbish = Data(repeating: 0x5A, count: 8192)
            try rubbish.write(to: file)
            let result = try Command.run([
                Command.sluice, "serve", "--home", home.path, "--listen", "127.0.0.1:0", "--control", "off",
            ])
            #expect(result.status == 1)
            #expect(result.errors.contains(file.path))
            #expect(oneLine(result.errors))
            #expect(try Data(contentsOf: file) == rubbish)
        }

        @Test(arguments: [
            (["serve", "--listen", "nonsense"], "--listen"),
            (["serve", "--control", "127.0.0.1:99999"], "--control"),
            (["serve", "--account", "12"], "--account"),
            (["canary", "set", "a", "b", "101"], "100"),
            (["frobnicate"], "frobnicate"),
            (["logs", "--status", "9xx"], "--status"),
            (["metrics", "--window", "soon"], "duration"),
        ])
        func badArgumentsGiveOneLineAndStatusOne(words: [String], named: String) throws {
            let result = try Command.run([Command.sluice] + words)
            #expect(result.status == 1)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains(named))
            #expect(oneLine(result.errors))
        }

        @Test(arguments: [
            [], ["demo"], ["serve"], ["apis"], ["stages"], ["deploy"], ["canary"], ["canary", "set"],
            ["canary", "promote"],
            ["canary", "disable"], ["rollback"], ["logs"], ["metrics"], ["credentials"],
        ])
        func helpHasExamples(words: [String]) throws {
            let result = try Command.run([Command.sluice] + words + ["--help"])
            #expect(result.status == 0)
            #expect(result.output.contains("Examples:"))
            #expect(result.output.contains("sluice " + words.joined(separator: " ")))
        }

        @Test func withoutAnEngineScriptsSayWhatToDo() throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            let result = try Command.run([Command.sluice, "apis", "--home", home.path])
            #expect(result.status == 1)
            #expect(result.errors.contains("sluice serve"))
            #expect(oneLine(result.errors))
        }

        @Test func withoutATerminalTheConsoleSaysSo() throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            let result = try Command.run([Command.sluice, "--home", home.path])
            #expect(result.status == 1)
            #expect(result.errors.contains("terminal"))
            #expect(oneLine(result.errors))
        }
    }
}

/// Whether an error is one readable line.
func oneLine(_ text: String) -> Bool {
    text.hasPrefix("sluice: ") && text.hasSuffix("\n") && text.filter { $0 == "\n" }.count == 1
}
