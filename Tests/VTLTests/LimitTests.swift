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
