/// A plot with its labels: the values at the left, the times below.
public struct PlotAxes: Sendable {
    /// The label of a moment, at `position` from 0 (the left edge) to 1 (the right edge).
    public struct Mark: Hashable, Sendable {
        public var position: Double
        public var label: String

        public init(_ position: Double, _ label: String) {
            self.position = position
            self.label = label
        }
    }

    public var plot: BraillePlot
    public var marks: [Mark]
    /// How wide the labels at the left are; the widest label when nil. Plots under each other look best with one width.
    public var gutter: Int?

    public init(_ plot: BraillePlot, marks: [Mark] = [], gutter: Int? = nil) {
        self.plot = plot
        self.marks = marks
        self.gutter = gutter
    }

    /// Draws the plot with its labels into `rect`. The time labels are left out where there are fewer than three rows,
    /// and the value labels where they would take more than half of the width.
    ///
    /// - Returns: where the lines are, without the labels.
    @discardableResult
    public func draw(on canvas: inout Canvas, in rect: Rect) -> Rect {
        let style = Style(.graphAxis)
        let glyphs = Glyphs(unicode: plot.graphics != .ascii)
        var area = rect
        var marksRow: Rect?
        if !marks.isEmpty, rect.height >= 3 {
            let (rest, bottom) = area.splitBottom(1)
            (area, marksRow) = (rest, bottom)
        }
        let ticks = area.height < 2 ? [plot.scale.top] : plot.scale.ticks(max(2, min(5, area.height / 2)))
        let labels = (ticks + [0]).map { PlotScale.label($0) }
        let width = (gutter ?? labels.map { TextWidth.of($0) }.max() ?? 0) + 2
        if width <= rect.width / 2 {
            let (left, rest) = area.splitLeft(width)
            area = rest
            drawValues(ticks, on: &canvas, in: left, glyphs: glyphs, style: style)
            marksRow = marksRow?.inset(left: width)
        }
        plot.draw(on: &canvas, in: area)
        if let marksRow { drawMarks(on: &canvas, in: marksRow, style: style) }
        return area
    }

    private func drawValues(_ ticks: [Double], on canvas: inout Canvas, in rect: Rect, glyphs: Glyphs, style: Style) {
        canvas.draw(in: rect) { canvas in
            let bounds = canvas.bounds
            for row in 0..<bounds.height {
                canvas.put(String(glyphs.vertical), x: bounds.width - 1, y: row, style: style)
            }
            // In ASCII the series have bands of their own, and one scale would label none of them.
            let values = plot.graphics == .ascii ? [plot.scale.top] : ticks + (bounds.height > 1 ? [0] : [])
            for tick in values {
                let share = tick / plot.scale.top
                let row = bounds.height - 1 - Int((share * Double(bounds.height - 1)).rounded())
                let label = TextLayout.pad(PlotScale.label(tick), to: bounds.width - 2, .right)
                canvas.put(label + " " + String(glyphs.axisTick), x: 0, y: row, style: style)
            }
        }
    }

    private func drawMarks(on canvas: inout Canvas, in rect: Rect, style: Style) {
        canvas.draw(in: rect) { canvas in
            var free = 0
            for mark in marks.sorted(by: { $0.position < $1.position }) where mark.position.isFinite {
                let width = TextWidth.of(mark.label)
                let center = Int((min(1, max(0, mark.position)) * Double(canvas.bounds.width - 1)).rounded())
                let start = min(max(0, center - width / 2), canvas.bounds.width - width)
                guard start >= free else { continue }
                canvas.put(mark.label, x: start, y: 0, style: style)
                free = start + width + 1
            }
        }
    }
}
