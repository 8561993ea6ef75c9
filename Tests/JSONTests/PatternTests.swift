import JSON
import Testing

/// Java's regular expressions.
@Suite struct PatternTests {
    /// A pattern, a subject, and the first match with its groups; `nil` if there is none.
    static let finds: [(pattern: String, subject: String, groups: [String?]?)] = [
        ("b+", "abbbc", ["bbb"]), ("b+?", "abbbc", ["b"]), ("b*", "abbbc", [""]), ("x?y", "zy", ["y"]),
        ("a{2}", "aaa", ["aa"]), ("a{2,}", "aaaa", ["aaaa"]), ("a{1,2}", "aaa", ["aa"]), ("a{1,2}?", "aaa", ["a"]),
        ("a++a", "aaa", nil), ("a*+b", "aab", ["aab"]), ("(?>a+)a", "aaa", nil),
        ("cat|dog", "hotdog", ["dog"]), ("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]),
        ("(a)|(b)", "b", ["b", nil, "b"]), ("(?:ab)+", "ababx", ["abab"]),
        ("(?<y>\\d{4})-(\\d\\d)", "on 2023-04", ["2023-04", "2023", "04"]),
        ("(a*)*", "aaab", ["aaa", "aaa"]), ("(a|b)*c", "ababc", ["ababc", "b"]), ("()*x", "x", ["x", nil]),
        ("[abc]+", "xxcabz", ["cab"]), ("[^abc]+", "abxyc", ["xy"]), ("[a-c&&[^b]]+", "bacb", ["ac"]),
        ("[a-c[x-z]]+", "mxaz", ["xaz"]),
        ("[]a]+", "a]", ["a]"]), ("[\\]\\-]+", "-]", ["-]"]), ("[a-]+", "-a-", ["-a-"]),
        ("[\\w.]+@[\\w.]+", "to me@x.org now", ["me@x.org"]),
        ("\\d+\\s\\S+\\W", "7 ab!", ["7 ab!"]), ("\\D\\w\\h", "-a\t", ["-a\t"]), ("\\p{Lu}\\p{L}+", "é Éa", ["Éa"]),
        ("\\P{Digit}+", "12ab3", ["ab"]),
        ("\\bfoo\\b", "a foo b", ["foo"]), ("\\bfoo\\b", "afoo", nil), ("\\Boo", "foo", ["oo"]),
        ("^a", "ba", nil), ("a$", "ba\n", ["a"]), ("a\\z", "ba\n", nil), ("a\\Z", "ba\r\n", ["a"]),
        ("(?m)^b$", "a\nb\nc", ["b"]),
        ("a.c", "a\nc", nil), ("(?s)a.c", "a\nc", ["a\nc"]), ("(?i)HeLLo", "hello", ["hello"]),
        ("(?i)[A-C]+", "xbca", ["bca"]),
        ("(?i:A)B", "aB", ["aB"]), ("(?i:A)B", "ab", nil), ("(?x) a b # c\n c", "abc", ["abc"]),
        ("(?i)a(?-i)b", "AB", nil),
        ("foo(?=bar)", "foobar", ["foo"]), ("foo(?!bar)", "foobar", nil), ("(?<=a)b", "ab", ["b"]),
        ("(?<!a)b", "ab", nil),
        ("(?=(a+))a*b\\1", "baaabac", ["aba", "a"]), ("(\\w)\\1", "hello", ["ll", "l"]),
        ("(?<c>.)\\k<c>", "abb", ["bb", "b"]),
        ("\\Qa.b\\E+", "xa.bb", ["a.bb"]), ("\\x41\\u0042\\t", "AB\t", ["AB\t"]), ("\\x{1F44B}", "👋", ["👋"]),
        ("a\\Rb", "a\r\nb", ["a\r\nb"]),
        ("4\\d{2}", "status 404", ["404"]), (".*\"status\":400.*", "{\"status\":400}", ["{\"status\":400}"]),
        ("", "abc", [""]),
        ("(?:a|b|c|d){3}", "xdcba", ["dcb"]), ("(a(b)?)+", "aba", ["aba", "a", "b"]),
        ("\\.\\*\\(\\[", ".*([", [".*(["]),
    ]

    @Test(arguments: finds.indices)
    func findsTheFirstMatch(_ place: Int) throws {
        let (text, subject, groups) = Self.finds[place]
        let scalars = subject.unicodeScalars.map(\.value)
        var search = PatternSearch(try Pattern(text), in: scalars)
        let match = try search.find(from: 0)
        let found = match.map {
            $0.groups.map {
                $0.map { range in
                    String(String.UnicodeScalarView(scalars[range].compactMap(Unicode.Scalar.init)))
                }
            }
        }
        #expect(found == groups, "\(text) in \(subject)")
    }

    @Test(arguments: [
        ("abc", "abc", true), ("abc", "abcd", false), ("a|ab", "ab", true), (".*", "", true), ("a*?", "aaa", true),
        ("", "", true), ("", "a", false),
        ("(a|b)*", "abab", true), ("5\\d{2}", "503", true), ("5\\d{2}", "5030", false), ("^a$", "a", true),
        ("(?i)ok", "OK", true),
    ])
    func matchesTheWhole(_ pattern: String, _ subject: String, _ matches: Bool) throws {
        #expect(try Pattern(pattern).matchesWhole(subject) == matches)
    }

    @Test(arguments: [
        ("(", 0), ("a)", 1), ("[a", 1), ("*a", 0), ("a**", 2), ("a{2,1}", 5), ("a{x", 2), ("\\", 1), ("\\q", 1),
        ("[b-a]", 4), ("\\p{Nope}", 8),
        ("(?<n>a)(?<n>b)", 12), ("(?z)", 2), ("\\1", 1), ("\\k<n>", 5), ("\\u12", 4), ("(?<1", 4),
    ])
    func refuses(_ pattern: String, _ offset: Int) {
        #expect { try Pattern(pattern) } throws: { error in
            guard case .syntax(_, let place)? = error as? PatternError else { return false }
            return abs(place - offset) <= 1
        }
    }

    /// Patterns that take a backtracking matcher for ever.
    @Test(arguments: [
        "(a+)+b", "(a|a)*b", "(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)b", "(?=(a+)+b)a", "(?<=(a+)+b)c",
    ])
    func aSearchIsBounded(_ pattern: String) throws {
        let subject = String(repeating: "a", count: 200) + "c"
        #expect { try Pattern(pattern).matches(subject) } throws: { $0 as? PatternError == .tooManySteps(1_000_000) }
    }

    /// What a reference back compares counts: it may be as long as the subject, at each of its places.
    @Test func referencesBackAreBounded() throws {
        let subject = String(repeating: "a", count: 20_001)
        #expect { try Pattern("^(a*)\\1$").matches(subject) } throws: {
            $0 as? PatternError == .tooManySteps(1_000_000)
        }
        #expect(try Pattern("^(a*)\\1$").matches(subject.dropLast().description))
    }

    @Test func longSubjectsNeedNoStack() throws {
        let subject = String(repeating: "ab", count: 100_000)
        #expect(try Pattern("(a|b)*").matchesWhole(subject, steps: 10_000_000))
        #expect(try Pattern("(?:(?:a)(?:b))+").matchesWhole(subject, steps: 10_000_000))
    }

    @Test func patternsHaveABound() {
        for text in [
            "((((a{1000}){1000}){1000}){1000})", String(repeating: "(", count: 5_000),
            String(repeating: "[", count: 5_000),
        ] {
            #expect(throws: PatternError.self) { try Pattern(text) }
        }
    }
}
