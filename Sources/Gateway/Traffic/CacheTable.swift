/// Entries by key, in the order of their last use. The owner locks.
struct CacheTable: ~Copyable {
    private struct Slot {
        var hash: UInt64
        /// `nil` in free slots.
        var response: CachedResponse?
        /// The next slot of the same bucket, or the next free one.
        var next: Int32
        var newer: Int32
        var older: Int32
    }

    private static let none: Int32 = -1

    private var slots = ContiguousArray<Slot>()
    /// The first slot of each bucket; a power of two of them, or none.
    private var buckets = ContiguousArray<Int32>()
    private var free = CacheTable.none
    private var newest = CacheTable.none
    private var oldest = CacheTable.none
    private(set) var count = 0

    init() {}

    @inline(__always)
    private func bucket(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (buckets.count - 1) }

    @inline(__always)
    private func place(_ hash: UInt64, _ key: UnsafeRawBufferPointer) -> Int32 {
        guard !buckets.isEmpty else { return Self.none }
        var place = buckets[bucket(hash)]
        while place >= 0 {
            // The whole key is compared: equal hashes alone make no hit.
            if slots[Int(place)].hash == hash, slots[Int(place)].response?.hasKey(key) == true { return place }
            place = slots[Int(place)].next
        }
        return Self.none
    }

    /// The entry, which becomes the one used last. An expired one goes; its cost is given then.
    mutating func find(
        _ hash: UInt64, _ key: UnsafeRawBufferPointer, now: UInt64
    ) -> (response: CachedResponse?, freed: Int) {
        let place = place(hash, key)
        guard place >= 0, let response = slots[Int(place)].response else { return (nil, 0) }
        guard now < response.expires else { return (nil, remove(place)) }
        if place != newest {
            unlink(place)
            linkNewest(place)
        }
        return (response, 0)
    }

    /// Puts an entry in, in place of an older one with its key. One that was asked for later than this stays. Gives how
    /// many bytes the table has grown by; `nil` where the entry was not taken.
    mutating func insert(_ response: CachedResponse, hash: UInt64, key: UnsafeRawBufferPointer) -> Int? {
        var freed = 0
        let known = place(hash, key)
        if known >= 0 {
            if let other = slots[Int(known)].response, other.sequence > response.sequence { return nil }
            freed = remove(known)
        }
        if count >= buckets.count { growBuckets() }
        let slot = Slot(
            hash: hash, response: response, next: buckets[bucket(hash)], newer: Self.none, older: Self.none)
        let place: Int32
        if free >= 0 {
            place = free
            free = slots[Int(place)].next
            slots[Int(place)] = slot
        } else {
            place = Int32(truncatingIfNeeded: slots.count)
            slots.append(slot)
        }
        buckets[bucket(hash)] = place
        linkNewest(place)
        count += 1
        return response.cost - freed
    }

    /// Drops the entry that was not used for longest, but never the one used last if `keepsNewest`. Gives its cost, or
    /// 0 where there is none to drop.
    mutating func removeOldest(keepsNewest: Bool) -> Int {
        guard oldest >= 0, !keepsNewest || oldest != newest else { return 0 }
        return remove(oldest)
    }

    /// Drops everything and gives the memory back.
    mutating func removeAll() -> Int {
        var freed = 0
        for slot in slots { freed += slot.response?.cost ?? 0 }
        slots = []
        buckets = []
        (free, newest, oldest) = (Self.none, Self.none, Self.none)
        count = 0
        return freed
    }

    private mutating func remove(_ place: Int32) -> Int {
        let index = Int(place)
        let bucket = bucket(slots[index].hash)
        if buckets[bucket] == place {
            buckets[bucket] = slots[index].next
        } else {
            var before = buckets[bucket]
            while before >= 0, slots[Int(before)].next != place { before = slots[Int(before)].next }
            if before >= 0 { slots[Int(before)].next = slots[index].next }
        }
        unlink(place)
        let cost = slots[index].response?.cost ?? 0
        slots[index].response = nil
        slots[index].next = free
        free = place
        count -= 1
        return cost
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (slots[Int(place)].newer, slots[Int(place)].older)
        if newer >= 0 { slots[Int(newer)].older = older } else { newest = older }
        if older >= 0 { slots[Int(older)].newer = newer } else { oldest = newer }
    }

    private mutating func linkNewest(_ place: Int32) {
        slots[Int(place)].newer = Self.none
        slots[Int(place)].older = newest
        if newest >= 0 { slots[Int(newest)].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func growBuckets() {
        buckets = ContiguousArray(repeating: Self.none, count: max(16, buckets.count * 2))
        for index in slots.indices where slots[index].response != nil {
            let bucket = bucket(slots[index].hash)
            slots[index].next = buckets[bucket]
            buckets[bucket] = Int32(truncatingIfNeeded: index)
        }
    }
}
