import ControlAPI
import Foundation
import Testing

extension EndToEnd {
    /// The console as its user has it: the real binary in a terminal, keys in, screens out, a real engine behind it.
    @Suite(.needs(.tmux)) struct ConsoleTests {
        /// An engine with `petstore/prod` and a canary at 10 %, and the backends that tell which of them answered.
        private struct Scene {
            let engine: ServedEngine
            let blue: NamedBackend
            let green: NamedBackend
            let api: SampleApi
            let first: String
            let second: String

            init() async throws {
                engine = try await ServedEngine()
                blue = try await NamedBackend("blue")
                green = try await NamedBackend("green")
                api = try await SampleApi(engine.client)
                first = try await engine.client.createDeployment(
                    apiId: api.id, stageName: "prod", description: "v1 calm", variables: ["backend": blue.address]
                ).id
                second = try await engine.client.createDeployment(
                    apiId: api.id, stageName: "prod", description: "v2 daring",
                    canarySettings: CanarySettings(
                        percentTraffic: 10, stageVariableOverrides: ["backend": green.address])
                ).id
            }

            func console(
                _ words: [String] = [], columns: Int = 120, rows: Int = 40, environment: [String: String] = [:],
                term: String = "tmux-256color"
            ) throws -> TmuxSession {
                var environment = environment
                environment["SLUICE_HOME"] = engine.home.path
                environment["XDG_CONFIG_HOME"] = environment["XDG_CONFIG_HOME"] ?? engine.home.path + "/config"
                environment["LC_ALL"] = environment["LC_ALL"] ?? "C.UTF-8"
                return try TmuxSession(
                    [Command.sluice] + words, columns: columns, rows: rows, environment: environment, term: term)
            }

            var stage: Stage {
                get async throws { try await engine.client.stage(apiId: api.id, stageName: "prod") }
            }

            func stop() async {
                engine.stop()
                await blue.stop()
                await green.stop()
            }
        }

        /// From the list of APIs to the stage screen.
        private func openStage(_ terminal: TmuxSession) async throws {
            try await terminal.see("petstore")
            try terminal.type(":")
            try terminal.type("stages petstore")
            try terminal.press("Enter")
            try await terminal.see("v1 calm")
            try terminal.press("Enter")
            try await terminal.see("TRAFFIC")
        }

        @Test(arguments: [(120, 40), (80, 24)])
        func apisToMethodAndBack(columns: Int, rows: Int) async throws {
            let scene = try await Scene()
            let terminal = try scene.console(columns: columns, rows: rows)
            defer { terminal.close() }
            try await terminal.see("petstore")
            try terminal.press("Enter")
            try await terminal.see("/who")
            // Down from the root to the first method.
            try terminal.press("Down", "Enter")
            try await terminal.see("METHOD REQUEST")
            try await terminal.see("MOCK")
            try terminal.press("Escape")
            try await terminal.see("/who")
            try terminal.press("Escape")
            try await terminal.see("REQ/S")
            try terminal.type("q")
            #expect(try await terminal.end() == 0)
            #expect(try terminal.isRestored)
            await scene.stop()
        }

        @Test func stageScreenCountsWhatTheEngineCounts() async throws {
            let scene = try await Scene()
            let terminal = try scene.console()
            defer { terminal.close() }
            try await openStage(terminal)
            try await terminal.see("canary  10 %")
            for name in [
                "Count", "Latency", "IntegrationLatency", "4XXError", "5XXError", "Cache hits", "CacheMissCount",
            ] {
                try await terminal.see(name)
            }
            for _ in 0..<50 { _ = try await HTTP.get(scene.engine.url(scene.api.id, "prod", "/who")) }
            // Rates over the window and the log line come with the feed.
            try await terminal.see("GET     /prod/who")
            await scene.stop()
        }

        @Test func promotingAsksFirstAndChangesTheTraffic() async throws {
            let scene = try await Scene()
            let terminal = try scene.console()
            defer { terminal.close() }
            try await openStage(terminal)
            // Cancel has the focus: Enter changes nothing.
            try terminal.type("p")
            let dialog = try await terminal.see("Promote the canary of petstore / prod")
            #expect(dialog.contains("▸ Cancel ◂"))
            #expect(dialog.contains(scene.first) && dialog.contains(scene.second))
            #expect(dialog.contains(scene.blue.address) && dialog.contains(scene.green.address))
            try terminal.press("Enter")
            try await terminal.seeGone("Promote the canary of")
            #expect(try await scene.stage.deploymentId == scene.first)
            // The stage's name typed, then the button.
            try terminal.type("p")
            try await terminal.see("Promote the canary of petstore / prod")
            // The name, typed, moves the focus.
            try terminal.type("prod")
            try await terminal.see("▸ Promote ◂")
            try terminal.press("Enter")
            try await terminal.seeGone("Promote the canary of")
            try await eventually("the promotion") { try await scene.stage.deploymentId == scene.second ? true : nil }
            #expect(try await HTTP.get(scene.engine.url(scene.api.id, "prod", "/who")).body == "green")
            #expect(try await scene.stage.canarySettings?.percentTraffic == 0)
            await scene.stop()
        }

        @Test func weightChangesByKeysAndByTyping() async throws {
            let scene = try await Scene()
            let terminal = try scene.console(columns: 80, rows: 24)
            defer { terminal.close() }
            try await openStage(terminal)
            try terminal.type("w")
            let dialog = try await terminal.see("Canary weight of petstore / prod")
            #expect(dialog.contains("▸ Cancel ◂"))
            try terminal.type("35")
            try await terminal.see("10 %  →  35 %")
            try await terminal.see("▸ Apply ◂")
            try terminal.press("Enter")
            try await eventually("35 %") { try await scene.stage.canarySettings?.percentTraffic == 35 ? true : nil }
            try terminal.type("+")
            try await confirm(terminal)
            try await eventually("more than 35 %") {
                (try await scene.stage.canarySettings?.percentTraffic ?? 0) > 35 ? true : nil
            }
            await scene.stop()
        }

        /// Moves from Cancel to the button that acts, and presses it.
        private func confirm(_ terminal: TmuxSession) async throws {
            try await terminal.see("▸ Cancel ◂")
            try terminal.press("Tab")
            try await terminal.seeGone("▸ Cancel ◂")
            try terminal.press("Enter")
        }

        @Test func disablingAndRollingBack() async throws {
            let scene = try await Scene()
            let terminal = try scene.console()
            defer { terminal.close() }
            try await openStage(terminal)
            try terminal.type("x")
            try await confirm(terminal)
            try await eventually("no canary") { try await scene.stage.canarySettings == nil ? true : nil }
            try await terminal.see("no canary")
            try terminal.type("b")
            try await terminal.see("roll back to")
            try await terminal.see("v2 daring")
            try terminal.press("Enter")
            try await terminal.see(scene.second)
            try await confirm(terminal)
            try await eventually("the rollback") { try await scene.stage.deploymentId == scene.second ? true : nil }
            await scene.stop()
        }

        @Test func logTailFollowsFiltersAndPauses() async throws {
            let scene = try await Scene()
            let terminal = try scene.console()
            defer { terminal.close() }
            try await openStage(terminal)
            try terminal.type("l")
            try await terminal.see("follow")
            for _ in 0..<3 { _ = try await HTTP.get(scene.engine.url(scene.api.id, "prod", "/ping")) }
            _ = try await HTTP.get(scene.engine.url(scene.api.id, "prod", "/nowhere"))
            try await terminal.see("/prod/nowhere")
            try await terminal.see("/prod/ping")
            try terminal.type("/")
            try terminal.type("nowhere")
            try await terminal.seeGone("/prod/ping")
            try terminal.press("Enter")
            try await terminal.see("1 of 4")
            try terminal.press("Escape")
            try await terminal.see("/prod/ping")
            try terminal.type("f")
            try await terminal.see("paused")
            await scene.stop()
        }

        @Test func lostEngineIsShownAndReconnected() async throws {
            let scene = try await Scene()
            let terminal = try scene.console()
            defer { terminal.close() }
            try await openStage(terminal)
            scene.engine.crash()
            try await terminal.see("reconnect")
            // The keyboard works meanwhile.
            try terminal.type("?")
            try await terminal.see("THIS STAGE")
            try terminal.press("Escape")
            try await terminal.see("TRAFFIC")
            let again = try await ServedEngine(home: scene.engine.home)
            try await terminal.see("● live")
            try terminal.type("q")
            #expect(try await terminal.end() == 0)
            again.stop()
            await scene.stop()
        }

        @Test func resizesDownToNothingAndBack() async throws {
            let scene = try await Scene()
            let terminal = try scene.console()
            defer { terminal.close() }
            try await openStage(terminal)
            try terminal.resize(columns: 20, rows: 5)
            try await terminal.see("20×5")
            try terminal.resize(columns: 80, rows: 24)
            try await terminal.see("5XXError")
            try await terminal.see("TRAFFIC")
            try terminal.resize(columns: 160, rows: 50)
            try await terminal.see("DEPLOYMENTS")
            await scene.stop()
        }

        @Test func asciiTerminalsGetNoOtherSigns() async throws {
            let scene = try await Scene()
            let terminal = try scene.console(environment: ["LC_ALL": "C", "NO_COLOR": "1"], term: "vt100")
            defer { terminal.close() }
            try await openStage(terminal)
            #expect(try terminal.screen.utf8.allSatisfy { $0 < 0x80 })
            await scene.stop()
        }

        @Test(arguments: ["TERM", "HUP", "QUIT", "SEGV"])
        func terminalIsRestoredAfterSignals(name: String) async throws {
            let scene = try await Scene()
            let terminal = try scene.console()
            defer { terminal.close() }
            try await terminal.see("petstore")
            let pids = try Command.run(["/usr/bin/env", "pgrep", "-f", "^\(Command.sluice)$"]).output
            let home = scene.engine.home.path
            let own = pids.split(separator: "\n").compactMap { Int32($0) }.filter { pid in
                let environment = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/environ"))) ?? Data()
                return String(decoding: environment, as: UTF8.self).contains("SLUICE_HOME=\(home)")
            }
            let pid = try #require(own.first)
            _ = try Command.run(["/usr/bin/env", "kill", "-\(name)", "\(pid)"])
            _ = try await terminal.end()
            #expect(try terminal.isRestored)
            try await terminal.see("THE-END")
            await scene.stop()
        }

        @Test func errorInTheConfigurationIsNamedWithItsLine() async throws {
            let scene = try await Scene()
            let config = scene.engine.home.path + "/config/sluice"
            try FileManager.default.createDirectory(atPath: config, withIntermediateDirectories: true)
            try "theme = \"dark\"\nmouse = \"sometimes\"\n".write(
                toFile: config + "/config.toml", atomically: true, encoding: .utf8)
            let terminal = try scene.console()
            defer { terminal.close() }
            try await terminal.see("config.toml:2")
            try terminal.press("Escape")
            try await terminal.see("petstore")
            await scene.stop()
        }

        @Test func errorInAThemeIsNamedWithItsLine() async throws {
            let scene = try await Scene()
            let themes = scene.engine.home.path + "/config/sluice/themes"
            try FileManager.default.createDirectory(atPath: themes, withIntermediateDirectories: true)
            try "[roles]\nacent = \"#ff0000\"\n".write(toFile: themes + "/mine.toml", atomically: true, encoding: .utf8)
            let terminal = try scene.console(["--theme", "mine"])
            defer { terminal.close() }
            try await terminal.see("mine.toml:")
            await scene.stop()
        }

        @Test func withoutAnEngineItStartsOneAndStopsItAgain() async throws {
            let home = try TemporaryFolder()
            defer { home.remove() }
            let terminal = try TmuxSession(
                [Command.sluice, "--home", home.path, "--listen", "127.0.0.1:0", "--control", "off"], columns: 100,
                rows: 30,
                environment: ["LC_ALL": "C.UTF-8"])
            defer { terminal.close() }
            try await terminal.see("● live")
            #expect(FileManager.default.fileExists(atPath: home.path + "/control.sock"))
            try terminal.type("q")
            #expect(try await terminal.end() == 0)
            #expect(!FileManager.default.fileExists(atPath: home.path + "/control.sock"))
        }

        @Test func terminalWithoutCursorMovementIsRefused() async throws {
            let scene = try await Scene()
            let terminal = try scene.console(term: "dumb")
            defer { terminal.close() }
            #expect(try await terminal.end() == 1)
            #expect(try terminal.screen.contains("sluice: "))
            #expect(try terminal.isRestored)
            await scene.stop()
        }
    }
}
