import JSON
import Testing

@testable import VTL

/// Whatever is written in a template, it is rendered or refused within its bounds.
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
        guard let parsed = try? Template(parsing: template) else { return }
        read += 1
        _ = try? parsed.render(bindings: Variables(Velocity17Tests.variables), limits: limits)
        _ = try? parsed.render(TemplateContext(body: Array(BindingTests.body.utf8)), limits: limits)
    }

    @Test func changedTemplatesAreRenderedOrRefused() {
        var generator = SeededGenerator(state: 11)
        var read = 0
        for _ in 0..<6_000 {
            var bytes = Array((Velocity17Tests.cases.randomElement(using: &generator)?.template ?? "").utf8)
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 3))
                case 2: bytes.insert(contentsOf: (Self.pieces.randomElement(using: &generator) ?? "").utf8, at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
                }
            }
            check(String(decoding: bytes, as: UTF8.self), &read)
        }
        #expect(read > 500)
    }

    @Test func piecesInAnyOrderAreRenderedOrRefused() {
        var generator = SeededGenerator(state: 12)
        var read = 0
        for _ in 0..<6_000 {
            var template = ""
            for _ in 0..<Int.random(in: 1...14, using: &generator) {
                template += Self.pieces.randomElement(using: &generator) ?? ""
            }
            check(template, &read)
        }
        #expect(read > 100)
    }
}
