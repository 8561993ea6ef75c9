import Testing

@testable import Console

@Suite("Functions, VPC links and requests to backends")
struct BackendScreenTests {
    private func app(_ width: Int, _ height: Int, _ keys: [String]) -> App {
        var engine = FakeEngine()
        engine.resources = Fixtures.backendResources
        var app = App(width: width, height: height, engine: engine)
        for key in keys { app.press(key) }
        return app
    }

    @Test("functions, 80×24")
    func functions80() {
        let app = app(80, 24, ["f"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("functions, 100×30")
    func functions100() {
        let app = app(100, 30, ["f"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("functions, 120×40")
    func functions120() {
        let app = app(120, 40, ["f"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("a function, 80×24")
    func function80() {
        let app = app(80, 24, ["f", "enter"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("a function that API Gateway may not invoke, 100×30")
    func refused100() {
        let app = app(100, 30, ["f", "j", "enter"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("a function, 120×40")
    func function120() {
        let app = app(120, 40, ["f", "enter"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("invoking, 100×30")
    func invoke100() {
        let app = app(100, 30, ["f", "i", "r"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("VPC links, 80×24")
    func links80() {
        let app = app(80, 24, ["V"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("VPC links, 120×40")
    func links120() {
        let app = app(120, 40, ["V"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("a VPC link, 80×24")
    func link80() {
        let app = app(80, 24, ["V", "enter"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("a VPC link, 100×30")
    func link100() {
        let app = app(100, 30, ["V", "enter"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("draining a target, 120×40")
    func drain120() {
        let app = app(120, 40, ["V", "enter", "x"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("the request to the backend, 80×24")
    func preview80() {
        let app = app(80, 24, ["enter", "j", "j", "j", "j", "enter", "p"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("the request to the backend, 100×30")
    func preview100() {
        let app = app(100, 30, ["enter", "j", "j", "j", "j", "enter", "p"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("the request to the backend, 120×40")
    func preview120() {
        let app = app(120, 40, ["enter", "j", "j", "j", "j", "enter", "p"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    @Test("a method with a function behind it, 100×30")
    func method100() {
        let app = app(100, 30, ["enter", "j", "j", "enter"])
        #expect(
            app.screen
                == #"""
                 ?
                """#)
    }

    /// The role of the first letter of a text in a row.
    private func style(_ app: App, _ row: Int, _ text: String) -> Character? {
        let canvas = view(app.state)
        let line = canvas.row(row)
        guard let start = line.firstRange(of: text)?.lowerBound else { return nil }
        return canvas.styleRow(row).dropFirst(line.distance(from: line.startIndex, to: start)).first
    }

    /// Red is what fails now, yellow what once did.
    @Test func whatIsWrongHasItsColour() {
        var app = app(120, 30, ["f", "G"])
        #expect(style(app, 2, "price") == "E")
        #expect(style(app, 5, "2,810") == "w", "nearly as long as it may take")
        #expect(style(app, 5, "41") == "w")
        #expect(style(app, 6, "refused") == "W")
        #expect(style(app, 6, "Active") == "g")
        app.engine?.functions[0].throttles = 42
        app.second(Fixtures.now + 1)
        #expect(style(app, 5, "42") == "E")
        app.press("esc", "V", "enter", "G")
        #expect(style(app, 9, "unhealthy") == "E")
        #expect(style(app, 8, "healthy") == "g")
        #expect(style(app, 11, "ejected") == "E")
    }
}
