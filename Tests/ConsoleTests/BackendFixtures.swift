import ControlAPI
import JSON

@testable import Console

/// What stands behind methods: functions, VPC links with their targets, and a request on its way to one.
extension Fixtures {
    static let functions: [FunctionState] = {
        func function(_ name: String, _ runtime: String, _ handler: String) -> FunctionState {
            FunctionState(
                functionName: name, functionArn: "arn:aws:lambda:us-east-1:000000000000:function:\(name)",
                runtime: runtime, handler: handler, codeDirectory: "/home/ada/shop/functions/\(name)",
                memorySize: 128, timeout: 3)
        }
        var create = function("orders-create", "python3.12", "app.handler")
        create.watchesCode = true
        create.environments = 3
        create.busy = 3
        create.reservedConcurrency = 3
        create.invocations = 18_204
        create.coldStarts = 7
        create.errors = 12
        create.timeouts = 2
        create.throttles = 41
        create.durationP50 = 12.4
        create.durationP99 = 2810
        create.initDuration = 181
        create.lastError = "KeyError: 'sku'\nTraceback (most recent call last)"
        create.permissions = ["apigateway.amazonaws.com arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/*"]
        var list = function("orders-list", "nodejs22.x", "index.handler")
        list.environments = 2
        list.busy = 1
        list.invocations = 902
        list.coldStarts = 2
        list.durationP50 = 4.1
        list.durationP99 = 31
        list.initDuration = 96
        var price = function("price", "provided.al2023", "")
        price.state = "Failed"
        price.stateReason = "there is no executable file bootstrap in the folder"
        price.permissions = ["apigateway.amazonaws.com"]
        return [create, list, price]
    }()

    static let functionLog: [FunctionLogRecord] = {
        let start = now * 1000 - 9000
        func lines(_ id: String, at time: Int, _ messages: [String]) -> [FunctionLogRecord] {
            messages.enumerated().map { index, message in
                FunctionLogRecord(
                    time: time + index * 7, functionName: "orders-create", requestId: id, message: message)
            }
        }
        return lines(
            "a91c77e0-5a1f", at: start,
            [
                "START RequestId: a91c77e0-5a1f Version: $LATEST", "order 4711 for ada: 3 items, 42.50 EUR",
                "END RequestId: a91c77e0-5a1f",
                "REPORT RequestId: a91c77e0-5a1f Duration: 12.40 ms Billed Duration: 13 ms Memory Size: 128 MB",
            ])
            + lines(
                "77fe0b12-93c4", at: start + 4000,
                [
                    "START RequestId: 77fe0b12-93c4 Version: $LATEST", "[ERROR] KeyError: 'sku'",
                    "END RequestId: 77fe0b12-93c4",
                    "REPORT RequestId: 77fe0b12-93c4 Duration: 3.10 ms Billed Duration: 4 ms Memory Size: 128 MB",
                ])
    }()

    static let invoked = InvocationAnswer(#"{"statusCode": 201, "body": "{\"id\":7}"}"#)

    static let noPool = ControlError.refused(
        status: 404, code: "NotFoundException", message: "VPC link cold00 has no target pool", requestId: nil)

    static let vpcLinks: [VpcLink] = {
        func link(_ id: String, _ name: String, _ status: String) -> VpcLink {
            var link = VpcLink()
            link.id = id
            link.name = name
            link.status = status
            return link
        }
        return [
            link("shop00", "shop", "AVAILABLE"), link("cold00", "cold storage", "AVAILABLE"),
            link("bad000", "broken", "FAILED"),
        ]
    }()

    static let targetPools: [TargetPool] = {
        func target(
            _ host: String, _ health: TargetPool.Target.Health, _ numbers: (Int, Int, Int), reason: String? = nil,
            addresses: [String]? = nil
        ) -> TargetPool.Target {
            var target = TargetPool.Target(host: host, port: 9000)
            target.health = health
            target.reason = reason
            target.addresses = addresses
            (target.outstanding, target.requests, target.failures) = numbers
            return target
        }
        var shop = TargetPool(
            targets: [
                target("10.0.3.7", .healthy, (12, 48_204, 3), addresses: ["10.0.3.7"]),
                target("10.0.3.8", .unhealthy, (0, 20_117, 511), reason: "connection refused"),
                target("shop.internal", .healthy, (9, 31_020, 0), addresses: ["10.0.4.1", "10.0.4.2"]),
                target("10.0.3.9", .ejected, (1, 4410, 25), reason: "5 failures in a row"),
                target("10.0.3.6", .draining, (2, 99_011, 0)),
            ])
        shop.vpcLinkId = "shop00"
        shop.healthCheck = TargetPool.HealthCheck(path: "/health")
        shop.ejection = TargetPool.Ejection()
        return [shop]
    }()

    static let preview: IntegrationPreview = {
        var preview = IntegrationPreview(type: "HTTP")
        preview.httpMethod = "GET"
        preview.uri = "http://10.0.3.7:9000/orders/1"
        preview.headers = [
            .init(name: "Host", value: "10.0.3.7:9000"), .init(name: "X-Forwarded-For", value: "127.0.0.1"),
            .init(name: "Accept", value: "application/json"),
            .init(name: "X-Amzn-Trace-Id", value: "Root=1-6920b2df-0a1b2c3d4e5f60718293a4b5"),
            .init(name: "User-Agent", value: "AmazonAPIGateway_a1b2c3d4e5"),
            .init(name: "Content-Type", value: "application/json"), .init(name: "Content-Length", value: "10"),
        ]
        preview.body = #"{"id":"1"}"#
        return preview
    }()

    /// The pet store, whose `GET /orders` invokes a function and whose `POST /orders` goes through a VPC link.
    static let backendResources: [Resource] = resources.map { resource in
        guard resource.id == "ord000" else { return resource }
        var resource = resource
        var proxy = Integration(type: "AWS_PROXY")
        proxy.httpMethod = "POST"
        proxy.uri =
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
            + "arn:aws:lambda:us-east-1:000000000000:function:orders-create/invocations"
        resource.resourceMethods?["GET"]?.methodIntegration = proxy
        resource.resourceMethods?["POST"]?.methodIntegration?.connectionType = "VPC_LINK"
        resource.resourceMethods?["POST"]?.methodIntegration?.connectionId = "shop00"
        return resource
    }
}
