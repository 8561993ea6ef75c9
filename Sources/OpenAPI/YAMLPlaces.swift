/// Finds where in a YAML or JSON text a thing stands. Only used to tell of a fault, so it reads the text once more.
enum YAMLPlaces {
    /// The place of the value at `path`, or of the last part of it that is there; `nil` if the text cannot be read.
    static func mark(of path: [String], in bytes: [UInt8]) -> YAMLMark? {
        bytes.withUnsafeBufferPointer { buffer in
            var events = YAMLEvents(buffer)
            var best: YAMLMark?
            // One entry a container that is open: what its next key or index is, and how much of the path it stands on.
            var stack: [(isMapping: Bool, key: String?, index: Int, matched: Int?)] = []
            while let event = try? events.next() {
                let mark = events.mark
                if case .streamEnd = event { return best }
                if case .documentStart = event { continue }
                if case .documentEnd = event { return best }
                switch event {
                case .sequenceEnd, .mappingEnd:
                    _ = stack.popLast()
                    advance(&stack)
                    continue
                default: break
                }
                if let top = stack.last, top.isMapping, top.key == nil {
                    if case .scalar(let text, _, _, _) = event {
                        stack[stack.count - 1].key = text
                        if let matched = top.matched, matched < path.count, path[matched] == text {
                            best = mark
                            if matched + 1 == path.count { return best }
                        }
                        continue
                    }
                    return best
                }
                var matched: Int?
                if let top = stack.last {
                    if let above = top.matched, above < path.count {
                        let part = top.isMapping ? top.key ?? "" : String(top.index)
                        if part == path[above] { matched = above + 1 }
                    }
                } else {
                    matched = 0
                }
                if matched != nil, stack.isEmpty || stack.last?.isMapping == false { best = mark }
                if matched == path.count { return best }
                switch event {
                case .sequenceStart: stack.append((false, nil, 0, matched))
                case .mappingStart: stack.append((true, nil, 0, matched))
                default: advance(&stack)
                }
            }
            return best
        }
    }

    private static func advance(_ stack: inout [(isMapping: Bool, key: String?, index: Int, matched: Int?)]) {
        guard !stack.isEmpty else { return }
        stack[stack.count - 1].key = nil
        stack[stack.count - 1].index += 1
    }
}
