import ControlAPI

/// The last requests of one loop in slots of fixed size. Memory is touched only as it fills, and a request costs one
/// slot's write and no allocation.
final class AccessLogRing {
    static let slotSize = 512
    private static let headerSize = 80
    private static let textRoom = slotSize - headerSize
    private static let maximumError = 160

    let capacity: Int
    private let memory: UnsafeMutableRawPointer
    /// Records ever written; the next one's sequence number.
    private(set) var written: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(16, capacity)
        memory = .allocate(byteCount: self.capacity * Self.slotSize, alignment: 64)
    }

    deinit { memory.deallocate() }

    struct Entry {
        var wallMilliseconds: Int64
        var requestId: (UInt64, UInt64)
        var identity: UInt32
        var isCanary: Bool
        /// `UInt32.max` where no resource matched.
        var resourcePath: UInt32
        var status: UInt16
        var minorVersion: UInt8
        var latency: UInt64
        /// `UInt64.max` where no backend was called.
        var integrationLatency: UInt64
        var responseLength: UInt64
    }

    func append(
        _ entry: Entry, method: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, source: [UInt8], error: String?
    ) {
        let slot = memory + Int(written % UInt64(capacity)) * Self.slotSize
        slot.storeBytes(of: entry.wallMilliseconds, toByteOffset: 0, as: Int64.self)
        slot.storeBytes(of: entry.requestId.0, toByteOffset: 8, as: UInt64.self)
        slot.storeBytes(of: entry.requestId.1, toByteOffset: 16, as: UInt64.self)
        slot.storeBytes(of: entry.latency, toByteOffset: 24, as: UInt64.self)
        slot.storeBytes(of: entry.integrationLatency, toByteOffset: 32, as: UInt64.self)
        slot.storeBytes(of: entry.responseLength, toByteOffset: 40, as: UInt64.self)
        slot.storeBytes(of: entry.identity, toByteOffset: 48, as: UInt32.self)
        slot.storeBytes(of: entry.resourcePath, toByteOffset: 52, as: UInt32.self)
        slot.storeBytes(of: entry.status, toByteOffset: 56, as: UInt16.self)
        slot.storeBytes(of: entry.isCanary ? 1 : 0, toByteOffset: 58, as: UInt8.self)
        slot.storeBytes(of: entry.minorVersion, toByteOffset: 59, as: UInt8.self)

        var offset = Self.headerSize
        func put(_ bytes: UnsafeRawBufferPointer, at lengthOffset: Int, room: Int) {
            let length = max(0, min(bytes.count, room))
            slot.storeBytes(of: UInt16(length), toByteOffset: lengthOffset, as: UInt16.self)
            if let start = bytes.baseAddress, length > 0 {
                (slot + offset).copyMemory(from: start, byteCount: length)
                offset += length
            }
        }
        put(method, at: 60, room: 32)
        source.withUnsafeBytes { put($0, at: 62, room: 48) }
        if var error {
            error.withUTF8 { put(UnsafeRawBufferPointer($0), at: 64, room: Self.maximumError) }
        } else {
            slot.storeBytes(of: UInt16.max, toByteOffset: 64, as: UInt16.self)
        }
        put(path, at: 66, room: Self.slotSize - offset)
        written += 1
    }

    /// Copies raw slots from sequence `from` on, at most the newest `limit`. Decoded off the loop.
    func copy(from: UInt64, limit: Int) -> RawAccessRecords {
        let oldest = written > UInt64(capacity) ? written - UInt64(capacity) : 0
        var first = max(from, oldest)
        let dropped = first > from ? first - from : 0
        if written > first, written - first > UInt64(limit) { first = written - UInt64(limit) }
        let count = written > first ? Int(written - first) : 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count * Self.slotSize) { target, initialized in
            for index in 0..<count {
                let slot = memory + Int((first + UInt64(index)) % UInt64(capacity)) * Self.slotSize
                guard let base = target.baseAddress else { break }
                UnsafeMutableRawPointer(base + index * Self.slotSize).copyMemory(from: slot, byteCount: Self.slotSize)
            }
            initialized = count * Self.slotSize
        }
        return RawAccessRecords(bytes: bytes, next: written, dropped: Int(dropped))
    }
}

/// Slots as copied from a loop.
struct RawAccessRecords: Sendable {
    var bytes: [UInt8]
    /// Where the next copy goes on.
    var next: UInt64
    /// Records that were overwritten before they could be copied.
    var dropped: Int

    func decode(_ names: PlanRegistry.Names, where wanted: (PlanRegistry.StageIdentity, Int64) -> Bool)
        -> [AccessLogRecord]
    {
        var records: [AccessLogRecord] = []
        bytes.withUnsafeBytes { all in
            var start = 0
            while start + AccessLogRing.slotSize <= all.count {
                let slot = UnsafeRawBufferPointer(rebasing: all[start..<start + AccessLogRing.slotSize])
                start += AccessLogRing.slotSize
                let identity = Int(slot.loadUnaligned(fromByteOffset: 48, as: UInt32.self))
                let time = slot.loadUnaligned(fromByteOffset: 0, as: Int64.self)
                guard identity < names.stages.count, wanted(names.stages[identity], time) else { continue }
                records.append(Self.decode(slot, names.stages[identity], names.paths))
            }
        }
        return records
    }

    private static func decode(
        _ slot: UnsafeRawBufferPointer, _ stage: PlanRegistry.StageIdentity, _ paths: [String]
    ) -> AccessLogRecord {
        func length(_ offset: Int) -> Int { Int(slot.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
        var offset = 80
        func text(_ count: Int) -> String {
            let end = min(slot.count, offset + count)
            defer { offset = end }
            return String(decoding: slot[offset..<end], as: UTF8.self)
        }
        let method = text(length(60))
        let source = text(length(62))
        let error = length(64) == Int(UInt16.max) ? nil : text(length(64))
        let path = text(length(66))
        let resource = Int(slot.loadUnaligned(fromByteOffset: 52, as: UInt32.self))
        let integration = slot.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
        return AccessLogRecord(
            requestTimeEpoch: Int(slot.loadUnaligned(fromByteOffset: 0, as: Int64.self)),
            requestId: RequestIdentity(
                high: slot.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                low: slot.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            ).text,
            apiId: stage.apiId, stage: stage.stageName,
            isCanaryRequest: slot[58] == 1, httpMethod: method, path: path,
            resourcePath: resource < paths.count ? paths[resource] : nil,
            status: length(56), protocolName: slot[59] == 0 ? "HTTP/1.0" : "HTTP/1.1",
            responseLatency: Double(slot.loadUnaligned(fromByteOffset: 24, as: UInt64.self)) / 1000,
            integrationLatency: integration == .max ? nil : Double(integration) / 1000,
            responseLength: Int(slot.loadUnaligned(fromByteOffset: 40, as: UInt64.self)),
            sourceIp: source, errorMessage: error)
    }
}
