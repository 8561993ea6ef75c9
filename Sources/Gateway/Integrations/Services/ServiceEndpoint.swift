/// Where a service is called, and what its requests are signed for.
struct ServiceEndpoint: Hashable, Sendable {
    /// `https://dynamodb.us-east-1.amazonaws.com`, without a slash at its end.
    var base: String
    /// What stands before the path: the bucket, where an endpoint of one's own takes no buckets in its host name.
    var pathPrefix = ""
    var signingName: String
    var signingRegion: String

    /// `override`: the one address at which all services are (`--aws-endpoint`); `nil` for AWS's own.
    init(_ uri: ServiceURI, override: String?) {
        signingName = Self.signingName(uri)
        signingRegion = uri.region
        let global = uri.subdomain == nil ? Self.global[uri.service]?[uri.partition] : nil
        if let global { signingRegion = global.region }
        if let override {
            base = override
            if uri.service == "s3", let bucket = uri.subdomain { pathPrefix = "/" + bucket }
        } else {
            let host = global?.host ?? Self.host(uri)
            base = "https://\(host).\(Self.domain(ofPartition: uri.partition, region: uri.region))"
        }
    }

    /// Without the partition's domain.
    private static func host(_ uri: ServiceURI) -> String {
        switch (uri.service, uri.subdomain) {
        // The console's name for what devices talk to; a subdomain is the account's own prefix.
        case ("iotdata", let prefix): "\(prefix ?? "data-ats").iot.\(uri.region)"
        // The region stands before the service.
        case ("cloudsearch", let domain?): "\(domain).\(uri.region).cloudsearch"
        case ("es", let domain?): "\(domain).\(uri.region).es"
        case (let service, let subdomain?): "\(subdomain).\(service).\(uri.region)"
        case (let service, nil): "\(service).\(uri.region)"
        }
    }

    static func domain(ofPartition partition: String, region: String) -> String {
        switch partition {
        case "aws-cn": "amazonaws.com.cn"
        case "aws-iso": "c2s.ic.gov"
        case "aws-iso-b": "sc2s.sgov.gov"
        case "aws-iso-e": "cloud.adc-e.uk"
        case "aws-iso-f": "csp.hci.ic.gov"
        case "aws-eusc": "amazonaws.eu"
        default: region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        }
    }

    /// Services that have one endpoint for all regions of a partition: its host without the domain, and the region that
    /// requests are signed for.
    private static let global: [String: [String: (host: String, region: String)]] = [
        "iam": [
            "aws": ("iam", "us-east-1"), "aws-cn": ("iam.cn-north-1", "cn-north-1"),
            "aws-us-gov": ("iam.us-gov", "us-gov-west-1"),
        ],
        "route53": [
            "aws": ("route53", "us-east-1"), "aws-cn": ("route53", "cn-northwest-1"),
            "aws-us-gov": ("route53.us-gov", "us-gov-west-1"),
        ],
        "cloudfront": [
            "aws": ("cloudfront", "us-east-1"), "aws-cn": ("cloudfront.cn-northwest-1", "cn-northwest-1"),
        ],
        "organizations": [
            "aws": ("organizations.us-east-1", "us-east-1"),
            "aws-cn": ("organizations.cn-northwest-1", "cn-northwest-1"),
            "aws-us-gov": ("organizations.us-gov-west-1", "us-gov-west-1"),
        ],
        "waf": ["aws": ("waf", "us-east-1")],
        "shield": ["aws": ("shield.us-east-1", "us-east-1")],
        "budgets": ["aws": ("budgets", "us-east-1")],
        "ce": ["aws": ("ce.us-east-1", "us-east-1"), "aws-cn": ("ce.cn-northwest-1", "cn-northwest-1")],
        "savingsplans": ["aws": ("savingsplans", "us-east-1")],
        "globalaccelerator": ["aws": ("globalaccelerator.us-west-2", "us-west-2")],
    ]

    // MARK: Signing names

    private static func signingName(_ uri: ServiceURI) -> String {
        let service = uri.service.hasSuffix("-fips") ? String(uri.service.dropLast("-fips".count)) : uri.service
        if let subdomain = uri.subdomain, let name = namesWithSubdomain["\(subdomain).\(service)"] { return name }
        // A prefix of an account's own, `a1b2-ats.iot`.
        if service == "iot", let subdomain = uri.subdomain, !subdomain.hasPrefix("api") { return "iotdata" }
        return names[service] ?? service
    }

    /// Services whose endpoint is called otherwise than what they are signed for.
    private static let names = [
        "appstream2": "appstream", "appsync-api": "appsync", "bedrock-agent": "bedrock",
        "bedrock-agent-runtime": "bedrock", "bedrock-runtime": "bedrock", "cloudhsmv2": "cloudhsm",
        "cloudwatch": "monitoring", "email": "ses", "forecastquery": "forecast", "mail-manager": "ses",
        "memory-db": "memorydb", "models-v2-lex": "lex", "personalize-events": "personalize",
        "personalize-runtime": "personalize", "pinpoint": "mobiletargeting", "runtime-v2-lex": "lex",
        "s3-control": "s3", "appconfigdata": "appconfig", "servicecatalog-appregistry": "servicecatalog",
        "oidc": "sso-oauth",
    ]

    private static let namesWithSubdomain = [
        "data.iotevents": "ioteventsdata", "data.jobs.iot": "iot-jobs-data",
        "api.tunneling.iot": "IoTSecuredTunneling", "entitlement.marketplace": "aws-marketplace",
        "metering.marketplace": "aws-marketplace", "catalog.marketplace": "aws-marketplace",
        "controlplane.payment-cryptography": "payment-cryptography",
        "dataplane.payment-cryptography": "payment-cryptography", "participant.connect": "execute-api",
        "portal.sso": "awsssoportal", "sms-voice.pinpoint": "sms-voice",
    ]
}
