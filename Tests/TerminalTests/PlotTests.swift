import Testing

@testable import Terminal

@Suite struct PlotTests {
    @Test(arguments: [
        (Graphics.blocks, " ▁▂▅█"), (.braille, " ▁▂▅█"), (.ascii, " .159"),
    ])
    func aSparklineHasALevelForEachValue(graphics: Graphics, line: String) {
        #expect(Sparkline.text([nil, 0, 10, 50, 100], width: 5, graphics: graphics) == line)
    }

    @Test func aSparklineShowsTheNewestAtTheRight() {
        #expect(Sparkline.text([1, 2, 3], width: 2, top: 3, graphics: .ascii) == "69")
        #expect(Sparkline.text([3], width: 3, graphics: .ascii) == "  9")
        #expect(Sparkline.text([], width: 3, graphics: .blocks) == "   ")
        #expect(Sparkline.text([1], width: 0, graphics: .blocks) == "")
        #expect(Sparkline.text([.nan, .infinity, -1], width: 3, graphics: .ascii) == "  .")
    }

    @Test func anythingAboveZeroIsHigherThanZero() {
        #expect(Sparkline.text([0, 0.001, 1000], width: 3, graphics: .blocks) == "▁▂█")
        #expect(Sparkline.text([0, 0, 0], width: 3, graphics: .blocks) == "▁▁▁")
    }

    @Test func areasFillFromTheBottom() {
        #expect(Sparkline.area([0, 8, 16], width: 3, height: 2, top: 16, graphics: .blocks) == [" ▁█", "▁██"])
        #expect(Sparkline.area([0, 5, 10], width: 3, height: 2, top: 10, graphics: .ascii) == ["  9", ".##"])
        #expect(Sparkline.area([1, 1, 0, nil], width: 2, height: 1, top: 1, graphics: .braille) == ["⣿⡀"])
        #expect(Sparkline.area([1], width: 2, height: 0, graphics: .blocks) == [])
    }

    @Test(arguments: [
        (0.0, "░░░░", "...."), (1.0, "████", "####"), (0.5, "██░░", "##.."), (0.001, "▏░░░", "#..."),
        (0.999, "███▉", "###."), (0.28125, "█▏░░", "#..."), (-3.0, "░░░░", "...."), (7.0, "████", "####"),
        (Double.nan, "░░░░", "...."),
    ])
    func barsNeverHideAShare(fraction: Double, blocks: String, ascii: String) {
        #expect(BlockBar.text(fraction: fraction, width: 4, graphics: .braille) == blocks)
        #expect(BlockBar.text(fraction: fraction, width: 4, graphics: .ascii) == ascii)
        #expect(BlockBar.text(fraction: fraction, width: 0, graphics: .ascii) == "")
    }

    @Test(arguments: [
        (0.0, 1.0), (0.7, 0.8), (1.0, 1.0), (1.01, 1.5), (131.0, 150.0), (48.0, 50.0), (186.2, 200.0), (9.9, 10.0),
        (12_400.0, 15_000.0), (0.019, 0.02),
    ])
    func scalesEndAtRoundNumbers(value: Double, top: Double) {
        #expect(abs(PlotScale(holding: [value, nil]).top - top) < top * 1e-9)
    }

    @Test func aScaleGrowsAtOnceAndShrinksLate() {
        let scale = PlotScale(holding: [100])
        #expect(scale.adapted(to: [120]).top == 150)
        #expect(scale.adapted(to: [60]).top == 100)
        #expect(scale.adapted(to: [40]).top == 40)
        #expect(scale.ticks(2) == [100, 50])
        #expect(PlotScale(top: 150).ticks(3) == [150, 100, 50])
        #expect(PlotScale(top: -1).top == 1)
    }

    @Test(arguments: [
        (0.0, "0"), (150.0, "150"), (1.5, "1.5"), (0.02, "0.02"), (12_400.0, "12.4k"), (3_000_000.0, "3M"),
    ])
    func labelsAreShort(value: Double, label: String) {
        #expect(PlotScale.label(value) == label)
    }

    @Test func groupsKeepTheirMembersWhileTheWindowMoves() {
        let first = Resample.groups([1, 2, 3, 4, 5, 6], count: 3, by: .max, total: 6)
        let second = Resample.groups([2, 3, 4, 5, 6, 7], count: 3, by: .max, total: 7)
        #expect(first == [2, 4, 6])
        #expect(second == [4, 6, 7])
        #expect(Resample.groups([1, nil, nil, nil], count: 2, by: .mean) == [1, nil])
        #expect(Resample.groups([1, 2, 3, 4], count: 2, by: .sum) == [3, 7])
        #expect(Resample.groups([1, 2], count: 5, by: .last) == [1, 2])
        #expect(Resample.groups([], count: 5, by: .last) == [])
    }

    private func plot(_ graphics: Graphics, width: Int, height: Int, span: Int? = nil) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        let rising: [Double?] = [0, 1, 2, 3, 4, 5, 6, 7]
        let flat: [Double?] = [nil, nil, 0, 0, 0, 0, 0, 0]
        BraillePlot(
            series: [
                .init(rising, style: .graphBase), .init(flat, style: .graphCanary, line: .dotted),
            ],
            scale: PlotScale(top: 7), span: span, graphics: graphics
        ).draw(on: &canvas, in: Rect(width: width, height: height))
        return canvas
    }

    @Test func brailleLinesHaveTwoByFourDotsACell() {
        let canvas = plot(.braille, width: 4, height: 2)
        #expect(canvas.text == "  ⡠⠊\n⡠⣊ ⣀")
        #expect(canvas.styleText == "  pp\npq q")
    }

    @Test func boxLinesAreUnbroken() {
        let canvas = plot(.blocks, width: 8, height: 4)
        #expect(canvas.text == "      ┌─\n    ┌─┘\n  ┌─┘\n──┄┄┄┄┄┄")
    }

    @Test func asciiSeriesHaveBandsOfTheirOwn() {
        let canvas = plot(.ascii, width: 8, height: 2)
        #expect(canvas.text == ".1345689\n  ......")
    }

    @Test func aSpanFillsTheWidth() {
        #expect(plot(.blocks, width: 4, height: 4, span: 8).row(0) == "   ┌")
        let wide = plot(.blocks, width: 16, height: 4, span: 8)
        #expect(wide.row(0).count == 16)
        #expect(wide.row(3).first == "─")
    }

    @Test(arguments: Graphics.allCases)
    func noSizeAndNoValuesAreTooStrange(graphics: Graphics) {
        for width in 0..<5 {
            for height in 0..<5 {
                var canvas = Canvas(width: width, height: height)
                for values in [[], [nil], [1.0], [.nan, 1, nil, .infinity, -5, 1e308]] as [[Double?]] {
                    for span in [nil, 0, 1, 3] as [Int?] {
                        let plot = BraillePlot(series: [.init(values, style: .base)], span: span, graphics: graphics)
                        PlotAxes(plot, marks: [.init(.nan, "x"), .init(0.5, "noon")]).draw(
                            on: &canvas, in: Rect(width: width, height: height)
                        )
                    }
                }
            }
        }
    }

    @Test func axesLabelValuesAndTimes() {
        var canvas = Canvas(width: 24, height: 5)
        let plot = BraillePlot(
            series: [.init(Array(repeating: 100, count: 40), style: .graphBase)], scale: PlotScale(top: 100),
            graphics: .braille
        )
        let area = PlotAxes(plot, marks: [.init(0, "17:47"), .init(1, "17:51")]).draw(
            on: &canvas, in: Rect(width: 24, height: 5)
        )
        #expect(area == Rect(x: 5, y: 0, width: 19, height: 4))
        #expect(
            canvas.text == """
                100 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
                 50 ┤
                    │
                  0 ┤
                     17:47         17:51
                """
        )
    }
}
