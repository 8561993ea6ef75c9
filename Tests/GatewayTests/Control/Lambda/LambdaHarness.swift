import ControlAPI
import Foundation
import JSON
import Testing

@testable import Gateway

let lambdaArn = "arn:aws:lambda:us-east-1:000000000000:function:hello"

extension ControlHarness {
    static let functions = "/2015-03-31/functions"
    static let hello = functions + "/hello"

    /// A zip file with an `app.py`, and its hash as Lambda tells it.
    static let package =
        "UEsDBBQAAAAAAIMYIly0CHBpLgAAAC4AAAAGAAAAYXBwLnB5ZGVmIGhhbmRsZXIoZXZlbnQsIGNvbnRleHQpOgogICAgcmV0dXJuIGV2ZW50"
        + "ClBLAQIUAxQAAAAAAIMYIly0CHBpLgAAAC4AAAAGAAAAAAAAAAAAAACkgQAAAABhcHAucHlQSwUGAAAAAAEAAQA0AAAAUgAAAAAA"
    static let packageSha = "MxhFDuKZD7GBO2ldj6/dfk+tLPvrT+M8zLWCfHySR+Q="
    static let role = "arn:aws:iam::000000000000:role/any"

    /// The body of a `CreateFunction` that is taken, with some members changed; `null` takes one away.
    static func newFunction(_ changes: JSON = [:], name: String = "hello") -> JSON {
        var body = JSONObject()
        body["FunctionName"] = .string(name)
        body["Runtime"] = "python3.11"
        body["Handler"] = "app.handler"
        body["Role"] = .string(role)
        body["Code"] = ["ZipFile": .string(package)]
        for member in changes.object?.members ?? [] { body[member.key] = member.value }
        return .object(body)
    }

    @discardableResult
    func function(_ changes: JSON = [:], name: String = "hello") async throws -> Reply {
        try await done("POST", Self.functions, Self.newFunction(changes, name: name))
    }

    /// A function with the versions 1 and 2.
    func versionedFunction() async throws {
        try await function(["Publish": true])
        try await done("PUT", Self.hello + "/configuration", ["Timeout": 9])
        let second = try await done("POST", Self.hello + "/versions", [:])
        #expect(second.text("Version") == "2")
    }
}
