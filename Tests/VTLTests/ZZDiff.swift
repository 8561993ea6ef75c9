import Foundation
import JSON
import Testing

@testable import VTL

@Test(.enabled(if: ProcessInfo.processInfo.environment["VTLDIFF"] != nil)) func zzdiff() throws {
    let data = FileManager.default.contents(atPath: "/root/vtlref/in.json")!
    var out: [JSON] = []
    for one in try JSON(parsing: data).array! {
        do { out.append(["out": .string(try render(one["template"]!.string!, one["context"]!))]) } catch {
            out.append(["error": .string("\(error)")])
        }
    }
    FileManager.default.createFile(atPath: "/root/vtlref/swift.json", contents: Data(JSON.array(out).bytes()))
}
