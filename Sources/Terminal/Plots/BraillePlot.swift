/// A line plot of a few series over the same time, drawn on top of each other: the base and the canary.
///
/// With ``Graphics/braille`` a cell holds two by four dots, with ``Graphics/blocks`` lines are made of box-drawing
/// characters, and in ASCII every series has a band of its own with columns of `#` that end in a digit. A line is solid
/// or dotted, so that series differ without colour as well.
public struct BraillePlot: Sendable {
    public enum Line: Hashable, Sendable {
        case solid
        case dotted
    }

    public struct Series: Sendable {
        /// From the oldest to the newest; nil where there is no data: the line is broken there.
        public var values: [Double?]
        public var style: Style
        public var line: Line

        public init(_ values: [Double?], style: Style, line: Line = .solid) {
            self.values = values
            self.style = style
            self.line = line
        }
    }

    /// Drawn in this order: where lines cross, the last one gives the colour.
    public var series: [Series]
    public var scale: PlotScale
    public var graphics: Graphics

    public init(series: [Series], scale: PlotScale? = nil, graphics: Graphics) {
        self.series = series
        self.scale = scale ?? PlotScale(holding: series.flatMap(\.values))
        self.graphics = graphics
    }

    /// How many values of a series fit into `width` columns.
    public static func samples(width: Int, graphics: Graphics) -> Int {
        graphics == .braille ? width * 2 : width
    }

    /// Draws the lines over the whole of `rect`, the newest value at the right edge. Cells without a line stay as they
    /// were.
    public func draw(on canvas: inout Canvas, in rect: Rect) {
        guard !rect.isEmpty else { return }
        canvas.draw(in: rect) { canvas in
            switch graphics {
            case .braille: drawBraille(on: &canvas)
            case .blocks: drawBoxes(on: &canvas)
            case .ascii: drawBands(on: &canvas)
            }
        }
    }

    // MARK: Braille

    private func drawBraille(on canvas: inout Canvas) {
        let (width, height) = (canvas.bounds.width, canvas.bounds.height)
        var dots = [UInt8](repeating: 0, count: width * height)
        var styles = [Style?](repeating: nil, count: width * height)
        for series in series {
            let heights = levels(of: series.values, count: width * 2, levels: height * 4)
            var previous: Int?
            for (column, level) in heights.enumerated() {
                guard let level else {
                    previous = nil
                    continue
                }
                // Half of the step from the last value is drawn in its column and half in this one.
                let from = previous.map { ($0 + level) / 2 } ?? level
                plot(series, column: column, from: from, to: level, dots: &dots, styles: &styles, width, height)
                if let previous, column > 0 {
                    plot(
                        series, column: column - 1, from: previous, to: from, dots: &dots, styles: &styles, width,
                        height
                    )
                }
                previous = level
            }
        }
        for row in 0..<height {
            for column in 0..<width where dots[row * width + column] != 0 {
                let scalar = BrailleDots.scalar(dots[row * width + column])
                canvas.put(String(scalar), x: column, y: row, style: styles[row * width + column] ?? .plain)
            }
        }
    }

    private func plot(
        _ series: Series, column: Int, from: Int, to: Int, dots: inout [UInt8], styles: inout [Style?],
        _ width: Int, _ height: Int
    ) {
        for level in min(from, to)...max(from, to) {
            // A dotted line leaves out every third column where it is flat, and every third row where it is steep.
            if series.line == .dotted, (column + level) % 3 == 2 { continue }
            let row = height * 4 - 1 - level
            let index = row / 4 * width + column / 2
            dots[index] |= BrailleDots.bit(column: column % 2, row: row % 4)
            styles[index] = series.style
        }
    }

    // MARK: Box drawing

    private func drawBoxes(on canvas: inout Canvas) {
        let (width, height) = (canvas.bounds.width, canvas.bounds.height)
        for series in series {
            let heights = levels(of: series.values, count: width, levels: height)
            let dotted = series.line == .dotted
            for (column, level) in heights.enumerated() {
                guard let level else { continue }
                let row = height - 1 - level
                guard column > 0, let previous = heights[column - 1], previous != level else {
                    canvas.put(dotted ? "┄" : "─", x: column, y: row, style: series.style)
                    continue
                }
                let before = height - 1 - previous
                canvas.put(row < before ? "┌" : "└", x: column, y: row, style: series.style)
                canvas.put(row < before ? "┘" : "┐", x: column, y: before, style: series.style)
                for between in min(row, before) + 1..<max(row, before) {
                    canvas.put(dotted ? "┆" : "│", x: column, y: between, style: series.style)
                }
            }
        }
    }

    // MARK: ASCII

    private func drawBands(on canvas: inout Canvas) {
        guard !series.isEmpty else { return }
        let bands = canvas.bounds.rows(weights: series.map { _ in 1 }, gap: 0)
        for (series, band) in zip(series, bands) where !band.isEmpty {
            let lines = Sparkline.area(
                series.values, width: band.width, height: band.height, top: scale.top, graphics: .ascii
            )
            for (row, line) in lines.enumerated() {
                canvas.put(line, x: band.x, y: band.y + row, style: series.style)
            }
        }
    }

    /// The dot row of each of the last `count` values, from 0 at the bottom, with nil before the first.
    private func levels(of values: [Double?], count: Int, levels: Int) -> [Int?] {
        let shown = values.suffix(count)
        var result = [Int?](repeating: nil, count: count - shown.count)
        result.reserveCapacity(count)
        for value in shown {
            guard let value, value.isFinite else {
                result.append(nil)
                continue
            }
            let share = min(1, max(0, value / scale.top))
            result.append(Int((share * Double(levels - 1)).rounded()))
        }
        return result
    }
}
