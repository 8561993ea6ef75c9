import Terminal
import Testing

@Suite struct GeometryTests {
    @Test func splittingNeverTakesMoreThanThereIs() {
        let rect = Rect(x: 2, y: 3, width: 10, height: 4)
        #expect(rect.splitTop(1).top == Rect(x: 2, y: 3, width: 10, height: 1))
        #expect(rect.splitTop(1).rest == Rect(x: 2, y: 4, width: 10, height: 3))
        #expect(rect.splitBottom(1).bottom == Rect(x: 2, y: 6, width: 10, height: 1))
        #expect(rect.splitTop(9).rest.isEmpty)
        #expect(rect.splitBottom(9).rest.isEmpty)
        #expect(rect.splitLeft(4).rest == Rect(x: 6, y: 3, width: 6, height: 4))
        #expect(rect.splitRight(4).right == Rect(x: 8, y: 3, width: 4, height: 4))
        #expect(rect.splitLeft(-4).left.isEmpty)
        #expect(rect.inset(x: 6, y: 1).isEmpty)
        #expect(rect.row(4).isEmpty)
        #expect(rect.row(3) == Rect(x: 2, y: 6, width: 10, height: 1))
    }

    @Test(arguments: [
        (10, [1, 1], 0, [5, 5]), (11, [1, 1], 0, [6, 5]), (11, [1, 1], 1, [5, 5]), (10, [3, 1], 0, [8, 2]),
        (10, [0, 1], 0, [0, 10]), (3, [1, 1], 5, [0, 0]), (5, [0, 0], 0, [0, 0]), (0, [1], 0, [0]),
    ])
    func columnsFillTheRectangle(width: Int, weights: [Int], gap: Int, expected: [Int]) {
        let columns = Rect(x: 1, y: 0, width: width, height: 1).columns(weights: weights, gap: gap)
        #expect(columns.map(\.width) == expected)
        #expect(Rect(width: 10, height: 3).columns(weights: []) == [])
    }

    @Test func centeringStaysInside() {
        let rect = Rect(x: 0, y: 0, width: 20, height: 5)
        #expect(rect.centered(width: 10, height: 3) == Rect(x: 5, y: 1, width: 10, height: 3))
        #expect(rect.centered(width: 100, height: 30) == rect)
    }

    @Test func intersectionOfDisjointRectanglesIsEmpty() {
        let a = Rect(width: 3, height: 3)
        #expect(a.intersection(Rect(x: 5, y: 5, width: 2, height: 2)).isEmpty)
        #expect(a.intersection(Rect(x: 2, y: 2, width: 9, height: 9)) == Rect(x: 2, y: 2, width: 1, height: 1))
    }
}
