import Crypto
import Foundation
import NIOCore

/// An answer as it stands in the cache: the status line and the headers that are the same for each request, serialised,
/// and the body. Never changed, so that loops share it without a lock. Kept in memory alone, never on a disk.
final class CachedResponse: @unchecked Sendable {
    /// What the answer to a request that is not cached has besides its body.
    struct Head {
        var status: Int
        /// From the status line to the last header that every request gets, with its line end.
        var bytes: UnsafeRawBufferPointer
        /// What `Content-Length` says; `nil` where it is not sent.
        var contentLength: Int?
    }

    /// What an entry costs besides its bytes: the object, its place in the table and what the allocator adds.
    static let overhead = 256

    let status: Int
    let contentLength: Int?
    /// Monotonic nanoseconds from which on it is not given out any more.
    let expires: UInt64
    /// Counts the backend calls of a shard: of two answers the one that was asked for later is kept.
    let sequence: UInt64
    /// Whether head and body are encrypted.
    let isSealed: Bool
    /// No answer, but the knowledge that this key's answers cannot be stored: requests go to the backend at once
    /// instead of waiting for one another.
    let isPass: Bool
    /// Bytes that count towards the cache's capacity.
    let cost: Int

    /// Key, head and small bodies in one piece.
    private let memory: UnsafeMutableRawPointer
    private let keyCount: Int
    private let headCount: Int
    private let bodyCount: Int
    /// Bodies that are too large to be copied behind their head.
    private let largeBody: ByteBuffer?

    private init(
        key: [UInt8], status: Int, contentLength: Int?, head: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer,
        expires: UInt64, sequence: UInt64, isSealed: Bool, isPass: Bool
    ) {
        self.status = status
        self.contentLength = contentLength
        self.expires = expires
        self.sequence = sequence
        self.isSealed = isSealed
        self.isPass = isPass
        let isLarge = !isSealed && body.count > Exchange.copyLimit
        (keyCount, headCount, bodyCount) = (key.count, head.count, body.count)
        let inline = isLarge ? 0 : body.count
        let size = key.count + head.count + inline
        memory = .allocate(byteCount: max(1, size), alignment: 16)
        let room = UnsafeMutableRawBufferPointer(start: memory, count: size)
        room.copyBytes(from: key)
        UnsafeMutableRawBufferPointer(rebasing: room[key.count...]).copyBytes(from: head)
        if isLarge {
            let large = ByteBuffer(bytes: body)
            largeBody = large
            cost = Self.overhead + size + large.storageCapacity
        } else {
            UnsafeMutableRawBufferPointer(rebasing: room[(key.count + head.count)...]).copyBytes(from: body)
            largeBody = nil
            cost = Self.overhead + size
        }
    }

    deinit { memory.deallocate() }

    static func plain(
        _ head: Head, body: ByteBuffer, key: [UInt8], expires: UInt64, sequence: UInt64
    ) -> CachedResponse {
        body.withUnsafeReadableBytes { body in
            CachedResponse(
                key: key, status: head.status, contentLength: head.contentLength, head: head.bytes, body: body,
                expires: expires, sequence: sequence, isSealed: false, isPass: false)
        }
    }

    static func pass(key: [UInt8], expires: UInt64, sequence: UInt64) -> CachedResponse {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        return CachedResponse(
            key: key, status: 0, contentLength: nil, head: nothing, body: nothing, expires: expires,
            sequence: sequence, isSealed: false, isPass: true)
    }

    // MARK: Reading

    @inline(__always)
    func hasKey(_ other: UnsafeRawBufferPointer) -> Bool {
        other.count == keyCount && equalBytes(memory, other.baseAddress, keyCount)
    }

    /// Writes the head as it was stored.
    @inline(__always)
    func writeHead(to writer: ByteWriter) { writer.append(memory + keyCount, headCount) }

    /// Writes the body, where it is small; gives it back otherwise.
    @inline(__always)
    func writeBody(to writer: ByteWriter) -> ByteBuffer? {
        if let largeBody { return largeBody }
        writer.append(memory + keyCount + headCount, bodyCount)
        return nil
    }

    var bodyLength: Int { bodyCount }

    /// Head and body in the clear; `nil` where an encrypted entry does not open with this key.
    func opened(with secret: SymmetricKey) -> (head: [UInt8], body: ByteBuffer)? {
        let stored = UnsafeRawBufferPointer(start: memory + keyCount, count: headCount + bodyCount)
        if !isSealed {
            let head = Array(UnsafeRawBufferPointer(rebasing: stored[..<headCount]))
            return (head, largeBody ?? ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: stored[headCount...])))
        }
        let key = UnsafeRawBufferPointer(start: memory, count: keyCount)
        guard let box = try? AES.GCM.SealedBox(combined: stored),
            let clear = try? AES.GCM.open(box, using: secret, authenticating: key), clear.count >= 4
        else { return nil }
        var content = ByteBuffer(bytes: clear)
        guard let count = content.readInteger(as: UInt32.self), let head = content.readBytes(length: Int(count)) else {
            return nil
        }
        return (head, content)
    }

    // MARK: Encryption

    /// Bytes that AES-GCM adds: nonce and tag.
    static let sealOverhead = 28

    /// Head and body encrypted with AES-GCM. The key of the entry stays readable, because it is looked up by it, and
    /// is authenticated with the rest, so that no entry can stand in for another. `nil` where it cannot be encrypted.
    static func sealed(
        _ head: Head, body: ByteBuffer, with secret: SymmetricKey, key: [UInt8], expires: UInt64, sequence: UInt64
    ) -> CachedResponse? {
        var content = ByteBuffer()
        content.reserveCapacity(4 + head.bytes.count + body.readableBytes)
        content.writeInteger(UInt32(truncatingIfNeeded: head.bytes.count))
        content.writeBytes(head.bytes)
        content.writeImmutableBuffer(body)
        let sealed = content.withUnsafeReadableBytes { try? AES.GCM.seal($0, using: secret, authenticating: key) }
        guard let combined = sealed?.combined else { return nil }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        return combined.withUnsafeBytes { bytes in
            CachedResponse(
                key: key, status: head.status, contentLength: head.contentLength, head: nothing, body: bytes,
                expires: expires, sequence: sequence, isSealed: true, isPass: false)
        }
    }
}
