import Foundation

enum Base64Text {
    /// `nil` if it is none.
    static func decode(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text).map { Array($0) }
    }
}
