import ControlAPI
import Foundation

/// `limit` and `position` of a list call. Positions are opaque to callers.
struct Paging {
    static let defaultLimit = 25
    static let largestLimit = 500

    let limit: Int
    /// What stands in the position that the caller sent; `nil` for the first page.
    let position: String?

    init(_ input: OperationInput) throws {
        if let text = input.query("limit"), !text.isEmpty {
            guard let limit = Int(text), limit > 0 else {
                throw ApiError.badRequest("Invalid limit specified: \(text). It must be a number from 1 to 500.")
            }
            self.limit = min(limit, Self.largestLimit)
        } else {
            limit = Self.defaultLimit
        }
        if let text = input.query("position"), !text.isEmpty {
            guard let data = Data(base64Encoded: text), let position = String(data: data, encoding: .utf8) else {
                throw Self.invalidPosition
            }
            self.position = position
        } else {
            position = nil
        }
    }

    private static let invalidPosition = ApiError.badRequest("Invalid position parameter specified")

    func number(default: Int) throws -> Int {
        guard let position else { return `default` }
        guard let number = Int(position) else { throw Self.invalidPosition }
        return number
    }

    /// A page of what was fetched, which has one element more than the page if there is another page.
    func page<Item>(_ fetched: [(position: String, item: Item)]) -> Page<Item> {
        let shown = fetched.prefix(limit)
        let next = fetched.count > limit ? shown.last.map { Data($0.position.utf8).base64EncodedString() } : nil
        return Page(items: shown.map(\.item), position: next)
    }
}
