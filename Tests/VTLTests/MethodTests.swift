import JSON
import Testing

@testable import VTL

/// Java's methods as templates use them.
@Suite struct MethodTests {
    static let variables: JSON = [
        "s": "Hello, World", "u": "Grüße 👋", "n": 42, "t": true, "list": ["a", "b", "c"], "m": ["k": "v", "n": 1],
        "d": .number(JSONNumber(2.5)!), "e": "",
    ]

    static let strings: [(String, String)] = [
        ("$s.length() $u.length() $e.length()", "12 8 0"),
        ("$s.isEmpty() $e.isEmpty() $e.isBlank()", "false true true"),
        ("$s.charAt(4)$s.codePointAt(0)", "o72"),
        ("$s.substring(7) $s.substring(0, 5) $u.substring(6)", "World Hello 👋"),
        ("$s.indexOf('o') $s.indexOf('o', 5) $s.indexOf('z') $s.lastIndexOf('o') $s.lastIndexOf('o', 5)", "4 8 -1 8 4"),
        (
            "$s.contains('World') $s.startsWith('Hello') $s.startsWith('World', 7) $s.endsWith('d')",
            "true true true true"
        ),
        (
            "$s.equals('x') $s.equalsIgnoreCase('hello, world') $s.compareTo('Hello') $s.compareTo('Jello')",
            "false true 7 -2"
        ),
        ("$s.toUpperCase() $s.toLowerCase()", "HELLO, WORLD hello, world"),
        (
            "$s.replace('l', 'L') $s.replace('ll', '') $e.replace('', 'x') $s.replace('', '-').length()",
            "HeLLo, WorLd Heo, World x 25"
        ),
        (
            "$s.replaceAll('[aeiou]', '*') $s.replaceFirst('o', '0') $s.replaceAll('(l+)', '<$1>')",
            "H*ll*, W*rld Hell0, World He<ll>o, Wor<l>d"
        ),
        (
            "$s.replaceAll('(?<first>H)', '${first}!') $s.matches('H.*d') $s.matches('Hello')",
            "H!ello, World true false"
        ),
        ("#foreach($p in $s.split(', '))[$p]#end", "[Hello][World]"),
        (
            "#set($x='a,b,,c,,')#foreach($p in $x.split(','))[$p]#end $x.split(',', -1).size() $x.split(',', 2).get(1)",
            "[a][b][][c] 6 b,,c,,"
        ),
        ("#set($x='  a b ')[$x.trim()][$x.strip()]", "[a b][a b]"),
        ("$s.concat('!') $s.hashCode() $e.hashCode()", "Hello, World! -505841268 0"),
        ("#set($x='ab')$x.repeat(3) $x.toCharArray() $x.getBytes()", "ababab [a, b] [97, 98]"),
        (
            "$s.format('%5d|%-5s|%05.1f|%x|%,d|%+d|%%|%S|%b|%.2e', [7, 'ab', 2.25, 255, 1234567, 3, 'up', true, 12345.678])",
            "    7|ab   |002.3|ff|1,234,567|+3|%|UP|true|1.23e+04"
        ),
        ("$e.join('-', ['a', 'b']) $e.valueOf(5)", "a-b 5"),
        ("$s.nope() $!s.nope() $s.substring('x')", "$s.nope()  $s.substring('x')"),
    ]

    static let collections: [(String, String)] = [
        ("$list.size() $list.count() $list.get(1) $list[2] $list.isEmpty()", "3 3 b c false"),
        (
            "$list $list.toString() #set($x = ['a', 1, {'k': 'v'}])$x",
            "[\"a\",\"b\",\"c\"] [\"a\",\"b\",\"c\"][a, 1, {k=v}]"
        ),
        (
            "$list.contains('b') $list.indexOf('c') $list.lastIndexOf('z') $list.containsAll(['a', 'c'])",
            "true 2 -1 true"
        ),
        (
            "#set($x = [])$x.add('p') $!x.add(0, 'o')$x.addAll(['q', 'r']) $x $x.remove(0) $x.remove('r') $x",
            "true true [o, p, q, r] o true [p, q]"
        ),
        (
            "#set($x = [1, 2, 3, 4])$x.removeAll([2]) $x.retainAll([1, 3]) $x $x.subList(0, 1)$!x.clear()$x",
            "true true [1, 3] [1][]"
        ),
        ("#set($i = $list.iterator())$i.next()$i.hasNext()#foreach($x in $i)$x#end", "atruebc"),
        (
            "$m.get('k') $m.k $m['k'] $m.size() $m.containsKey('k') $m.containsKey('x') $m.containsValue(1)",
            "v v v 2 true false true"
        ),
        ("$m $m.keySet() $m.values() $m.entrySet()", "{k=v, n=1} [k, n] [v, 1] [k=v, n=1]"),
        ("#foreach($e in $m.entrySet())$e.key:$e.getValue();#end", "k:v;n:1;"),
        (
            "#set($x = {})$!x.put('a', 1)$x.put('a', 2) $x.getOrDefault('b', 9) $x.putIfAbsent('a', 5) $x.remove('a') $x.isEmpty()",
            "1 9 2 2 true"
        ),
        ("#set($x = {})$!x.putAll($m)$x.equals($m) $x.hashCode().equals($m.hashCode())", "true true"),
    ]

    static let numbers: [(String, String)] = [
        (
            "$n.intValue() $n.doubleValue() $d.intValue() $n.toString() $n.equals(42) $n.compareTo(43)",
            "42 42.0 2 42 true -1"
        ),
        (
            "#set($i = 0)$i.parseInt('17') $i.parseInt('ff', 16) $i.valueOf('3') $i.max(2, 3) $i.toHexString(255)",
            "17 255 3 3 ff"
        ),
        ("#set($x = 0.0)$x.parseDouble('1.5') $x.valueOf('2') $x.isNaN()", "1.5 2.0 false"),
        (
            "$t.toString() $t.booleanValue() $t.equals(false) $t.hashCode() $t.parseBoolean('TRUE')",
            "true true false 1231 true"
        ),
        ("#set($x = 9223372036854775807)#set($y = $x + 1)$y $x", "9223372036854775808 9223372036854775807"),
        (
            "#set($x = 3.0E8)$x #set($x = 0.00001)$x #set($x = 123456.7)$x #set($x = -0.5)$x",
            "3.0E81.0E-5123456.7-0.5"
        ),
    ]

    @Test(arguments: strings + collections + numbers)
    func gives(_ template: String, _ output: String) {
        #expect((try? render(template, Self.variables)) == output)
    }

    @Test(arguments: [
        ("$list.get(3)", "index 3 is out of bounds for length 3"),
        ("$list[7]", "index 7 is out of bounds: the list has 3 elements"),
        ("$s.substring(5, 2)", "substring(5, 2) is out of bounds: the length is 12"),
        ("$s.charAt(99)", "charAt(99) is out of bounds: the length is 12"),
        ("$s.replaceAll('(', '')", "replaceAll: regular expression: '(' without a ')' at character 1"),
        ("$n.parseInt('x')", "parseInt: 'x' is no whole number"),
        ("$s.concat($nothing)", "concat() was given null"),
        ("#set($x = [])$x.iterator().next()", "next(): the iterator is at its end"),
    ])
    func fails(_ template: String, _ message: String) {
        #expect { try render("\n " + template, Self.variables) } throws: { error in
            guard let error = error as? TemplateError else { return false }
            return error.message.hasPrefix(message) && error.line == 2
        }
    }
}
