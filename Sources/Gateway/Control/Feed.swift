import ControlAPI
import JSON
import Lambda
import NIOCore
import NIOHTTP1

/// Writes `GET /sluice/events`: one JSON object a line, each batch only when the one before has left, so that a slow
/// reader fills its bounded queue and no memory beside it.
struct Feed {
    let plane: ControlPlane
    let selection: EventSelection
    let queue: EventQueue
    let channel: any Channel

    func run() async {
        // Everything is subscribed to before the first line goes out: what happens after a reader has seen it comes.
        let listener = selection.changes ? plane.changes.add(queue) : nil
        let wantsTraffic = selection.metrics || selection.access != .none
        let reports = wantsTraffic ? plane.reports.reports(access: selection.access) : nil
        let functions = functionLines()
        queue.push(.hello(plane.info))
        let traffic: Task<Void, Never>? = reports.map { reports in
            Task { [selection, queue] in
                for await report in reports {
                    switch report {
                    case .metrics(let time, let samples):
                        if selection.metrics { queue.push(.metrics(time: time, samples: samples)) }
                    case .access(let records, let dropped):
                        if selection.access != .none { queue.push(.access(records: records, dropped: dropped)) }
                    }
                }
                // The engine is stopping.
                queue.finish()
            }
        }
        while let events = await queue.next() {
            guard await write(events) else { break }
        }
        traffic?.cancel()
        functions?.cancel()
        if let listener { plane.changes.remove(listener) }
        queue.finish()
        channel.close(promise: nil)
    }

    /// Lines of the functions that are wanted, as they come.
    private func functionLines() -> Task<Void, Never>? {
        guard selection.functions != .none, let lines = plane.functions?.logLines(of: selection.functions) else {
            return nil
        }
        return Task { [queue] in
            for await batch in lines { queue.push(.functions(records: batch.records, dropped: batch.dropped)) }
        }
    }

    /// Whether the client is still there and took it in time.
    private func write(_ events: [ControlEvent]) async -> Bool {
        var buffer = channel.allocator.buffer(capacity: 256)
        for event in events {
            guard let line = try? JSON(encoding: event) else { continue }
            buffer.writeBytes(line.bytes())
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        let channel = self.channel
        let deadline = channel.eventLoop.scheduleTask(in: ControlConnection.feedTimeout) {
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        do {
            try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)))
            return true
        } catch {
            return false
        }
    }
}
