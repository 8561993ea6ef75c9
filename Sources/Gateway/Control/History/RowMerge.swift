import JSON

/// Takes one change out of a row that later changes altered elsewhere.
enum RowMerge {
    /// The row without the change that led from `before` to `after`; `nil` where a later change altered the same member,
    /// or something inside it.
    static func undone(before: RowImage, after: RowImage, current: RowImage) throws -> RowImage? {
        var columns = current.columns
        for (name, value) in current.columns.members {
            let old = before.columns[name] ?? .null
            let new = after.columns[name] ?? .null
            if value == new {
                columns[name] = old
            } else if old == new {
                continue
            } else if name == "document", let merged = try document(old, new, value) {
                columns[name] = merged
            } else {
                return nil
            }
        }
        return RowImage(columns)
    }

    private static func document(_ before: JSON, _ after: JSON, _ current: JSON) throws -> JSON? {
        guard let before = before.string, let after = after.string, let current = current.string else { return nil }
        var result: JSON? = try JSON(parsing: current)
        guard merge(try JSON(parsing: before), try JSON(parsing: after), &result) else { return nil }
        return result.map { .string($0.text()) }
    }

    /// Leaves `current` without the change; false where that cannot be.
    private static func merge(_ before: JSON?, _ after: JSON?, _ current: inout JSON?) -> Bool {
        if current == after {
            current = before
            return true
        }
        if before == after { return true }
        guard case .object(let old) = before, case .object(let new) = after, case .object(var members) = current else {
            return false
        }
        for name in Set(old.keys).union(new.keys).sorted() {
            // A date that every change sets is nobody's in particular.
            if name == "lastUpdatedDate" { continue }
            var value = members[name]
            guard merge(old[name], new[name], &value) else { return false }
            members[name] = value
        }
        current = .object(members)
        return true
    }
}
