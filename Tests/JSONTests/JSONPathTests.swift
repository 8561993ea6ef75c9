import JSON
import Testing

/// JSON paths as Jayway's JsonPath takes them.
@Suite struct JSONPathTests {
    static let document = #"""
        {"store":{"book":[
          {"category":"reference","author":"Nigel Rees","title":"Sayings","price":8.95},
          {"category":"fiction","author":"Evelyn Waugh","title":"Sword","price":12.99},
          {"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553-21311-3","price":8.99},
          {"category":"fiction","author":"J. R. R. Tolkien","title":"Lord","isbn":"0-395-19395-8","price":22.99}],
          "bicycle":{"color":"red","price":19.95}},
         "expensive":10,"n":[1,2,3,4.5],"e":[],"s":"text","null":null,"t":true,"tags":["a","b"],
         "obj":{"a":1,"b":{"c":2}},"nested":[[1,2],[3]],"we ird":{"k'ey":1}}
        """#

    /// A path and what it gives; `nil` where it leads nowhere.
    static let cases: [(path: String, result: String?)] = [
        ("$.expensive", "10"), ("$['expensive']", "10"), ("$[\"s\"]", #""text""#), ("expensive", "10"),
        ("store.book[0].title", #""Sayings""#),
        ("$.store.book[0].title", #""Sayings""#), ("$['store']['book'][0]['title']", #""Sayings""#), ("$.null", "null"),
        ("$.t", "true"),
        ("$.nope", nil), ("$.nope.x", nil), ("$.s.x", nil), ("$.store.book[9]", nil), ("$.store.book[9].title", nil),
        ("$.e[0]", nil), ("$.n.x", nil),
        ("$['we ird']['k\\'ey']", "1"), ("$.store.book.title", nil),
        ("$.store.book[*].title", #"["Sayings","Sword","Moby Dick","Lord"]"#),
        ("$.store.book.*.price", "[8.95,12.99,8.99,22.99]"),
        ("$.obj.*", #"[1,{"c":2}]"#), ("$.obj[*]", #"[1,{"c":2}]"#), ("$.e[*]", "[]"), ("$.s.*", "[]"),
        ("$.nested[*][0]", "[1,3]"), ("$.nested[*][*]", "[1,2,3]"),
        ("$..author", #"["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]"#), ("$..nope", "[]"),
        ("$..c", "[2]"),
        ("$.store..price", "[8.95,12.99,8.99,22.99,19.95]"), ("$.obj..*", #"[1,{"c":2},2]"#),
        ("$..book[0].title", #"["Sayings"]"#), ("$.nested..[0]", "[[1,2],1,3]"),
        ("$.n[0]", "1"), ("$.n[-1]", "4.5"), ("$.n[-9]", nil), ("$.n[0,2]", "[1,3]"), ("$.n[0, 9]", "[1]"),
        ("$.n[1:3]", "[2,3]"), ("$.n[:2]", "[1,2]"), ("$.n[2:]", "[3,4.5]"), ("$.n[-2:]", "[3,4.5]"),
        ("$.n[:-1]", "[1,2,3]"), ("$.n[3:1]", "[]"), ("$.n[0:99]", "[1,2,3,4.5]"),
        ("$.obj['a','b']", #"{"a":1,"b":{"c":2}}"#),
        ("$.store.book[2]['title','isbn']", #"{"title":"Moby Dick","isbn":"0-553-21311-3"}"#),
        ("$.store.book[*]['isbn']", #"["0-553-21311-3","0-395-19395-8"]"#),
        ("$.store.book[?(@.isbn)].title", #"["Moby Dick","Lord"]"#),
        ("$.store.book[?(!@.isbn)].title", #"["Sayings","Sword"]"#),
        ("$.store.book[?(!(@.isbn))].title", #"["Sayings","Sword"]"#),
        ("$.store.book[?(@.price < 10)].title", #"["Sayings","Moby Dick"]"#),
        ("$.store.book[?(@.price <= $.expensive)].title", #"["Sayings","Moby Dick"]"#),
        ("$.store.book[?(10 < @.price)].title", #"["Sword","Lord"]"#),
        ("$.store.book[?(@.price == 8.950)].title", #"["Sayings"]"#),
        ("$.store.book[?(@.price >= 12.99)].title", #"["Sword","Lord"]"#),
        ("$.store.book[?(@.category == 'fiction' && @.price > 10)].title", #"["Sword","Lord"]"#),
        ("$.store.book[?(@.price < 9 || @.price > 20)].title", #"["Sayings","Moby Dick","Lord"]"#),
        ("$.store.book[?(@.category == 'fiction' && (@.price < 10 || @.price > 20))].title", #"["Moby Dick","Lord"]"#),
        ("$.store.book[?(@.author =~ /.*REES/i)].title", #"["Sayings"]"#),
        ("$.store.book[?(@.author =~ /Nig/)].title", "[]"),
        ("$.store.book[?(@.price =~ /8.*/)].title", #"["Sayings","Moby Dick"]"#),
        ("$.store.book[?(@.category in ['reference', 'x'])].title", #"["Sayings"]"#),
        ("$.store.book[?(@.category nin ['fiction'])].title", #"["Sayings"]"#),
        ("$.store.book[?('a' in $.tags)].price", "[8.95,12.99,8.99,22.99]"),
        ("$.store.book[?(@.title size 4)].title", #"["Lord"]"#),
        ("$.store.book[?(@.title empty false)].price", "[8.95,12.99,8.99,22.99]"),
        ("$.store.book[?(@.title contains 'o')].title", #"["Sword","Moby Dick","Lord"]"#),
        ("$[?(@.tags contains 'a')].s", #"["text"]"#), ("$[?(@.tags subsetof ['a','b','c'])].s", #"["text"]"#),
        ("$[?(@.tags anyof ['b'])].s", #"["text"]"#), ("$[?(@.tags noneof ['b'])].s", "[]"),
        ("$[?(@.tags all ['a'])].s", #"["text"]"#),
        ("$.n[?(@ > 2)]", "[3,4.5]"), ("$.n[?(@ == '2')]", "[2]"), ("$.n[?(@ === '2')]", "[]"),
        ("$.tags[?(@ == 'b')]", #"["b"]"#), ("$.tags[?(@ != 'b')]", #"["a"]"#), ("$.tags[?(@ > 'a')]", #"["b"]"#),
        ("$.obj[?(@.a == 1)]", #"[{"a":1,"b":{"c":2}}]"#), ("$..[?(@.price > 19)].price", "[22.99,19.95]"),
        ("$..book[?(@.isbn)].title", #"["Moby Dick","Lord"]"#),
        ("$.store.book[?(@['price'] > 20)].title", #"["Lord"]"#), ("$.store.book[?(@.nope == null)].title", "[]"),
        ("$[?(@.null == null)].s", #"["text"]"#), ("$[?(@.e type 'array')].s", #"["text"]"#),
        ("$.n.length()", "4"), ("$.s.length()", "4"), ("$.obj.length()", "2"), ("$.e.length()", "0"),
        ("$.t.length()", nil), ("$..book.length()", "4"), ("$.store.book.length()", "4"),
        ("$.n.min()", "1.0"), ("$.n.max()", "4.5"), ("$.n.avg()", "2.625"), ("$.n.sum()", "10.5"),
        ("$..price.min()", "8.95"), ("$..price.max()", "22.99"), ("$.sum($.n, 1)", "11.5"),
        ("$.obj.keys()", #"["a","b"]"#), ("$.s.keys()", nil), ("$.tags.concat()", #""ab""#),
        ("$.concat($.s, '-', $.expensive)", #""text-10""#), ("$.tags.append('c')", #"["a","b","c"]"#),
        ("$.n.first()", "1"), ("$.n.last()", "4.5"), ("$.n.index(1)", "2"), ("$.nested[*].length()", "[2,1]"),
        ("$.store.book[?(@.title.length() == 4)].title", #"["Lord"]"#),
    ]

    @Test(arguments: cases.indices)
    func gives(_ place: Int) throws {
        let (path, result) = Self.cases[place]
        let document = try JSON(parsing: Self.document)
        #expect(try JSONPath(path).evaluate(document)?.text() == result, "\(path)")
    }

    @Test func theRootIsTheWholeDocument() throws {
        let document = try JSON(parsing: Self.document)
        #expect(try JSONPath("$").evaluate(document) == document)
        #expect(try JSONPath("$[0]").evaluate([7]) == 7)
        #expect(try JSONPath("[0]").evaluate([7]) == 7)
    }

    @Test(arguments: [
        ("$.a[0].b", true), ("$['a']", true), ("$.a['b','c']", true), ("$.a.length()", true), ("$..a.sum()", true),
        ("$.a[*]", false), ("$..a", false),
        ("$.a[0,1]", false), ("$.a[0:1]", false), ("$.a[?(@.b)]", false), ("$.a.*", false), ("$.a[*].length()", false),
    ])
    func isDefinite(_ path: String, _ isDefinite: Bool) throws {
        #expect(try JSONPath(path).isDefinite == isDefinite)
    }

    @Test(arguments: [
        "", "$.", "$..", "$[", "$[]", "$['a", "$['a'", "$[?]", "$[?(", "$[?()]", "$[?(@.a==)]", "$[?(@.a=1)]",
        "$[?(1)]", "$[0", "$[a]", "$.a b", "$.foo()", "$x", "$$", "$[1:2:3]",
        "$[?(@.a =~ /x)]", "$[?(@.a =~ /(/)]", "$[?(@.a && )]", "$[99999999999999999999]", "$.min(", "$.a.length().b",
        "$[?(@.a == [1,)]", "$[?(@.a == {'b' 1})]",
    ])
    func refuses(_ path: String) {
        #expect { try JSONPath(path) } throws: { error in
            guard let error = error as? JSONPathError else { return false }
            return error.kind == .syntax && error.path == path
        }
    }

    @Test func functionsOnNothingSaySo() throws {
        #expect { try JSONPath("$.e.sum()").evaluate(["e": []]) } throws: {
            ($0 as? JSONPathError)?.description == "JSON path '$.e.sum()': sum() has no numbers to work on"
        }
    }

    @Test func anEvaluationIsBounded() throws {
        let document = JSON.array((0..<200).map { _ in .array((0..<200).map { .number(JSONNumber($0)) }) })
        #expect(throws: JSONPathError.self) {
            try JSONPath("$..[?(@..* contains 1)]..*..*").evaluate(document, steps: 10_000)
        }
        #expect(throws: JSONPathError.self) { try JSONPath("$[?($..* contains 'x')]").evaluate(document) }
        #expect(throws: JSONPathError.self) {
            try JSONPath("$[?(@ =~ /(a+)+b/)]").evaluate([.string(String(repeating: "a", count: 100))])
        }
    }

    @Test func nestingHasABound() {
        for text in [
            "$[?(" + String(repeating: "(", count: 2_000), "$" + String(repeating: "[?(@", count: 1_000),
            "$[?(" + String(repeating: "!", count: 3_000),
            "$[?(@ == " + String(repeating: "[", count: 3_000), "$" + String(repeating: ".a", count: 5_000),
            "$[?(@" + String(repeating: "||@", count: 2_000) + ")]",
        ] {
            #expect(throws: JSONPathError.self) { try JSONPath(text) }
        }
    }
}
