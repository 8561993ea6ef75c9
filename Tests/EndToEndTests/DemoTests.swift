import Foundation
import Testing

extension EndToEnd {
    /// `sluice demo` in a terminal: everything is there at once, everything is gone after.
    @Suite(.needs(.tmux)) struct DemoTests {
        @Test func showsALiveCanaryAndLeavesNothingBehind() async throws {
            // A folder of its own for temporary files tells what the demo left.
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let terminal = try TmuxSession(
                [Command.sluice, "demo"], columns: 120, rows: 40,
                environment: ["TMPDIR": folder.path, "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": folder.path + "/config"])
            defer { terminal.close() }
            try await terminal.see("petstore")
            try await terminal.see("canary  10 %")
            try await terminal.see("v43 new pricing")
            // Traffic: the rate and a log line.
            try await terminal.see("to the canary")
            try await terminal.see("/prod/")
            try terminal.press("Escape")
            try await terminal.see("REGIONAL")
            try await terminal.see("checkout")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).contains {
                    $0.hasPrefix("sluice-demo-")
                })
            try terminal.type("q")
            #expect(try await terminal.end() == 0)
            #expect(try terminal.isRestored)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix("sluice-") }
            )
        }

        /// With moto for AWS where it is there, without what needs AWS where not.
        @Test func showsTheArchitecture() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let terminal = try TmuxSession(
                [Command.sluice, "demo", "--sample", "architecture"], columns: 120, rows: 40,
                environment: ["TMPDIR": folder.path, "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": folder.path + "/config"])
            defer { terminal.close() }
            try await terminal.see("storefront", within: 120)
            try terminal.type("V")
            try await terminal.see("4 of 4")
            try terminal.type("f")
            try await terminal.see("hello")
            try terminal.type("q")
            #expect(try await terminal.end() == 0)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix("sluice-") }
            )
        }
    }
}
