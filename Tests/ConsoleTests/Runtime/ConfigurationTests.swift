import Terminal
import Testing

@testable import Console

@Suite("The configuration file")
struct ConfigurationTests {
    @Test func readsEverything() throws {
        let configuration = try Configuration(
            toml: """
                theme = "light"
                mouse = true

                [keys]
                promote = "P"
                follow = ["f", "space"]

                [aliases]
                pp = "stages petstore prod"
                """, file: "config.toml")
        #expect(configuration.theme == "light")
        #expect(configuration.mouse)
        #expect(configuration.keys == [.promote: [.character("P")], .follow: [.character("f"), .character(" ")]])
        #expect(configuration.aliases == ["pp": "stages petstore prod"])
    }

    @Test func nothingIsNeeded() throws {
        #expect(try Configuration(toml: "", file: "config.toml") == Configuration())
        #expect(try Configuration.load("/nowhere/config.toml") == Configuration())
    }

    @Test(arguments: [
        ("theme = 5", 1, "must be a theme's name"), ("\nmuose = true", 2, "unknown key \"muose\""),
        ("mouse = 1", 1, "must be true or false"), ("[keys]\nfly = \"f\"", 2, "there is no command \"fly\""),
        ("[keys]\n\npromote = \"hyper-x\"", 3, "\"hyper-x\" is no key"),
        ("[keys]\npromote = 5", 2, "a key or a list of keys"),
        ("[keys]\npromote = \"x\"", 2, "x is \"disable\" already"), ("[aliases]\na = 1", 2, "a line for the palette"),
        ("theme = \"dark\"\nkeys = 3", 2, "must be a table"), ("theme = \"dark\"\n[keys", 2, "this is not TOML"),
    ])
    func errorsNameFileAndLine(_ text: String, _ line: Int, _ message: String) {
        do throws(ConfigurationError) {
            _ = try Configuration(toml: text, file: "config.toml")
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.file == "config.toml")
            #expect(error.line == line, "\(error)")
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test func swappedKeysAreNoConflict() throws {
        let configuration = try Configuration(toml: "[keys]\npromote = \"x\"\ndisable = \"p\"", file: "config.toml")
        #expect(configuration.keys.count == 2)
    }

    @Test(arguments: [
        ("", "theme = \"light\"\n"),
        ("# mine\ntheme = 'dark' # quiet\nmouse = true", "# mine\ntheme = \"light\"\nmouse = true"),
        ("[keys]\nquit = \"Q\"", "theme = \"light\"\n[keys]\nquit = \"Q\""),
    ])
    func aThemeIsKeptAndTheRestStays(_ before: String, _ after: String) throws {
        let text = Configuration.text(before, withTheme: "light")
        #expect(text == after)
        #expect(try Configuration(toml: text, file: "config.toml").theme == "light")
    }
}
