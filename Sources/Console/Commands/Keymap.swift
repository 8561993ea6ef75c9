package import Terminal

/// The command table with the user's keys in place of the usual ones.
package struct Keymap: Sendable {
    package private(set) var commands: [Command]

    package init(_ changes: [CommandID: [Key]] = [:]) {
        commands = CommandTable.rows.map { row in
            var row = row
            if let keys = changes[row.id] { row.keys = keys }
            return row
        }
    }

    /// The row for a key, from the nearest of the contexts on.
    package func command(for key: Key, in contexts: [CommandContext]) -> Command? {
        for context in contexts {
            if let found = commands.first(where: { $0.context == context && $0.keys.contains(key) }) { return found }
        }
        return nil
    }

    package func command(_ id: CommandID, in contexts: [CommandContext]) -> Command? {
        for context in contexts {
            if let found = commands.first(where: { $0.context == context && $0.id == id }) { return found }
        }
        return nil
    }

    package func key(_ id: CommandID) -> String {
        commands.first { $0.id == id }?.keys.first?.description ?? ""
    }

    /// Rows that work in the contexts, in their order; a key that a nearer row took is left out.
    package func rows(in contexts: [CommandContext]) -> [(context: CommandContext, commands: [Command])] {
        var taken = Set<Key>()
        return contexts.map { context in
            var found: [Command] = []
            for var row in commands where row.context == context {
                row.keys.removeAll { taken.contains($0) }
                if !row.keys.isEmpty { found.append(row) }
            }
            for row in found { taken.formUnion(row.keys) }
            return (context, found)
        }
    }
}
