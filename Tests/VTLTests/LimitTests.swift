import JSON
import Testing

@testable import VTL

/// No template runs without end, and none takes more than it may.
@Suite struct LimitTests {
    @Test func aLoopEndsAfterThousandRounds() throws {
        #expect(try render("#foreach($i in [1..5000])x#end").count == 1_000)
    }

    static let endless: [String] = [
        // Loops in loops.
        "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])#set($x = $c)#end#end#end",
        // Calls that call themselves.
        "#macro(m)#m()#end#m()",
        "#macro(m)#m()#m()#end#m()",
        "#set($t = '#evaluate($t)')#evaluate($t)",
        // Parameters that stand for parameters.
        "#macro(m $a)#m(\"$a$a\")#end#m('x')",
        // Text that doubles.
        "#set($s = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..1000])#set($s = $s + $s)#end",
        "#set($s = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..1000])#set($s = $s.concat($s))#end",
        "#set($s = 'x')$s.repeat(999999999)",
        "#set($s = 'x')$s.repeat(9999999999999)",
        "#set($s = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..1000])#set($s = $s.replace('x', 'xx'))#end",
        "#set($s = 'xxxxxxxxxxxxxxxx')#foreach($i in [1..1000])#set($s = $s.replaceAll('x', 'xx'))#end",
        "#foreach($a in [1..1000])#foreach($b in [1..1000])0123456789012345678901234567890123456789#end#end",
        // Lists that double, and lists in themselves.
        "#set($l = [1])#foreach($i in [1..1000])#set($x = $l.addAll($l))#end",
        "#set($l = [])#set($x = $l.add($l))$l",
        "#set($l = [])#set($x = $l.add($l))$l.hashCode()",
        "#set($l = [])#set($x = $l.add($l))#set($k = [])#set($x = $k.add($k))#if($l == $k)y#end",
        "#set($l = [1])#foreach($i in [1..60])#set($l = [$l, $l])#end$l",
        "#set($x = [1..2147483647])",
        "#set($x = [-9223372036854775807..9223372036854775807])",
        // Patterns that backtrack.
        "#set($s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')$s.matches('(a+)+b')",
        "#set($s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')$s.replaceAll('(a|aa)+$', '')",
        "#set($s = 'x')$s.matches('(((x{1000}){1000}){1000}){1000}')",
    ]

    @Test(arguments: endless)
    func endsInAnError(_ template: String) {
        #expect(throws: TemplateError.self) { try render(template) }
    }

    @Test func aBlockThatPrintsItselfStopsAtVelocitysDepth() throws {
        #expect(try render("#define($d)x$d#end$d") == "xx$d")
    }

    @Test func aTemplateHasAtMostThreeHundredKilobytes() throws {
        let fits = String(repeating: "x", count: 300 * 1024)
        #expect(try render(fits).utf8.count == 300 * 1024)
        #expect { try render(fits + "x") } throws: { ($0 as? TemplateError)?.kind == .limit }
    }

    @Test(arguments: [
        "(", "[", "{'k':", "!", "$a[$a", "\"$x\" + (", "$a.b($a.b(", "#if(true)", "#foreach($i in $l)", "\"\"\"\"",
    ])
    func nestingHasABound(_ piece: String) {
        for opening in ["#set($x = ", "#if(true)$x.y(", "#foreach($i in "] {
            let template = opening + String(repeating: piece, count: 5_000)
            #expect(throws: TemplateError.self) { try render(template) }
        }
    }

    /// Long chains and rings of values: they are made, printed or not, and let go of.
    @Test(arguments: [
        "#foreach($i in [1..400])#foreach($j in [1..100])#set($l = [$l])#end#end",
        "#foreach($i in [1..400])#foreach($j in [1..100])#set($l = {'k': $l})#end#end",
        "#set($c = [])#set($top = $c)#foreach($i in [1..300])#foreach($j in [1..100])#set($d = [])#set($x = $c.add($d))#set($c = $d)#end#end",
        "#foreach($i in [1..300])#foreach($j in [1..100])#set($l = [$l])#set($l = $l.iterator())#end#end",
        "#foreach($i in [1..300])#foreach($j in [1..100])#set($foreach = $keep)#foreach($k in [1])#set($keep = $foreach)#end#end#end",
        "#set($m = {})#set($x = $m.put('m', $m))#foreach($e in $m.entrySet())#set($x = $e.setValue($e))#end",
    ])
    func chainsAndRingsAreLetGoOf(_ template: String) throws {
        _ = try render(template)
    }

    @Test func ringsDoNotStayInMemory() throws {
        final class Probe: TemplateObject {
            func property(_ name: String, _ evaluator: Evaluator) -> Value? { nil }
            func call(_ method: String, _ arguments: [Value], _ evaluator: Evaluator) -> Value? { nil }
            func text(_ evaluator: Evaluator) -> String { "probe" }
        }
        struct Bindings: TemplateBindings {
            let probe: Probe
            func value(of name: String) -> Value? { name == "probe" ? .object(probe) : nil }
        }
        for template in [
            "#set($l = [$probe])#set($x = $l.add($l))",
            "#set($m = {'p': $probe})#set($m.self = $m)",
            "#define($d)$d#end#set($p = $probe)",
            "#macro(m $a)#define($d)$a#end#set($p = $probe)#end#m(1)",
            "#set($p = $probe)#@m()$p#end",
        ] {
            var probe: Probe? = Probe()
            weak let gone = probe
            if let held = probe { _ = try Template(parsing: template).render(bindings: Bindings(probe: held)) }
            probe = nil
            #expect(gone == nil, "\(template)")
        }
    }

    @Test func deepCallsFitTheStack() throws {
        let nested = String(repeating: "#if(true)", count: 55)
        let ends = String(repeating: "#end", count: 55)
        #expect(throws: TemplateError.self) { try render("#macro(m)\(nested)#m()\(ends)#end#m()") }
        #expect(try render("\(nested)x\(ends)") == "x")
    }

    @Test func deepJSONIsPrinted() throws {
        let text = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(try render("$x", ["x": JSON(parsing: text)]) == text)
    }

    @Test(arguments: [" + 1", " || true", " == 1", " - 1 * 2"])
    func rowsOfOperatorsHaveABound(_ piece: String) throws {
        #expect(throws: Never.self) { try render("#set($x = 1" + String(repeating: piece, count: 60) + ")") }
        #expect(throws: TemplateError.self) {
            try render("#set($x = 1" + String(repeating: piece, count: 20_000) + ")")
        }
    }

    @Test func aWholeTemplateOfReferencesIsQuick() throws {
        let template = String(repeating: "$x.y ", count: 50_000)
        #expect(try render(template) == template)
    }

    @Test func theHostChoosesTheBounds() {
        var limits = TemplateLimits()
        limits.outputSize = 10
        #expect { try render("12345678901", limits: limits) } throws: {
            ($0 as? TemplateError)?.message == "the output is longer than 10 bytes"
        }
        limits = TemplateLimits()
        limits.steps = 100
        #expect { try render("#foreach($i in [1..90])#set($x = $i)#end", limits: limits) } throws: {
            ($0 as? TemplateError)?.message == "the template needs more than 100 steps"
        }
    }
}
