import ControlAPI
import JSON

/// `/sdktypes` and `/restapis/{restapi_id}/stages/{stage_name}/sdks/{sdk_type}`.
///
/// The types are AWS's. No SDK is generated: AWS's generators and the templates that they fill are its own. What a
/// generator needs, the API as an OpenAPI document, is there with `GetExport`.
enum Sdks {
    static let operations: [Operation] = [
        .read("GetSdkTypes", "GET", "/sdktypes", list),
        .read("GetSdkType", "GET", "/sdktypes/{sdktype_id}", get),
        .read("GetSdk", "GET", "/restapis/{restapi_id}/stages/{stage_name}/sdks/{sdk_type}", generate),
    ]

    private static func find(_ id: String) throws -> SdkType {
        guard let type = SdkTypes.all.first(where: { $0.id == id }) else {
            throw ApiError.notFound("Invalid SDK type identifier specified")
        }
        return type
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        let start = try paging.number(default: 0)
        let found = SdkTypes.all.enumerated().drop { $0.offset < start }.prefix(paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.offset + 1), $0.element) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(input.parameter("sdktype_id")))
    }

    static func generate(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        _ = try transaction.stage(api: input.parameter("restapi_id"), input.parameter("stage_name"))
        let type = try find(input.parameter("sdk_type"))
        throw ApiError.badRequest(
            "Sluice cannot generate SDKs: AWS does not publish its generators. Export the stage as an OpenAPI document "
                + "(GetExport) and give it to an OpenAPI generator for \(type.friendlyName).")
    }
}
