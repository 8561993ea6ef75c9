import GRDB
import JSON

/// Puts the rows that a change altered back to what they were.
///
/// A row that nothing altered since becomes exactly what it was. One that later changes altered loses what this change
/// did to it and keeps the rest, where the two did not meet. What cannot be so stands in the way of the undo.
struct RowUndo {
    let undoing: Undoing
    private var places: Set<RowPlace> = []
    private var deletions: [(RowPlace, TableShape)] = []
    private var updates: [(RowPlace, TableShape, RowImage)] = []
    private var insertions: [(RowPlace, TableShape, RowImage)] = []

    init(_ undoing: Undoing) {
        self.undoing = undoing
    }

    mutating func run() throws {
        let db = undoing.db
        for (place, before) in try ChangedRowTable.rows(db, change: undoing.change) {
            guard let shape = undoing.capture.shapes[place.table] else { continue }
            places.insert(place)
            try plan(place, shape, before: RowImage(before))
        }
        // Rows come back in the order in which they went, children before their parents.
        try db.execute(sql: "PRAGMA defer_foreign_keys = ON")
        for (place, shape) in deletions { try KeptRow.delete(db, place, shape) }
        for (place, shape, row) in updates {
            try unique(place, shape, row) { try KeptRow.update(db, place, to: row, shape) }
        }
        for (place, shape, row) in insertions { try unique(place, shape, row) { try KeptRow.insert(db, row, shape) } }
        try checkTaken()
        try checkParents()
        try checkChildren()
    }

    private mutating func plan(_ place: RowPlace, _ shape: TableShape, before: RowImage?) throws {
        let current = try KeptRow.find(undoing.db, place, shape)
        let after: RowImage?
        switch try ChangedRowTable.next(undoing.db, place, after: undoing.change) {
        case .none: after = current
        case .some(let text): after = try RowImage(text)
        }
        if ChangeCapture.followers.contains(place.table) {
            // Usage went on by itself: only what went with its plan or key comes back.
            if let before, current == nil { insertions.append((place, shape, before)) }
            return
        }
        if current == after {
            switch (before, current) {
            case (nil, nil): break
            case (nil, _): deletions.append((place, shape))
            case (let before?, nil): insertions.append((place, shape, before))
            case (let before?, let current?): if before != current { updates.append((place, shape, before)) }
            }
            return
        }
        guard let before, let after, let current else {
            let reason = current == nil ? "what it changed is gone" : "what it changed was changed again"
            throw try undoing.conflict(reason, at: place)
        }
        guard let merged = try RowMerge.undone(before: before, after: after, current: current) else {
            throw try undoing.conflict("what it changed was changed again", at: place)
        }
        undoing.merged.insert(place)
        updates.append((place, shape, merged))
    }

    /// Tells which row has what has to be unique.
    private func unique(_ place: RowPlace, _ shape: TableShape, _ row: RowImage, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            for columns in shape.unique + [shape.key] {
                let values = columns.map { ($0, row.columns[$0] ?? .null) }
                guard let taken = try KeptRow.place(undoing.db, shape, where: values), taken != place else { continue }
                let what = UndoFamilies.byTable[shape.name]?.family.what ?? shape.name
                throw try undoing.conflict("another \(what) has its place", at: taken)
            }
            throw try undoing.conflict("the database refuses it (\(error.message ?? "constraint"))", at: place)
        }
    }

    /// Rows that went with those that were deleted must not be of later changes.
    private func checkTaken() throws {
        let rows = try Row.fetchAll(
            undoing.db,
            sql: "SELECT table_name, row_key, before FROM changed_row WHERE before IS NOT NULL ORDER BY rowid")
        for row in rows {
            let place = RowPlace(table: row[0], key: row[1])
            guard !places.contains(place), !ChangeCapture.followers.contains(place.table),
                try ChangedRowTable.latest(undoing.db, place, after: undoing.change) != nil
            else { continue }
            throw try undoing.conflict("\(name(place, RowImage(row[2] as String?))) was made in it later", at: place)
        }
    }

    /// `the stage prod`
    private func name(_ place: RowPlace, _ row: RowImage?) throws -> String {
        guard let family = UndoFamilies.byTable[place.table]?.family else { return "something" }
        return "the \(family.what) \(try row.map { try family.name($0, undoing) } ?? "")"
    }

    /// What rows belong to has to be there.
    private func checkParents() throws {
        for (_, shape, row) in insertions + updates {
            for parent in shape.parents {
                let values = parent.columns.map { (column: $0.to, value: row.columns[$0.from] ?? .null) }
                guard !values.contains(where: { $0.value.isNull }),
                    let parentShape = undoing.capture.shapes[parent.table],
                    try KeptRow.place(undoing.db, parentShape, where: values.map { ($0.column, $0.value) }) == nil
                else { continue }
                let what = UndoFamilies.byTable[parent.table]?.family.what ?? parent.table
                throw try undoing.conflict(
                    "the \(what) that it belongs to is gone", inTable: parent.table,
                    where: values.compactMap { value in value.value.string.map { (value.column, $0) } })
            }
        }
    }

    /// What does not go with a row must not point to it any more.
    private func checkChildren() throws {
        for shape in undoing.capture.shapes.values.sorted(by: { $0.name < $1.name }) {
            for parent in shape.parents where !parent.cascades {
                let rows = try Row.fetchAll(
                    undoing.db,
                    sql: "SELECT before FROM changed_row WHERE table_name = ? AND before IS NOT NULL ORDER BY rowid",
                    arguments: [parent.table])
                for row in rows {
                    guard let gone = try RowImage(row[0] as String?) else { continue }
                    let values = parent.columns.map { ($0.from, gone.columns[$0.to] ?? .null) }
                    let parents = parent.columns.map { ($0.to, gone.columns[$0.to] ?? .null) }
                    guard let parentShape = undoing.capture.shapes[parent.table],
                        try KeptRow.place(undoing.db, parentShape, where: parents) == nil,
                        let user = try KeptRow.place(undoing.db, shape, where: values)
                    else { continue }
                    let name = try name(user, KeptRow.find(undoing.db, user, shape, shown: true))
                    throw try undoing.conflict("\(name) points to it", at: user)
                }
            }
        }
    }
}
