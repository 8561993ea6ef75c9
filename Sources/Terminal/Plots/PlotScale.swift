import Foundation

/// The scale of a plot: from zero to a round number, so that the labels are readable and the plot stays still while
/// the values move a little.
public struct PlotScale: Hashable, Sendable {
    /// The value at the plot's upper edge; above zero.
    public let top: Double

    /// The smallest scale with a round top (1, 1.5, 2, 3, 4, 5, 6 or 8 times a power of ten) that holds all values.
    public init(holding values: [Double?], atLeast least: Double = 0) {
        let largest = max(Sparkline.largest(of: values[...]), least.isFinite ? least : 0)
        top = Self.roundUp(largest)
    }

    public init(top: Double) {
        self.top = top.isFinite && top > 0 ? top : 1
    }

    /// The scale to show now, when `self` was shown before: it grows at once, and shrinks only when the values need
    /// less than half of it, so that it does not jump to and fro.
    public func adapted(to values: [Double?], atLeast least: Double = 0) -> PlotScale {
        let needed = PlotScale(holding: values, atLeast: least)
        return needed.top > top || needed.top < top / 2 ? needed : self
    }

    /// At most `count` round values between zero and the top, with the top among them, from the top down.
    public func ticks(_ count: Int) -> [Double] {
        guard count > 0 else { return [] }
        guard count > 1 else { return [top] }
        for parts in stride(from: count, to: 1, by: -1) where Self.isRound(top / Double(parts)) {
            return (1...parts).reversed().map { top * Double($0) / Double(parts) }
        }
        return [top]
    }

    /// A number for a label: as many digits as it needs and not more, thousands as `k`, millions as `M`.
    public static func label(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        let size = abs(value)
        if size >= 1_000_000 { return trimmed(value / 1_000_000) + "M" }
        if size >= 1000 { return trimmed(value / 1000) + "k" }
        return trimmed(value)
    }

    private static func trimmed(_ value: Double) -> String {
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 1 ? 1 : 2
        var text = String(format: "%.\(digits)f", value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    private static let mantissas = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]

    private static func roundUp(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        let power = pow(10, floor(log10(value)))
        guard power > 0, power.isFinite else { return 1 }
        for mantissa in mantissas where mantissa * power >= value * (1 - 1e-9) { return mantissa * power }
        return 10 * power
    }

    private static func isRound(_ value: Double) -> Bool {
        let power = pow(10, floor(log10(value)))
        return [1, 2, 2.5, 5, 10].contains { abs($0 * power - value) < value * 1e-9 }
    }
}

/// Fitting many samples into few columns.
public enum Resample {
    public enum Reduction: Sendable {
        case mean, max, sum, last
    }

    /// `values` in `count` groups of equal size, each reduced to one number; nil where a group has no value.
    ///
    /// - Parameter total: how many samples there have been since the beginning, the last of `values` being the newest.
    ///   Groups begin at multiples of their size counted from the first sample, so that a sample stays in its group
    ///   while the window moves, and only the newest column changes; without it the whole line would flicker.
    public static func groups(_ values: [Double?], count: Int, by reduction: Reduction, total: Int? = nil) -> [Double?]
    {
        guard count > 0, !values.isEmpty else { return [] }
        guard values.count > count else { return values }
        let size = (values.count + count - 1) / count
        // The newest group may be unfinished.
        let newest = total.map { $0 % size == 0 ? size : $0 % size } ?? size
        var groups: [Double?] = []
        var end = values.count
        var length = newest
        while end > 0, groups.count < count {
            let start = Swift.max(0, end - length)
            groups.append(reduce(values[start..<end], by: reduction))
            end = start
            length = size
        }
        return groups.reversed()
    }

    private static func reduce(_ values: ArraySlice<Double?>, by reduction: Reduction) -> Double? {
        let present = values.compactMap { $0 }
        guard let last = present.last else { return nil }
        switch reduction {
        case .mean: return present.reduce(0, +) / Double(present.count)
        case .max: return present.max()
        case .sum: return present.reduce(0, +)
        case .last: return last
        }
    }
}
