import Foundation
import Testing

@testable import Terminal

@Suite struct ThemeTests {
    static let shipped = ShippedThemes.files.map(\.name)

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("themes").path

    @Test func everyFileOfTheFolderIsInTheBinary() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".toml") }
        #expect(files.sorted() == Self.shipped.map { $0 + ".toml" }.sorted())
        for file in ShippedThemes.files {
            let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/\(file.name).toml"))
            #expect(Array(data) == file.bytes)
        }
    }

    @Test(arguments: shipped) func shippedThemesNameEveryRole(name: String) throws {
        let theme = try ThemeCatalogue(folder: nil).load(name)
        #expect(theme.name == name)
        #expect(!theme.summary.isEmpty)
        for role in Role.allCases { #expect(theme.roles[role] != nil, "\(role) in \(name)") }
    }

    @Test(arguments: shipped.filter { $0 != "terminal" }) func textCanBeReadOnEveryGround(name: String) throws {
        let theme = try ThemeCatalogue(folder: nil).load(name)
        for role in Role.allCases where ![.border, .barEmpty].contains(role) {
            for ground in [nil, Role.selection, .dialog, .input] {
                let resolved = theme.resolve(Style(role, on: ground), depth: .rgb)
                let contrast = Self.contrast(resolved.foreground, resolved.background)
                #expect(contrast >= (ground == nil ? 4.5 : 3), "\(name): \(role) on \(ground?.rawValue ?? "text")")
            }
        }
    }

    @Test(arguments: shipped, [ColourDepth.eight, .sixteen, .indexed])
    func statesDifferAtEveryDepth(name: String, depth: ColourDepth) throws {
        let theme = try ThemeCatalogue(folder: nil).load(name)
        func colour(_ role: Role) -> Int { theme.resolve(Style(role), depth: depth).foreground }
        #expect(colour(.base) != colour(.canary))
        #expect(colour(.healthy) != colour(.error))
        #expect(colour(.text) != colour(.error))
        for role in Role.allCases {
            let resolved = theme.resolve(Style(role), depth: depth)
            #expect(resolved.foreground < depth.rawValue && resolved.background < depth.rawValue)
            #expect(resolved.foreground != resolved.background || resolved.foreground == -1, "\(name) \(role)")
        }
    }

    @Test(arguments: shipped) func statesAndTheAccentArePairwiseDifferent(name: String) throws {
        let theme = try ThemeCatalogue(folder: nil).load(name)
        let roles: [Role] = [.text, .accent, .base, .canary, .healthy, .warning, .error]
        let colours = roles.map { theme.resolve(Style($0), depth: .indexed).foreground }
        #expect(Set(colours).count == roles.count, "\(name): \(colours)")
    }

    /// Simulated after Viénot, Brettel and Mollon (1999) for people without red or without green receptors.
    @Test(arguments: [true, false]) func theColourBlindThemeKeepsItsStatesApart(withoutRed: Bool) throws {
        let theme = try ThemeCatalogue(folder: nil).load("colour-blind")
        let roles: [Role] = [.base, .canary, .healthy, .warning, .error]
        let seen = roles.map { Self.seen(theme.resolve(Style($0), depth: .rgb).foreground, withoutRed: withoutRed) }
        for (first, a) in seen.enumerated() {
            for (second, b) in seen.enumerated() where second > first {
                let distance = zip(a, b).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
                #expect(distance > 32, "\(roles[first]) and \(roles[second]): \(distance)")
            }
        }
    }

    private static func seen(_ value: Int, withoutRed: Bool) -> [Double] {
        let linear = [value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF].map { pow(Double($0) / 255, 2.2) }
        let rows: [[Double]] =
            withoutRed
            ? [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]
            : [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]
        return rows.map { row in
            pow(min(1, max(0, zip(row, linear).map(*).reduce(0, +))), 1 / 2.2) * 255
        }
    }

    @Test(arguments: shipped) func withoutColoursAttributesCarryTheState(name: String) throws {
        let theme = try ThemeCatalogue(folder: nil).load(name)
        func look(_ role: Role, on ground: Role? = nil) -> Theme.Resolved {
            theme.resolve(Style(role, on: ground), depth: .monochrome)
        }
        for role in Role.allCases { #expect(look(role).foreground == -1 && look(role).background == -1) }
        #expect(look(.selection).attributes.contains(.reverse))
        #expect(look(.error, on: .selection).attributes.isSuperset(of: [.reverse, .bold]))
        #expect(look(.canary) != look(.base))
        #expect(look(.error) != look(.text))
    }

    @Test func aGroundLendsItsBackgroundAndKeepsTheRolesColour() throws {
        let theme = try Theme(
            toml: """
                [roles]
                text = { fg = "#c0c0c0", bg = "#000001" }
                selection = { fg = 15, bg = "#00005f" }
                error = "#ff0000"
                """, file: "a/mine.toml")
        #expect(theme.name == "mine")
        #expect(
            theme.resolve(Style(.error, on: .selection), depth: .rgb)
                == .init(
                    foreground: 0xFF0000, background: 0x00005F, attributes: []))
        #expect(
            theme.resolve(Style(.text, on: .selection), depth: .indexed)
                == .init(
                    foreground: 15, background: 17, attributes: []))
        #expect(theme.resolve(Style(.warning), depth: .rgb).foreground == 0xC0C0C0)
    }

    @Test(arguments: [
        ("[roles]\ntext = \"red\"\nacent = \"red\"\n", 3, "unknown role \"acent\"; known roles are text, dim, accent"),
        ("name = \"x\"\ncolors = 1\n[roles]\ntext = 1\n", 2, "unknown key \"colors\""),
        ("[roles]\ntext = \"redd\"\n", 2, "\"redd\" is not a colour; write #rrggbb"),
        ("[roles]\ntext = 256\n", 2, "\"256\" is not a colour"),
        ("[roles]\ntext = { fg = \"#12345\" }\n", 2, "\"#12345\" is not a colour"),
        ("[roles]\n\n[roles.text]\nfg = \"red\"\nbq = \"red\"\n", 5, "unknown key \"bq\" in role \"text\""),
        ("[roles]\ntext = { fg = \"red\", attributes = [\"blink\"] }\n", 2, "\"blink\" is not an attribute"),
        ("[roles]\ntext = { attributes = \"bold\" }\n", 2, "must be a list of bold, dim"),
        ("[roles]\ntext = true\n", 2, "\"text\" must be a colour or a table"),
        ("[palette]\nsand = \"brown\"\n[roles]\ntext = \"sand\"\n", 2, "\"sand\" is not a colour"),
        ("[palette]\nsand = \"#112233\"\n[roles]\ntext = \"sandy\"\n", 4, "or a name from [palette] (sand)"),
        ("palette = 3\n[roles]\ntext = 1\n", 1, "\"palette\" must be a table"),
        ("# x\n[roles]\ndim = \"red\"\n", 2, "the role \"text\" is missing"),
        ("name = 3\n[roles]\ntext = 1\n", 1, "\"name\" must be a string"),
        ("name = \"two words\"\n[roles]\ntext = 1\n", 1, "one word"),
        ("[roles]\ntext = \n", 2, "this is not TOML"),
        ("[roles\n", 1, "this is not TOML"),
    ])
    func errorsNameTheLineAndWhatToDo(toml: String, line: Int, message: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try Theme(toml: toml, file: "themes/x.toml") }
        #expect(error.line == line)
        #expect(error.message.contains(message), "\(error)")
        #expect(error.description.hasPrefix("themes/x.toml:\(line): "))
    }

    @Test func aThemeWithoutRolesIsNone() {
        #expect(throws: ConfigurationError.self) { try Theme(toml: "", file: "x.toml") }
    }

    @Test func theUsersThemesHideTheShippedOnesAndReload() throws {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("themes-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: home) }
        let catalogue = ThemeCatalogue(environment: ["XDG_CONFIG_HOME": home])
        #expect(catalogue.folder == home + "/sluice/themes")
        #expect(catalogue.names == Self.shipped.sorted())
        try FileManager.default.createDirectory(atPath: home + "/sluice/themes", withIntermediateDirectories: true)
        let file = home + "/sluice/themes/dark.toml"
        try "[roles]\ntext = 7\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try catalogue.load("dark").roles.count == 1)
        try "[roles]\ntext = 7\ndim = 8\n".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try catalogue.load("dark").roles.count == 2)
        try "[roles]\ntext = 7\ndimm = 8\n".write(toFile: file, atomically: true, encoding: .utf8)
        let error = try #require(throws: ConfigurationError.self) { try catalogue.load("dark") }
        #expect(error.description.hasPrefix(file + ":3: "))
        let unknown = try #require(throws: ConfigurationError.self) { try catalogue.load("../dark") }
        #expect(unknown.message.contains("known themes are colour-blind, dark"))
    }

    @Test(arguments: [
        ("#ff8000", Colour.rgb(255, 128, 0)), ("17", .indexed(17)), ("bright-red", .indexed(9)), ("default", .terminal),
        ("#ff80", nil), ("256", nil), ("-1", nil), ("+1", nil), ("#+f8000", nil), ("", nil), ("Red", nil),
    ])
    func colourTexts(text: String, colour: Colour?) {
        #expect(Colour(text) == colour)
    }

    @Test(arguments: [
        ("#000000", 16, 0, 0), ("#ffffff", 231, 15, 7), ("#ff0000", 196, 1, 1), ("#ff7b72", 209, 9, 1),
        ("#7fc98a", 114, 10, 2), ("#6fb3e8", 74, 14, 6), ("#f0e442", 221, 11, 3), ("#8a95a5", 246, 8, 7),
        ("#14171c", 234, 0, 0), ("bright-green", 10, 10, 2), ("208", 208, 3, 3), ("default", -1, -1, -1),
    ])
    func coloursMapDown(text: String, indexed: Int, sixteen: Int, eight: Int) throws {
        let colour = try #require(Colour(text))
        #expect(colour.number(at: .indexed) == indexed)
        #expect(colour.number(at: .sixteen) == sixteen)
        #expect(colour.number(at: .eight) == eight)
        #expect(colour.number(at: .monochrome) == -1)
    }

    /// WCAG 2's contrast ratio of two RGB values.
    private static func contrast(_ a: Int, _ b: Int) -> Double {
        func luminance(_ value: Int) -> Double {
            let parts = [value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF].map { part -> Double in
                let share = Double(part) / 255
                return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let (light, dark) = (max(luminance(a), luminance(b)), min(luminance(a), luminance(b)))
        return (light + 0.05) / (dark + 0.05)
    }
}
