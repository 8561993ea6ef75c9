/// How services take an action, for those where the address alone does not tell. A service that is in neither table is
/// sent `?Action={name}` for an action, and whatever the method maps for a path.
enum ServiceProtocols {
    /// Services that read `X-Amz-Target: {prefix}.{Action}` and a body of `application/x-amz-json-{version}`, by what
    /// stands between `arn:aws:apigateway:{region}:` and the next colon.
    static func json(_ uri: ServiceURI) -> (prefix: String, version: String)? {
        let base = uri.service.hasSuffix("-fips") ? String(uri.service.dropLast("-fips".count)) : uri.service
        let name = uri.subdomain.map { "\($0).\(base)" } ?? base
        return json10[name].map { ($0, "1.0") } ?? json11[name].map { ($0, "1.1") }
    }

    /// Services that read `Action` and its parameters from the query or from a form.
    static func isQuery(_ uri: ServiceURI) -> Bool { query.contains(uri.service) }

    private static let json10 = [
        "apprunner": "AppRunner",
        "dynamodb": "DynamoDB_20120810",
        "streams.dynamodb": "DynamoDBStreams_20120810",
        "healthlake": "HealthLake",
        "ingest.timestream": "Timestream_20181101",
        "query.timestream": "Timestream_20181101",
        "states": "AWSStepFunctions",
        "sms-voice": "PinpointSMSVoiceV2",
        "swf": "SimpleWorkflowService",
        "verifiedpermissions": "VerifiedPermissions",
        "voiceid": "VoiceID",
    ]

    private static let json11 = [
        "acm": "CertificateManager",
        "acm-pca": "ACMPrivateCA",
        "api.ecr": "AmazonEC2ContainerRegistry_V20150921",
        "api.pricing": "AWSPriceListService",
        "api.sagemaker": "SageMaker",
        "application-autoscaling": "AnyScaleFrontendService",
        "athena": "AmazonAthena",
        "ce": "AWSInsightsIndexService",
        "cloudtrail": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
        "codebuild": "CodeBuild_20161006",
        "codecommit": "CodeCommit_20150413",
        "codedeploy": "CodeDeploy_20141006",
        "codepipeline": "CodePipeline_20150709",
        "cognito-identity": "AWSCognitoIdentityService",
        "cognito-idp": "AWSCognitoIdentityProviderService",
        "comprehend": "Comprehend_20171127",
        "config": "StarlingDoveService",
        "datasync": "FmrsService",
        "dms": "AmazonDMSv20160101",
        "ecs": "AmazonEC2ContainerServiceV20141113",
        "elasticmapreduce": "ElasticMapReduce",
        "events": "AWSEvents",
        "firehose": "Firehose_20150804",
        "forecast": "AmazonForecast",
        "forecastquery": "AmazonForecastRuntime",
        "frauddetector": "AWSHawksNestServiceFacade",
        "glue": "AWSGlue",
        "health": "AWSHealth_20160804",
        "identitystore": "AWSIdentityStore",
        "kendra": "AWSKendraFrontendService",
        "kinesis": "Kinesis_20131202",
        "kinesisanalytics": "KinesisAnalytics_20180523",
        "kms": "TrentService",
        "lightsail": "Lightsail_20161128",
        "logs": "Logs_20140328",
        "machinelearning": "AmazonML_20141212",
        "organizations": "AWSOrganizationsV20161128",
        "personalize": "AmazonPersonalize",
        "redshift-data": "RedshiftData",
        "rekognition": "RekognitionService",
        "route53resolver": "Route53Resolver",
        "secretsmanager": "secretsmanager",
        "servicecatalog": "AWS242ServiceCatalogService",
        "servicediscovery": "Route53AutoNaming_v20170314",
        "servicequotas": "ServiceQuotasV20190624",
        "ssm": "AmazonSSM",
        "support": "AWSSupport_20130415",
        "tagging": "ResourceGroupsTaggingAPI_20170126",
        "textract": "Textract",
        "transcribe": "Transcribe",
        "transfer": "TransferService",
        "translate": "AWSShineFrontendService_20170701",
        "wafv2": "AWSWAF_20190729",
        "workspaces": "WorkspacesService",
    ]

    private static let query: Set<String> = [
        "autoscaling", "cloudformation", "cloudsearch", "cloudwatch", "ec2", "elasticache", "elasticbeanstalk",
        "elasticloadbalancing", "email", "iam", "monitoring", "rds", "redshift", "sdb", "sns", "sqs", "sts",
    ]
}
