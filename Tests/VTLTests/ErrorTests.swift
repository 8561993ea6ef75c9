import JSON
import Testing

@testable import VTL

/// Errors say what was wrong, and where.
@Suite struct ErrorTests {
    static let cases: [(template: String, line: Int, column: Int, message: String)] = [
        ("a\n#if($x)\nb", 2, 1, "#if without its #end"),
        ("a\n  #foreach($x in $y)\nb", 2, 3, "#foreach without its #end"),
        ("#end", 1, 5, "#end without a directive that it ends"),
        ("x\n#else\n", 3, 1, "#else without an #if"),
        ("#if(true)#else a #else b #end", 1, 23, "#else must be followed by #end"),
        ("#set($x = )", 1, 11, "expected a value, found ')'"),
        ("#set(x = 1)", 1, 6, "expected a reference to set, such as $name, found 'x'"),
        ("#set($x 1)", 1, 9, "expected '=' after the reference, found '1'"),
        ("#set($x = 5 -3)", 1, 13, "expected an operator: write a blank between '-' and the number"),
        ("#set($x = null)", 1, 11, "null is no value here: Velocity has no literal for it"),
        ("#set($x.y() = 1)", 1, 12, "$x.y() is a method call and cannot be set"),
        ("#set($x = \"a)", 1, 11, "string without an end"),
        ("#set($x = [1, 2)", 1, 16, "expected ',' or ']' in the list, found ')'"),
        ("#set($x = {'a' 1})", 1, 16, "expected ':' after the key, found '1'"),
        ("é${name.", 1, 8, "expected '}' to close ${name, found '.'"),
        ("#foreach($x $y)#end", 1, 13, "expected the word 'in', found '$'"),
        ("#macro(1)#end", 1, 8, "expected the macro's name, found '1'"),
        ("#if $x", 1, 5, "expected '(' after #if, found '$'"),
        ("#if($x == )", 1, 11, "expected a value, found ')'"),
        ("#if($x = 1)#end", 1, 8, "expected ')' to close #if, found '='"),
        ("cost: 5$", 1, 8, "'$' at the end of the template: write #[[$]]# for the character itself"),
        ("#[[ open", 1, 1, "text block without its ]]#"),
        ("#set($x = \"\n $y[z]\")", 2, 5, "expected a value, found 'z'"),
        ("a\n#parse('x')", 2, 1, "#parse finds no other template: API Gateway has none; write its text here"),
        ("#evaluate('#if')", 1, 1, "#evaluate was given a text that is no template: expected '(' after #if"),
        ("#break(5)", 1, 1, "#break wants a loop, such as $foreach.parent"),
    ]

    @Test(arguments: cases.indices)
    func namesTheProblemAndThePlace(_ place: Int) {
        let (template, line, column, message) = Self.cases[place]
        do {
            let output = try render(template)
            Issue.record("\(template) gave \(output)")
        } catch let error as TemplateError {
            #expect(error.message.hasPrefix(message))
            #expect((error.line, error.column) == (line, column))
        } catch {
            Issue.record(error)
        }
    }
}
