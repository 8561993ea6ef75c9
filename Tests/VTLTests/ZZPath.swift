import Foundation
import JSON
import Testing

@Test(.enabled(if: ProcessInfo.processInfo.environment["JPDIFF"] != nil)) func zzpath() throws {
    let data = FileManager.default.contents(atPath: "/root/vtlref/jp.json")!
    var out: [JSON] = []
    for one in try JSON(parsing: data).array! {
        do {
            let r = try JSONPath(one["path"]!.string!).evaluate(one["doc"]!)
            out.append(.string(r?.text() ?? "NONE"))
        } catch { out.append(.string("ERR \(error)")) }
    }
    _ = FileManager.default.createFile(atPath: "/root/vtlref/jp.swift.json", contents: Data(JSON.array(out).bytes()))
}
