/// The sample's API as an OpenAPI document, the way it would go to AWS.
struct ArchitectureDocument {
    /// Ids of the VPC links of the two services.
    var service1Link: String
    var service2Link: String
    /// `nil` leaves `/hello` out.
    var functionArn: String?
    /// Whether something stands for S3, DynamoDB and Step Functions.
    var hasAws: Bool
    var names: AwsStandIn.Names

    /// Who may call AWS's services for the gateway.
    static let role = "arn:aws:iam::000000000000:role/gateway"

    var text: String {
        var parts = [head, service("service1", service1Link), service("service2", service2Link)]
        if let functionArn { parts.append(hello(functionArn)) }
        if hasAws { parts += [docs, orders, shipments] }
        return parts.joined()
    }

    private var head: String {
        """
        openapi: 3.0.1
        info:
          title: storefront
          version: "1"
          description: Two services, documents, orders and shipments behind one gateway
        paths:

        """
    }

    /// The host of the address is what the servers see in `Host`; the link's pool says which of them gets the request.
    private func service(_ name: String, _ link: String) -> String {
        """
          /\(name)/{proxy+}:
            x-amazon-apigateway-any-method:
              parameters:
                - {name: proxy, in: path, required: true, schema: {type: string}}
              x-amazon-apigateway-integration:
                type: http_proxy
                httpMethod: ANY
                connectionType: VPC_LINK
                connectionId: \(link)
                uri: http://\(name).internal/{proxy}
                timeoutInMillis: 5000
                requestParameters: {integration.request.path.proxy: method.request.path.proxy}

        """
    }

    private func hello(_ functionArn: String) -> String {
        """
          /hello:
            get:
              x-amazon-apigateway-integration:
                type: aws_proxy
                httpMethod: POST
                uri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\(functionArn)/invocations

        """
    }

    private var docs: String {
        """
          /docs/{proxy+}:
            get:
              parameters:
                - {name: proxy, in: path, required: true, schema: {type: string}}
              responses: &withType
                "200": {description: ok, headers: {Content-Type: {schema: {type: string}}}}
                "404": {description: no such document, headers: {Content-Type: {schema: {type: string}}}}
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: GET
                uri: arn:aws:apigateway:us-east-1:s3:path/\(names.bucket)/{key}
                credentials: \(Self.role)
                requestParameters: {integration.request.path.key: method.request.path.proxy}
                responses:
                  default: &typed
                    statusCode: "200"
                    responseParameters:
                      method.response.header.Content-Type: integration.response.header.Content-Type
                  4\\d{2}: {<<: *typed, statusCode: "404"}

        """
    }

    private var orders: String {
        """
          /orders:
            get:
              responses: {"200": {description: ok}}
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: POST
                uri: arn:aws:apigateway:us-east-1:dynamodb:action/Scan
                credentials: \(Self.role)
                passthroughBehavior: never
                requestTemplates:
                  application/json: '{"TableName": "\(names.table)", "Limit": 20}'
                responses:
                  default:
                    statusCode: "200"
                    responseTemplates:
                      application/json: |
                        #set($found = $input.path('$'))
                        {"count": $found.Count, "orders": [#foreach($item in $found.Items)
                          {"id": "$item.id.S", "article": "$item.article.S"}#if($foreach.hasNext),#end#end
                        ]}
            post:
              responses: {"200": {description: ok}, "400": {description: refused}}
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: POST
                uri: arn:aws:apigateway:us-east-1:dynamodb:action/PutItem
                credentials: \(Self.role)
                passthroughBehavior: never
                requestTemplates:
                  application/json: |
                    {"TableName": "\(names.table)", "Item": {
                      "id": {"S": "$input.path('$.article')-$input.path('$.customer')"},
                      "article": {"S": "$input.path('$.article')"}}}
                responses:
                  default:
                    statusCode: "200"
                    responseTemplates:
                      application/json: '{"ordered": true, "request": "$context.requestId"}'
                  4\\d{2}: {statusCode: "400"}

        """
    }

    private var shipments: String {
        """
          /shipments:
            post:
              responses: {"200": {description: ok}, "400": {description: refused}}
              x-amazon-apigateway-integration:
                type: aws
                httpMethod: POST
                uri: arn:aws:apigateway:us-east-1:states:action/StartExecution
                credentials: \(Self.role)
                passthroughBehavior: never
                requestTemplates:
                  application/json: |
                    {"stateMachineArn": "\(names.stateMachine)", "input": "$util.escapeJavaScript($input.json('$'))"}
                responses:
                  default: {statusCode: "200"}
                  4\\d{2}: {statusCode: "400"}

        """
    }
}
