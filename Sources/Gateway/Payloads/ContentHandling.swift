/// `contentHandling` of an integration and of an integration response.
enum ContentHandling: String, Sendable {
    case toBinary = "CONVERT_TO_BINARY"
    case toText = "CONVERT_TO_TEXT"
}

/// What becomes of a body on its way through the gateway.
enum BodyConversion: Sendable, Hashable {
    /// It is text in UTF-8 and goes on as such.
    case text
    /// It is binary and goes on byte by byte. No template can read it.
    case binary
    /// It is binary, and Base64 of it goes on as text.
    case encode
    /// It is text, and what it is Base64 of goes on.
    case decode

    /// Towards the backend. `isBinary`: the request's `Content-Type` is one of the API's binary media types.
    static func request(isBinary: Bool, _ handling: ContentHandling?) -> BodyConversion {
        switch (isBinary, handling) {
        case (false, nil), (false, .toText): .text
        case (false, .toBinary): .decode
        case (true, nil), (true, .toBinary): .binary
        case (true, .toText): .encode
        }
    }

    /// Towards the client. `isBinary`: the backend's `Content-Type` is one of the API's binary media types.
    /// `acceptsBinary`: the first type that the client accepts is one of them. Both are false for an API that has none.
    static func response(isBinary: Bool, acceptsBinary: Bool, _ handling: ContentHandling?) -> BodyConversion {
        switch (isBinary, acceptsBinary, handling) {
        case (false, false, nil), (false, _, .toText): .text
        case (false, true, nil), (false, _, .toBinary): .decode
        case (true, false, nil), (true, _, .toText): .encode
        case (true, true, nil), (true, _, .toBinary): .binary
        }
    }
}
