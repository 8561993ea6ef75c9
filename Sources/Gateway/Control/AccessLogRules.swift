/// What AWS asks of a stage's access log settings. It also wants the account's `cloudwatchRoleArn` first; here the lines
/// go to files of the engine's own, and no role is needed.
enum AccessLogRules {
    static let longestFormat = 3072

    static func check(format: String) throws {
        let line = format.last?.isNewline == true ? format.dropLast() : Substring(format)
        guard !line.contains(where: \.isNewline) else {
            throw ApiError.badRequest(
                "Access Log format must be single line, new line character is allowed only at end of the format. "
                    + "Please use Single line JSON, XML or CLF format")
        }
        guard format.utf8.count <= longestFormat else {
            throw ApiError.badRequest(
                "Invalid access log format specified: it has more than \(longestFormat) bytes")
        }
        guard AccessLogFormat(format).namesTheRequest else {
            throw ApiError.badRequest(
                "Invalid access log format specified: it must contain $context.requestId or "
                    + "$context.extendedRequestId")
        }
    }

    static func check(destinationArn arn: String) throws {
        guard LogFile(destinationArn: arn) != nil else {
            throw ApiError.badRequest("Invalid ARN specified in the request")
        }
        let name = arn.split(separator: "/", maxSplits: 1).last ?? ""
        guard !arn.contains(":firehose:") || name.hasPrefix("amazon-apigateway-") else {
            throw ApiError.badRequest(
                "Invalid ARN specified in the request. The name of a Firehose stream must begin with amazon-apigateway-"
            )
        }
    }
}
