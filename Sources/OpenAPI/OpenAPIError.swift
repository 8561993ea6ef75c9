/// Why a document cannot be imported. ``message`` is what AWS answers, ``detail`` where and what in the file.
package struct OpenAPIError: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    package let detail: String?

    package init(message: String, detail: String? = nil) {
        self.message = message
        self.detail = detail
    }

    /// Neither JSON nor YAML, or a document that cannot be followed.
    static func invalid(_ detail: String) -> OpenAPIError {
        OpenAPIError(message: "Invalid OpenAPI input.", detail: detail)
    }

    /// Well-formed, but no OpenAPI 2.0 or 3.0 document.
    static func unknownFormat(_ detail: String) -> OpenAPIError {
        OpenAPIError(message: "Unable to build importer with provided input.", detail: detail)
    }

    package var description: String { detail.map { "\(message) \($0)" } ?? message }
}
