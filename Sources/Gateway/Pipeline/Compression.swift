import NIOCore

extension Exchange {
    /// Codes the answer's body where the API asks for it, the body is long enough and the client takes a coding. What is
    /// coded already stays. Large bodies are coded piece by piece between the loop's other work.
    ///
    /// As on API Gateway neither `Vary` nor `ETag` is touched, and a body that gets longer by it is coded all the same.
    /// The gateway's own answers are never coded.
    func compress() -> Verdict {
        guard let least = variant?.payload.minimumCompressionSize else { return .next }
        if deflater == nil {
            let length = outcome.body.readableBytes
            guard length > 0, length >= least, Self.hasCompressibleBody(status),
                outcome.coding != .unknown, !hasContentEncoding, let coding = acceptedCoding()
            else { return .next }
            do throws(ContentCodingError) {
                deflater = try Deflater(outcome.body, coding)
            } catch {
                traceError("Response was not compressed: \(error)")
                return .next
            }
            answerHeaders.append((Array("Content-Encoding".utf8), Array(coding.rawValue.utf8)))
        }
        return advanceCompression()
    }

    private func advanceCompression() -> Verdict {
        guard let deflater else { return .next }
        do throws(ContentCodingError) {
            guard try deflater.advance(Self.compressionStep) else {
                continueCompression()
                return .wait
            }
            outcome.body = deflater.output
        } catch {
            answerHeaders.removeAll { Self.sameName($0.name, Array("content-encoding".utf8)) }
            traceError("Response was not compressed: \(error)")
        }
        self.deflater = nil
        return .next
    }

    private func continueCompression() {
        let serial = serial
        // On this loop, where the exchange lives.
        loop.eventLoop.execute { [self] in
            guard isActive, self.serial == serial, phase == .compression else { return }
            run()
        }
    }

    /// A part of a body (206) is counted in bytes of the whole, which a coding would change.
    private static func hasCompressibleBody(_ status: Int) -> Bool {
        status >= 200 && status != 204 && status != 206 && status != 304
    }

    /// Bytes that are coded at once, a few milliseconds' work.
    private static let compressionStep = 262_144

    private var hasContentEncoding: Bool {
        answerHeaders.contains { Self.sameName($0.name, Array("content-encoding".utf8)) }
    }

    private func acceptedCoding() -> ContentCoding? {
        refreshHeaders()
        guard loop.requestTable.last(.acceptEncoding) != nil else { return nil }
        return withBytes { ContentCoding.preferred(loop.requestTable.values(.acceptEncoding, $0)) }
    }

    /// Whether a proxied response has to be collected to be compressed. One that is announced beyond the limit for
    /// collected bodies is streamed as it is.
    func willCompress(_ response: ResponseHead) -> Bool {
        guard let least = variant?.payload.minimumCompressionSize, loop.responseTable.last(.contentEncoding) == nil,
            Self.hasCompressibleBody(response.status)
        else { return false }
        if case .length(let length) = response.body, length < least || length > loop.configuration.maximumPayload {
            return false
        }
        return acceptedCoding() != nil
    }
}
