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
    /// How many values fill the width. With more values than columns a column shows the largest of its own, with fewer
    /// the lines are stretched. As many as ``samples(width:graphics:)`` when nil.
    public var span: Int?

    public init(series: [Series], scale: PlotScale? = nil, span: Int? = nil, graphics: Graphics) {
        self.series = series
        self.span = span
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
                var from = level
                if let previous, previous != level {
                    let middle = previous + (level - previous) / 2
                    from = middle + (level - previous).signum()
                    plot(series, column: column - 1, from: previous, to: middle, &dots, &styles, width, height)
                }
                plot(series, column: column, from: from, to: level, &dots, &styles, width, height)
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
        _ series: Series, column: Int, from: Int, to: Int, _ dots: inout [UInt8], _ styles: inout [Style?],
        _ width: Int, _ height: Int
    ) {
        // Two cells of dash, one of gap: any closer, and slopes look like scribble.
        if series.line == .dotted, column / 2 % 3 == 2 { return }
        for level in min(from, to)...max(from, to) {
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

    /// The dot row of each of `count` columns, from 0 at the bottom; nil where there is no data.
    private func levels(of values: [Double?], count: Int, levels: Int) -> [Int?] {
        columns(of: values, count: count).map { value in
            guard let value, value.isFinite else { return nil }
            let share = min(1, max(0, value / scale.top))
            return Int((share * Double(levels - 1)).rounded())
        }
    }

    /// The last `span` values, fitted into `count` columns.
    private func columns(of values: [Double?], count: Int) -> [Double?] {
        let span = max(1, span ?? count)
        let shown = values.suffix(span)
        let padded = Array(repeating: Double?.none, count: span - shown.count) + shown
        if span == count || count < 2 { return Array(padded.suffix(count)) }
        if span > count {
            return (0..<count).map { column in
                padded[column * span / count..<(column + 1) * span / count].compactMap { $0 }.max()
            }
        }
        return (0..<count).map { column in
            let position = Double(column) * Double(span - 1) / Double(count - 1)
            let left = Int(position)
            let share = position - Double(left)
            guard share > 1e-9, left + 1 < span else { return padded[left] }
            guard let from = padded[left], let to = padded[left + 1] else { return nil }
            return from + (to - from) * share
        }
    }
}
