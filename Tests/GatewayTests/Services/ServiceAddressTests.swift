import ControlAPI
import JSON
import SigV4
import Testing

@testable import Gateway

private let prefix = "arn:aws:apigateway:us-east-1:"

/// What becomes of an integration's `uri`.
struct ServiceRow: Sendable, CustomTestStringConvertible {
    let uri: String
    let url: String
    /// `{name}/{region}` that requests are signed for.
    let signing: String
    var target: String?
    var contentType = ServiceAction.ContentType.clients
    var endpoint: String?

    var testDescription: String { endpoint.map { "\(uri) at \($0)" } ?? uri }
}

@Suite struct ServiceAddressTests {
    private func compile(
        _ uri: String, credentials: String? = nil, endpoint: String? = nil, variables: [String: String] = [:],
        parameters: [String: String] = [:]
    ) -> CompiledService {
        var integration = Integration(type: "AWS")
        integration.uri = uri
        integration.credentials = credentials
        integration.requestParameters = parameters
        return CompiledService(
            integration, scope: MappingScope(pathParameters: [], variables: variables),
            services: ServiceCredentials(endpoint: endpoint))
    }

    @Test(
        "an address becomes a request",
        arguments: [
            // JSON services: X-Amz-Target and a content type of their own.
            ServiceRow(
                uri: prefix + "dynamodb:action/PutItem",
                url: "https://dynamodb.us-east-1.amazonaws.com/?Action=PutItem", signing: "dynamodb/us-east-1",
                target: "DynamoDB_20120810.PutItem", contentType: .json(version: "1.0")),
            ServiceRow(
                uri: prefix + "kinesis:action/PutRecord",
                url: "https://kinesis.us-east-1.amazonaws.com/?Action=PutRecord", signing: "kinesis/us-east-1",
                target: "Kinesis_20131202.PutRecord", contentType: .json(version: "1.1")),
            ServiceRow(
                uri: prefix + "states:action/StartExecution",
                url: "https://states.us-east-1.amazonaws.com/?Action=StartExecution", signing: "states/us-east-1",
                target: "AWSStepFunctions.StartExecution", contentType: .json(version: "1.0")),
            ServiceRow(
                uri: prefix + "ssm:action/GetParameter",
                url: "https://ssm.us-east-1.amazonaws.com/?Action=GetParameter", signing: "ssm/us-east-1",
                target: "AmazonSSM.GetParameter", contentType: .json(version: "1.1")),
            ServiceRow(
                uri: prefix + "events:action/PutEvents",
                url: "https://events.us-east-1.amazonaws.com/?Action=PutEvents", signing: "events/us-east-1",
                target: "AWSEvents.PutEvents", contentType: .json(version: "1.1")),
            ServiceRow(
                uri: prefix + "secretsmanager:action/GetSecretValue",
                url: "https://secretsmanager.us-east-1.amazonaws.com/?Action=GetSecretValue",
                signing: "secretsmanager/us-east-1", target: "secretsmanager.GetSecretValue",
                contentType: .json(version: "1.1")),
            ServiceRow(
                uri: prefix + "api.ecr:action/DescribeRepositories",
                url: "https://api.ecr.us-east-1.amazonaws.com/?Action=DescribeRepositories", signing: "ecr/us-east-1",
                target: "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories",
                contentType: .json(version: "1.1")),
            ServiceRow(
                uri: prefix + "dynamodb-fips:action/Query",
                url: "https://dynamodb-fips.us-east-1.amazonaws.com/?Action=Query", signing: "dynamodb/us-east-1",
                target: "DynamoDB_20120810.Query", contentType: .json(version: "1.0")),
            // The query protocol, with what stands behind the action.
            ServiceRow(
                uri: prefix + "sns:action/Publish&TopicArn=t&Version=2010-03-31",
                url: "https://sns.us-east-1.amazonaws.com/?Action=Publish&TopicArn=t&Version=2010-03-31",
                signing: "sns/us-east-1", contentType: .form),
            ServiceRow(
                uri: "arn:aws:apigateway:eu-west-1:sqs:action/SendMessage",
                url: "https://sqs.eu-west-1.amazonaws.com/?Action=SendMessage", signing: "sqs/eu-west-1",
                contentType: .form),
            ServiceRow(
                uri: prefix + "sqs:path/123456789012/orders",
                url: "https://sqs.us-east-1.amazonaws.com/123456789012/orders", signing: "sqs/us-east-1",
                contentType: .form),
            ServiceRow(
                uri: prefix + "email:action/SendEmail",
                url: "https://email.us-east-1.amazonaws.com/?Action=SendEmail", signing: "ses/us-east-1",
                contentType: .form),
            ServiceRow(
                uri: prefix + "monitoring:action/PutMetricData&Version=2010-08-01",
                url: "https://monitoring.us-east-1.amazonaws.com/?Action=PutMetricData&Version=2010-08-01",
                signing: "monitoring/us-east-1", contentType: .form),
            ServiceRow(
                uri: prefix + "sts:action/GetCallerIdentity&Version=2011-06-15",
                url: "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
                signing: "sts/us-east-1", contentType: .form),
            // Any other service.
            ServiceRow(
                uri: prefix + "unheardof:action/DoIt", url: "https://unheardof.us-east-1.amazonaws.com/?Action=DoIt",
                signing: "unheardof/us-east-1", contentType: .form),
            ServiceRow(
                uri: prefix + "lambda:path/2015-03-31/functions",
                url: "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions", signing: "lambda/us-east-1"),
            // S3.
            ServiceRow(
                uri: prefix + "s3:path/{bucket}/{key}",
                url: "https://s3.us-east-1.amazonaws.com/{bucket}/{key}", signing: "s3/us-east-1"),
            ServiceRow(
                uri: prefix + "s3:path//", url: "https://s3.us-east-1.amazonaws.com/", signing: "s3/us-east-1"),
            ServiceRow(
                uri: prefix + "s3:path/bucket?list-type=2",
                url: "https://s3.us-east-1.amazonaws.com/bucket?list-type=2", signing: "s3/us-east-1"),
            ServiceRow(
                uri: prefix + "s3:action/GetObject&Bucket={bucket}&Key={key}",
                url: "https://s3.us-east-1.amazonaws.com/{bucket}/{key}", signing: "s3/us-east-1"),
            ServiceRow(
                uri: prefix + "my.bucket.s3:path/{key}",
                url: "https://my.bucket.s3.us-east-1.amazonaws.com/{key}", signing: "s3/us-east-1"),
            // Subdomains.
            ServiceRow(
                uri: prefix + "runtime.sagemaker:path//endpoints/e/invocations",
                url: "https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/e/invocations",
                signing: "sagemaker/us-east-1"),
            ServiceRow(
                uri: prefix + "a1b2-ats.iotdata:path/topics/t",
                url: "https://a1b2-ats.iot.us-east-1.amazonaws.com/topics/t", signing: "iotdata/us-east-1"),
            ServiceRow(
                uri: prefix + "abc.appsync-api:path/graphql",
                url: "https://abc.appsync-api.us-east-1.amazonaws.com/graphql", signing: "appsync/us-east-1"),
            ServiceRow(
                uri: prefix + "search-x.cloudsearch:path/2013-01-01/search",
                url: "https://search-x.us-east-1.cloudsearch.amazonaws.com/2013-01-01/search",
                signing: "cloudsearch/us-east-1", contentType: .form),
            // One endpoint for all regions, and other partitions.
            ServiceRow(
                uri: "arn:aws:apigateway:eu-west-1:iam:action/ListUsers&Version=2010-05-08",
                url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", signing: "iam/us-east-1",
                contentType: .form),
            ServiceRow(
                uri: "arn:aws:apigateway:eu-west-1:route53:path/2013-04-01/hostedzone",
                url: "https://route53.amazonaws.com/2013-04-01/hostedzone", signing: "route53/us-east-1"),
            ServiceRow(
                uri: "arn:aws:apigateway:eu-west-1:cloudfront:path/2020-05-31/distribution",
                url: "https://cloudfront.amazonaws.com/2020-05-31/distribution", signing: "cloudfront/us-east-1"),
            ServiceRow(
                uri: "arn:aws-cn:apigateway:cn-north-1:sns:action/Publish",
                url: "https://sns.cn-north-1.amazonaws.com.cn/?Action=Publish", signing: "sns/cn-north-1",
                contentType: .form),
            ServiceRow(
                uri: "arn:aws-cn:apigateway:cn-north-1:iam:action/ListUsers",
                url: "https://iam.cn-north-1.amazonaws.com.cn/?Action=ListUsers", signing: "iam/cn-north-1",
                contentType: .form),
            ServiceRow(
                uri: "arn:aws-us-gov:apigateway:us-gov-west-1:sqs:action/ListQueues",
                url: "https://sqs.us-gov-west-1.amazonaws.com/?Action=ListQueues", signing: "sqs/us-gov-west-1",
                contentType: .form),
            ServiceRow(
                uri: "arn:aws-us-gov:apigateway:us-gov-west-1:iam:action/ListUsers",
                url: "https://iam.us-gov.amazonaws.com/?Action=ListUsers", signing: "iam/us-gov-west-1",
                contentType: .form),
            // One endpoint for all services.
            ServiceRow(
                uri: prefix + "dynamodb:action/Scan", url: "http://127.0.0.1:5000/?Action=Scan",
                signing: "dynamodb/us-east-1", target: "DynamoDB_20120810.Scan", contentType: .json(version: "1.0"),
                endpoint: "http://127.0.0.1:5000"),
            ServiceRow(
                uri: "arn:aws:apigateway:eu-west-1:iam:action/ListUsers",
                url: "http://127.0.0.1:5000/?Action=ListUsers", signing: "iam/us-east-1", contentType: .form,
                endpoint: "http://127.0.0.1:5000"),
            ServiceRow(
                uri: prefix + "my-bucket.s3:path/{key}", url: "http://127.0.0.1:5000/my-bucket/{key}",
                signing: "s3/us-east-1", endpoint: "http://127.0.0.1:5000"),
            ServiceRow(
                uri: prefix + "s3:path/b/k", url: "http://127.0.0.1:5000/aws/b/k", signing: "s3/us-east-1",
                endpoint: "http://127.0.0.1:5000/aws"),
        ])
    func compiles(_ row: ServiceRow) throws {
        let service = compile(row.uri, endpoint: row.endpoint)
        #expect(service.fault == nil)
        #expect(service.url == row.url)
        let action = try #require(service.action)
        #expect("\(action.signingName)/\(action.signingRegion)" == row.signing)
        #expect(action.target == row.target)
        #expect(action.contentType == row.contentType)
        #expect(action.pathCoding == (action.signingName == "s3" ? .once : .twice))
    }

    @Test func `stage variables may stand anywhere`() {
        let service = compile(
            "arn:aws:apigateway:${stageVariables.region}:sqs:path/${stageVariables.account}/q",
            variables: ["region": "eu-central-1", "account": "42"])
        #expect(service.url == "https://sqs.eu-central-1.amazonaws.com/42/q")
        #expect(service.action?.signingRegion == "eu-central-1")
    }

    @Test(
        "what cannot be called says why",
        arguments: [
            ("arn:aws:apigateway:us-east-1:sqs", "is not arn:aws:apigateway"),
            ("http://sqs.us-east-1.amazonaws.com/", "is not arn:aws:apigateway"),
            ("arn:aws:apigateway::sqs:path/x", "names no region"),
            ("arn:aws:apigateway:us-east-1::path/x", "names no service"),
            ("arn:aws:apigateway:us-east-1:evil.com/x:path/x", "names no service"),
            ("arn:aws:apigateway:us-east-1:a..sqs:path/x", "names no service"),
            ("arn:aws:apigateway:us-east-1:sqs:action/", "names no action"),
            ("arn:aws:apigateway:us-east-1:sqs:pathology", "must contain path or action"),
            ("arn:aws:apigateway:us-east-1:sqs:queue/x", "must contain path or action"),
        ])
    func faults(_ uri: String, _ reason: String) {
        let service = compile(uri)
        #expect(service.action == nil)
        #expect(service.fault?.contains(reason) == true, "\(service.fault ?? "no fault")")
    }

    @Test(
        "credentials that are no role",
        arguments: [
            ("arn:aws:iam::*:user/*", "the caller's own credentials"),
            ("arn:aws:iam::123456789012:user/u", "the caller's own credentials"),
            ("role", "are not arn:aws:iam::{account}:role/{name}"),
        ])
    func credentials(_ arn: String, _ reason: String) {
        let service = compile(prefix + "sqs:path/a/b", credentials: arn)
        #expect(service.fault?.contains(reason) == true)
    }

    @Test(
        "headers that AWS lets nobody map",
        arguments: ["Authorization", "Connection", "Expect", "TE", "Content-Length"])
    func forbiddenHeader(_ name: String) {
        let service = compile(
            prefix + "sqs:path/a/b", parameters: ["integration.request.header.\(name)": "'x'"])
        #expect(service.fault == "\(name) header already present")
    }

    @Test func `a function's invocation is no service call`() {
        let function =
            prefix + "lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations"
        #expect(ServiceURI.isFunctionInvocation(function))
        #expect(!ServiceURI.isFunctionInvocation(prefix + "lambda:path/2015-03-31/functions"))
        #expect(!ServiceURI.isFunctionInvocation(prefix + "sqs:path/a/invocations"))
    }

    @Test func `a reply is worded as the query protocol's`() {
        let reply = QueryReply.json(
            action: "GetParameter", result: ["Parameter": ["Name": "a", "Value": "1"]], requestId: "r")
        #expect(
            reply.text() == #"{"GetParameterResponse":{"GetParameterResult":{"Parameter":{"Name":"a","Value":"1","#
                + #""ARN":null,"DataType":null,"LastModifiedDate":null,"Selector":null,"SourceResult":null,"Type":null,"#
                + #""Version":null}},"ResponseMetadata":{"RequestId":"r"}}}"#)
        #expect(QueryReply.json(action: "GetParameter", result: reply, requestId: "r") == reply)
    }
}
