import JSON
import Testing

@Suite struct JSONCodingTests {
    struct Model: Codable, Equatable {
        struct Part: Codable, Equatable {
            var id: String
            var weight: Double?
        }

        enum Kind: String, Codable { case plain, fancy }

        var name: String
        var count: Int
        var big: UInt64
        var ratio: Double
        var isOn: Bool
        var note: String?
        var kind: Kind
        var parts: [Part]
        var tags: [String: Int]
        var raw: JSON
        var nested: [[Int]]
    }

    static let model = Model(
        name: "é", count: -3, big: .max, ratio: 2, isOn: true, note: nil, kind: .fancy,
        parts: [.init(id: "a", weight: 1.5), .init(id: "b", weight: nil)], tags: ["z": 1, "a": 2],
        raw: ["k": [.null, 1]], nested: [[1], []])

    @Test func membersAreInTheOrderOfTheType() throws {
        let text = try JSON(encoding: Self.model).text()
        #expect(
            text
                == #"{"name":"é","count":-3,"big":18446744073709551615,"ratio":2.0,"isOn":true,"kind":"fancy","#
                + #""parts":[{"id":"a","weight":1.5},{"id":"b"}],"tags":{"a":2,"z":1},"raw":{"k":[null,1]},"nested":[[1],[]]}"#
        )
    }

    @Test func whatIsEncodedIsDecodedAgain() throws {
        #expect(try JSON(encoding: Self.model).decode(Model.self) == Self.model)
        let text = try JSON(encoding: Self.model).text(.pretty)
        #expect(try JSON(parsing: text).decode(Model.self) == Self.model)
    }

    @Test func unknownMembersAreIgnored() throws {
        let json = try JSON(parsing: #"{"id":"x","other":[1,2]}"#)
        #expect(try json.decode(Model.Part.self) == .init(id: "x", weight: nil))
    }

    @Test func scalarsAndListsStandAlone() throws {
        #expect(try JSON(encoding: "x") == "x")
        #expect(try JSON(encoding: [1, 2]) == [1, 2])
        #expect(try JSON(encoding: [String: Int]()) == [:])
        #expect(try JSON(parsing: "[1,2]").decode([Int].self) == [1, 2])
        #expect(try JSON(parsing: "3.0").decode(Int.self) == 3)
    }

    @Test(arguments: [
        (#"{"weight":1}"#, "id"), (#"{"id":5}"#, "id"), (#"{"id":"x","weight":"1"}"#, "weight"),
    ])
    func errorsNameThePlace(_ text: String, _ key: String) throws {
        let json = try JSON(parsing: "[\(text)]")
        do {
            _ = try json.decode([Model.Part].self)
            Issue.record("decoded \(text)")
        } catch let error as DecodingError {
            let path: [String] =
                switch error {
                case .keyNotFound(let missing, let context):
                    context.codingPath.map(\.stringValue) + [missing.stringValue]
                case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                    context.codingPath.map(\.stringValue)
                @unknown default: []
                }
            #expect(path.last == key)
            #expect(path.count == 2)
        }
    }

    @Test(arguments: ["300", "-1", "1.5", "\"1\""])
    func numbersThatDoNotFitAreRefused(_ text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: DecodingError.self) { try json.decode(UInt8.self) }
    }
}
