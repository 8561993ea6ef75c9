/// One page of a list. On the wire every list of API Gateway stands under `item`, with `position` to go on from.
public struct Page<Item: Codable & Sendable>: Codable, Sendable {
    public var items: [Item]
    public var position: String?

    public init(items: [Item], position: String? = nil) {
        self.items = items
        self.position = position
    }

    enum CodingKeys: String, CodingKey {
        case items = "item"
        case position
    }

    /// A list with one element may stand without its brackets; an empty one may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        position = try container.decodeIfPresent(String.self, forKey: .position)
        if let list = try? container.decodeIfPresent([Item].self, forKey: .items) {
            items = list
        } else {
            items = try container.decodeIfPresent(Item.self, forKey: .items).map { [$0] } ?? []
        }
    }
}
