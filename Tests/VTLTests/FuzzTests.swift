import Foundation
import JSON
import Testing

@testable import VTL

/// Whatever is written in a template, it is rendered or refused within its bounds.
///
/// A run by hand may ask for more, and for other templates: `SLUICE_FUZZ_FACTOR` multiplies the rounds,
/// `SLUICE_FUZZ_SEED` changes the numbers, `SLUICE_FUZZ_TRACE` names a file that holds the template at work.
@Suite struct FuzzTests {
    private struct SeededGenerator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let factor = environment["SLUICE_FUZZ_FACTOR"].flatMap(Int.init) ?? 1
    private static let seed = environment["SLUICE_FUZZ_SEED"].flatMap(UInt64.init) ?? 0
    private static let trace = environment["SLUICE_FUZZ_TRACE"]

    private static let pieces = [
        "#if(", "#else", "#elseif($t)", "#end", "#set($x = ", "#foreach($i in $list)", "#macro(m $a)", "#m($x)",
        "#define($d)", "$d", "#evaluate(", "#break", "#stop", "#[[", "]]#",
        "##", "#*", "*#", "$", "$!", "${", "}", "(", ")", "[", "]", "{", ":", ",", "\"", "'", "\\", "==", "&&", "+",
        "-1", "..", ".size()", ".add($list)", ".put('k', $m)", "$list", "$m",
        "$s.replaceAll('", "$s.split(", " ", "\n", "1e9", "$foreach.parent", "é", "@", "#@m()", "$bodyContent", "not ",
        "$s.format('%9d', ", "$input.json('$..",
    ]

    private func check(_ template: String, _ read: inout Int) {
        var limits = TemplateLimits()
        limits.steps = 20_000
        limits.stringBytes = 1 << 20
        limits.outputSize = 1 << 20
        if let trace = Self.trace { try? Data(template.utf8).write(to: URL(filePath: trace + ".template")) }
        guard let parsed = try? Template(parsing: template) else { return }
        read += 1
        _ = try? parsed.render(bindings: Variables(Velocity17Tests.variables), limits: limits)
        _ = try? parsed.render(TemplateContext(body: Array(BindingTests.body.utf8)), limits: limits)
    }

    @Test func changedTemplatesAreRenderedOrRefused() async {
        var generator = SeededGenerator(state: 11 &+ Self.seed &* 1_000_003)
        var read = 0
        for _ in 0..<6_000 * Self.factor {
            var bytes = Array((Velocity17Tests.cases.randomElement(using: &generator)?.template ?? "").utf8)
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 3))
                case 2, 3:
                    bytes.insert(contentsOf: (Self.pieces.randomElement(using: &generator) ?? "").utf8, at: place)
                case 4: if Bool.random(using: &generator) { bytes.removeSubrange(place...) }
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
                }
            }
            check(String(decoding: bytes, as: UTF8.self), &read)
            await Task.yield()
        }
        #expect(read > 500)
    }

    @Test func piecesInAnyOrderAreRenderedOrRefused() async {
        var generator = SeededGenerator(state: 12 &+ Self.seed &* 1_000_003)
        var read = 0
        for _ in 0..<6_000 * Self.factor {
            var template = ""
            for _ in 0..<Int.random(in: 1...14, using: &generator) {
                template += Self.pieces.randomElement(using: &generator) ?? ""
            }
            check(template, &read)
            await Task.yield()
        }
        #expect(read > 100)
    }

    /// Every beginning of every template.
    @Test func truncatedTemplatesAreRenderedOrRefused() async {
        var read = 0
        for one in Velocity17Tests.cases {
            let bytes = Array(one.template.utf8)
            for end in bytes.indices { check(String(decoding: bytes[..<end], as: UTF8.self), &read) }
            await Task.yield()
        }
        #expect(read > 500)
    }

    @Test(arguments: [
        "#if(true)", "#if(", "#foreach($a in [1..2])", "#foreach($a in ", "#set($a = ", "#set($a=[", "#set($a={1:",
        "$a.b(",
        "$a[", "${", "$!{", "\"", "#set($a=\"", "#macro(a)", "#define($a)", "#evaluate(\"", "#[[", "#*", "##", "!", "-",
        "(",
        "#set($a = !", "#set($a = (", "#set($a = 1+", "#set($a = 1 && ", "$a.b", ".b", "#else", "#elseif(", "#end",
        "#@a()", "\\", "$", "#", "{", "[1..", "#set($a = \"#set($a = \"", "#if(1==", "$a.b().c[0]",
    ])
    func deepTemplatesAreRenderedOrRefused(_ piece: String) {
        var read = 0
        for count in [200, 50_000] { check(String(repeating: piece, count: count), &read) }
        check("#set($a = " + String(repeating: piece, count: 20_000) + ")", &read)
        check("$a.b(" + String(repeating: piece, count: 20_000) + ")", &read)
    }
}
