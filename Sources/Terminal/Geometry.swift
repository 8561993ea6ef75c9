/// A place on the screen, in cells: column `x` and row `y`, both from 0 at the top left.
public struct Point: Hashable, Sendable {
    public var x: Int
    public var y: Int

    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}

/// A part of the screen, in cells. Its width and height are never negative, so that a layout which asks for more
/// than a small window has gets empty rectangles, and drawing into those does nothing.
public struct Rect: Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int = 0, y: Int = 0, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    public static let zero = Rect(width: 0, height: 0)

    /// The first column right of the rectangle.
    public var maxX: Int { x + width }
    /// The first row below the rectangle.
    public var maxY: Int { y + height }
    public var isEmpty: Bool { width == 0 || height == 0 }

    public func contains(x column: Int, y row: Int) -> Bool {
        column >= x && column < maxX && row >= y && row < maxY
    }

    public func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
    }

    public func offset(x dx: Int = 0, y dy: Int = 0) -> Rect {
        Rect(x: x + dx, y: y + dy, width: width, height: height)
    }

    // MARK: Taking a rectangle apart

    /// The rectangle without `dx` columns on the left and on the right, and `dy` rows above and below.
    public func inset(x dx: Int = 0, y dy: Int = 0) -> Rect {
        inset(left: dx, top: dy, right: dx, bottom: dy)
    }

    public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
    }

    /// The upper `rows` rows, and what is left below them.
    public func splitTop(_ rows: Int) -> (top: Rect, rest: Rect) {
        let rows = min(max(0, rows), height)
        return (
            Rect(x: x, y: y, width: width, height: rows),
            Rect(x: x, y: y + rows, width: width, height: height - rows)
        )
    }

    /// The lower `rows` rows, and what is left above them.
    public func splitBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
        let rows = min(max(0, rows), height)
        let (rest, bottom) = splitTop(height - rows)
        return (rest, bottom)
    }

    /// The left `columns` columns, and what is left of them on the right.
    public func splitLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
        let columns = min(max(0, columns), width)
        return (
            Rect(x: x, y: y, width: columns, height: height),
            Rect(x: x + columns, y: y, width: width - columns, height: height)
        )
    }

    /// The right `columns` columns, and what is left of them on the left.
    public func splitRight(_ columns: Int) -> (rest: Rect, right: Rect) {
        let columns = min(max(0, columns), width)
        let (rest, right) = splitLeft(width - columns)
        return (rest, right)
    }

    /// Side-by-side columns, as wide as their weights say, with `gap` empty columns between them. The columns fill
    /// the rectangle: what division leaves over goes to the first ones.
    public func columns(weights: [Int], gap: Int = 0) -> [Rect] {
        Self.shares(of: width, weights: weights, gap: gap).map { start, length in
            Rect(x: x + start, y: y, width: length, height: height)
        }
    }

    /// Rows on top of each other, as high as their weights say, with `gap` empty rows between them.
    public func rows(weights: [Int], gap: Int = 0) -> [Rect] {
        Self.shares(of: height, weights: weights, gap: gap).map { start, length in
            Rect(x: x, y: y + start, width: width, height: length)
        }
    }

    /// The row number `row` of the rectangle, counted from 0; empty when there is no such row.
    public func row(_ row: Int) -> Rect {
        guard row >= 0, row < height else { return Rect(x: x, y: y + max(0, row), width: width, height: 0) }
        return Rect(x: x, y: y + row, width: width, height: 1)
    }

    /// A rectangle of the given size in the middle of this one, never larger than it.
    public func centered(width wanted: Int, height wantedHeight: Int) -> Rect {
        let width = min(max(0, wanted), self.width)
        let height = min(max(0, wantedHeight), self.height)
        return Rect(x: x + (self.width - width) / 2, y: y + (self.height - height) / 2, width: width, height: height)
    }

    private static func shares(of length: Int, weights: [Int], gap: Int) -> [(Int, Int)] {
        let weights = weights.map { max(0, $0) }
        let total = weights.reduce(0, +)
        let free = max(0, length - max(0, gap) * max(0, weights.count - 1))
        var lengths = weights.map { total == 0 ? 0 : free * $0 / total }
        var over = total == 0 ? 0 : free - lengths.reduce(0, +)
        var index = 0
        while over > 0 {
            if weights[index] > 0 {
                lengths[index] += 1
                over -= 1
            }
            index = (index + 1) % lengths.count
        }
        var start = 0
        return lengths.map { share in
            defer { start += share + max(0, gap) }
            return (min(start, length), share)
        }
    }
}
