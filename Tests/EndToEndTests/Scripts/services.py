"""AWS integrations with services behind them. Arguments: control, data, access key, secret, endpoint of the services.
Prints the name of each service that a request through the gateway reached."""

import base64
import json
import sys
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

control, data, access, secret, services = sys.argv[1:6]
REGION = "us-east-1"
ROLE = "arn:aws:iam::000000000000:role/gateway"
gateway = boto3.client(
    "apigateway", endpoint_url=control, region_name=REGION, aws_access_key_id=access, aws_secret_access_key=secret,
    config=Config(retries={"total_max_attempts": 1}))
api = gateway.create_rest_api(name="services", binaryMediaTypes=["image/png"])


def service(name):
    return boto3.client(
        name, endpoint_url=services, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}))


def integrate(path, uri, verb="POST", to="POST", template=None, parameters=None, declared=None, answer=None, role=ROLE,
              headers=None):
    """A resource with one method in front of a service's action or path."""
    parent = api["rootResourceId"]
    for part in path.strip("/").split("/"):
        known = [
            r for r in gateway.get_resources(restApiId=api["id"], limit=500)["items"]
            if r.get("parentId") == parent and r["pathPart"] == part]
        parent = (known or [gateway.create_resource(restApiId=api["id"], parentId=parent, pathPart=part)])[0]["id"]
    place = {"restApiId": api["id"], "resourceId": parent, "httpMethod": verb}
    gateway.put_method(**place, authorizationType="NONE", requestParameters={name: False for name in declared or []})
    gateway.put_method_response(
        **place, statusCode="200", responseParameters={name: False for name in headers or {}})
    gateway.put_method_response(**place, statusCode="400")
    more = {"credentials": role} if role else {}
    gateway.put_integration(
        **place, type="AWS", integrationHttpMethod=to, uri="arn:aws:apigateway:%s:%s" % (REGION, uri),
        requestTemplates={"application/json": template} if template else {}, requestParameters=parameters or {}, **more)
    gateway.put_integration_response(
        **place, statusCode="200", responseParameters=headers or {},
        responseTemplates={"application/json": answer} if answer else {})
    gateway.put_integration_response(**place, statusCode="400", selectionPattern="4\\d{2}")


def call(path, body=None, verb="POST", headers=None):
    request = urllib.request.Request(
        "%s/_aws/execute-api/%s/prod%s" % (data, api["id"], path), data=body, method=verb,
        headers={"Content-Type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


def text(path, value=None, **more):
    status, body, _ = call(path, None if value is None else json.dumps(value).encode(), **more)
    if status != 200:
        sys.exit("%s answered %d: %s" % (path, status, body))
    return body.decode()


def expect(found, wanted):
    if found != wanted:
        sys.exit(f"found {found!r}, not {wanted!r}")


FORM = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}

# What the services have before the gateway is asked.
dynamodb = service("dynamodb")
dynamodb.create_table(
    TableName="pets", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
sqs = service("sqs")
queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
events_queue = sqs.create_queue(QueueName="events")["QueueUrl"]
topic = service("sns").create_topic(Name="news")["TopicArn"]
service("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
states = service("stepfunctions")
machine = states.create_state_machine(
    name="flow", roleArn=ROLE,
    definition=json.dumps({"StartAt": "a", "States": {"a": {"Type": "Pass", "End": True}}}))["stateMachineArn"]
kinesis = service("kinesis")
kinesis.create_stream(StreamName="clicks", ShardCount=1)
s3 = service("s3")
s3.create_bucket(Bucket="docs")
events = service("events")
events.put_rule(Name="all", EventPattern=json.dumps({"source": ["shop"]}))
events.put_targets(
    Rule="all", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:%s:000000000000:events" % REGION}])
service("ssm").put_parameter(Name="/shop/name", Value="Ada's", Type="String")
service("secretsmanager").create_secret(Name="door", SecretString="sesame")
key = service("kms").create_key()["KeyMetadata"]["KeyId"]
logs = service("logs")
logs.create_log_group(logGroupName="audit")
logs.create_log_stream(logGroupName="audit", logStreamName="s")

# What the gateway does with them.
integrate(
    "/pets", "dynamodb:action/PutItem",
    template='{"TableName": "pets", "Item": {"id": {"S": "$input.params(\'id\')"}, "name": {"S": $input.json(\'$.name\')}}}')
integrate(
    "/pets", "dynamodb:action/GetItem", verb="GET",
    template='{"TableName": "pets", "Key": {"id": {"S": "$input.params(\'id\')"}}}',
    answer="{\"name\": $input.json('$.Item.name.S')}")
integrate(
    "/missing", "dynamodb:action/GetItem", verb="GET", template='{"TableName": "none", "Key": {"id": {"S": "1"}}}')
integrate(
    "/news", "sns:action/Publish&Version=2010-03-31",
    parameters={
        "integration.request.querystring.TopicArn": "'%s'" % topic,
        "integration.request.querystring.Message": "method.request.body.text"})
integrate(
    "/orders", "sqs:path/000000000000/orders", parameters=FORM,
    template="Action=SendMessage&Version=2012-11-05&MessageBody=$util.urlEncode($input.body)")
integrate(
    "/orders/by-action", "sqs:action/SendMessage&Version=2012-11-05",
    parameters={
        "integration.request.querystring.QueueUrl": "'%s'" % queue,
        "integration.request.querystring.MessageBody": "method.request.querystring.m"},
    declared=["method.request.querystring.m"])
integrate(
    "/flow", "states:action/StartExecution",
    template='{"stateMachineArn": "%s", "input": "$util.escapeJavaScript($input.json(\'$\'))"}' % machine,
    answer="{\"started\": $input.json('$.executionArn')}", role=None)
integrate(
    "/clicks", "kinesis:action/PutRecord",
    template='{"StreamName": "clicks", "Data": "$util.base64Encode($input.json(\'$.page\'))", "PartitionKey": "p"}')
integrate(
    "/docs/{key+}", "s3:path/docs/{key}", verb="ANY", to="ANY",
    parameters={
        "integration.request.path.key": "method.request.path.key",
        "integration.request.header.Content-Type": "method.request.header.Content-Type"},
    declared=["method.request.path.key", "method.request.header.Content-Type"],
    headers={
        # As moto writes it; names are compared letter by letter.
        "method.response.header.Content-Type": "integration.response.header.content-type",
        "method.response.header.ETag": "integration.response.header.ETag"})
integrate(
    "/events", "events:action/PutEvents",
    parameters={
        "integration.request.header.X-Amz-Target": "'AWSEvents.PutEvents'",
        "integration.request.header.Content-Type": "'application/x-amz-json-1.1'"},
    template='{"Entries": [{"Source": "shop", "DetailType": "sold", "Detail": "$util.escapeJavaScript($input.json(\'$\'))"}]}')
integrate(
    "/name", "ssm:action/GetParameter", verb="GET",
    parameters={"integration.request.querystring.Name": "'/shop/name'"})
integrate(
    "/name/json", "ssm:action/GetParameter", verb="GET", template='{"Name": "/shop/name"}',
    answer="{\"name\": $input.json('$.Parameter.Value')}")
integrate(
    "/door", "secretsmanager:action/GetSecretValue", verb="GET", template='{"SecretId": "door"}',
    answer="{\"word\": $input.json('$.SecretString')}")
integrate("/keys", "kms:action/ListKeys", verb="GET", answer="$input.json('$.Keys[0].KeyId')")
integrate(
    "/audit", "logs:action/PutLogEvents",
    template='{"logGroupName": "audit", "logStreamName": "s", "logEvents": '
    '[{"timestamp": $context.requestTimeEpoch, "message": $input.json(\'$.text\')}]}')
integrate("/who", "sts:action/GetCallerIdentity&Version=2011-06-15", verb="GET")
gateway.create_deployment(restApiId=api["id"], stageName="prod")

text("/pets?id=7", {"name": "Rex \"the\" dog"})
expect(json.loads(text("/pets?id=7", verb="GET")), {"name": "Rex \"the\" dog"})
expect(dynamodb.get_item(TableName="pets", Key={"id": {"S": "7"}})["Item"]["name"], {"S": "Rex \"the\" dog"})
status, body, headers = call("/missing", verb="GET")
expect((status, headers["Content-Type"]), (400, "application/json"))
expect("ResourceNotFoundException" in body.decode(), True)
print("dynamodb")

text("/news", {"text": "spring & sale = 10 %"})
received = sqs.receive_message(QueueUrl=queue)["Messages"][0]
expect(json.loads(received["Body"])["Message"], "spring & sale = 10 %")
sqs.delete_message(QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"])
print("sns")

text("/orders", {"item": "tea & milk"})
received = sqs.receive_message(QueueUrl=queue)["Messages"][0]
expect(json.loads(received["Body"]), {"item": "tea & milk"})
sqs.delete_message(QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"])
text("/orders/by-action?m=a%20b%2Bc", {})
expect(sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"], "a b+c")
print("sqs")

started = json.loads(text("/flow", {"n": 1}))["started"]
expect(json.loads(states.describe_execution(executionArn=started)["input"]), {"n": 1})
print("states")

text("/clicks", {"page": "home"})
shard = kinesis.describe_stream(StreamName="clicks")["StreamDescription"]["Shards"][0]["ShardId"]
reader = kinesis.get_shard_iterator(StreamName="clicks", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
expect(kinesis.get_records(ShardIterator=reader["ShardIterator"])["Records"][0]["Data"], b'"home"')
print("kinesis")

picture = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
png = {"Content-Type": "image/png", "Accept": "image/png"}
expect(call("/docs/a/dot%20s.png", picture, verb="PUT", headers=png)[0], 200)
expect(s3.get_object(Bucket="docs", Key="a/dot s.png")["Body"].read(), picture)
status, body, headers = call("/docs/a/dot%20s.png", verb="GET", headers=png)
expect((status, body, headers["Content-Type"]), (200, picture, "image/png"))
expect(headers["ETag"].startswith('"'), True)
status, body, _ = call("/docs/none", verb="GET")
expect((status, "<Code>NoSuchKey</Code>" in body.decode()), (400, True))
expect(call("/docs/a/dot%20s.png", verb="DELETE")[0], 200)
print("s3")

text("/events", {"id": 3})
received = json.loads(sqs.receive_message(QueueUrl=events_queue)["Messages"][0]["Body"])
expect((received["source"], received["detail"]), ("shop", {"id": 3}))
print("events")

found = json.loads(text("/name", verb="GET"))["GetParameterResponse"]["GetParameterResult"]["Parameter"]
expect((found["Value"], found["Selector"]), ("Ada's", None))
expect(json.loads(text("/name/json", verb="GET")), {"name": "Ada's"})
print("ssm")

expect(json.loads(text("/door", verb="GET")), {"word": "sesame"})
print("secretsmanager")

expect(json.loads(text("/keys", verb="GET")), key)
print("kms")

text("/audit", {"text": "in"})
expect(logs.get_log_events(logGroupName="audit", logStreamName="s")["events"][0]["message"], "in")
print("logs")

# The role that the integration names, assumed with the engine's own credentials.
expect("assumed-role/gateway/sluice" in text("/who", verb="GET"), True)
print("sts")
