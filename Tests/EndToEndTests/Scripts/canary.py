"""Creates, deploys, canaries and promotes an API with boto3. Usage: canary.py CONTROL DATA BLUE GREEN KEY SECRET"""

import sys

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

control, data, blue, green, key, secret = sys.argv[1:7]


def client(key=key, secret=secret):
    return boto3.client(
        "apigateway", endpoint_url=control, region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key=secret, config=Config(retries={"total_max_attempts": 1}))


gateway = client()
api = gateway.create_rest_api(name="from boto3", description="a test", tags={"team": "pets"})
assert api["id"] and api["rootResourceId"], api
assert api["apiKeySource"] == "HEADER", api
resource = gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="who")
target = dict(restApiId=api["id"], resourceId=resource["id"], httpMethod="GET")
gateway.put_method(**target, authorizationType="NONE")
gateway.put_integration(
    **target, type="HTTP_PROXY", integrationHttpMethod="GET", uri="http://${stageVariables.backend}/who")
first = gateway.create_deployment(
    restApiId=api["id"], stageName="prod", description="v1", variables={"backend": blue})


def who():
    url = f"{data}/_aws/execute-api/{api['id']}/prod/who"
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200, (answer.status_code, answer.text)
    return answer.text


assert who() == "blue"
second = gateway.create_deployment(
    restApiId=api["id"], stageName="prod", description="v2",
    canarySettings={"percentTraffic": 50.0, "stageVariableOverrides": {"backend": green}, "useStageCache": False})
stage = gateway.get_stage(restApiId=api["id"], stageName="prod")
assert stage["deploymentId"] == first["id"], stage
assert stage["canarySettings"]["deploymentId"] == second["id"], stage
assert stage["canarySettings"]["percentTraffic"] == 50.0, stage
seen = {who() for _ in range(200)}
assert seen == {"blue", "green"}, seen

stage = gateway.update_stage(
    restApiId=api["id"], stageName="prod",
    patchOperations=[{"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"}])
assert stage["canarySettings"]["percentTraffic"] == 0.0, stage
assert {who() for _ in range(50)} == {"blue"}

stage = gateway.update_stage(
    restApiId=api["id"], stageName="prod",
    patchOperations=[
        {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"},
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"}])
assert stage["deploymentId"] == second["id"], stage
assert who() == "green"
stage = gateway.update_stage(
    restApiId=api["id"], stageName="prod", patchOperations=[{"op": "remove", "path": "/canarySettings"}])
assert "canarySettings" not in stage, stage

paths = {item["path"] for item in gateway.get_resources(restApiId=api["id"])["items"]}
assert paths == {"/", "/who"}, paths
account = gateway.get_account()
assert account["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}, account
assert account["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"], account


def refused(call, code, status):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error.response
        assert error.response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"], error.response
        return
    raise AssertionError(f"was not refused with {code}")


refused(lambda: gateway.get_rest_api(restApiId="nosuchapi1"), "NotFoundException", 404)
refused(lambda: gateway.delete_deployment(restApiId=api["id"], deploymentId=second["id"]), "BadRequestException", 400)
refused(lambda: client(key="AKIAUNKNOWNUNKNOWN00").get_account(), "UnrecognizedClientException", 403)
refused(lambda: client(secret="wrong").get_account(), "InvalidSignatureException", 403)
unsigned = requests.get(f"{control}/account", timeout=30)
assert unsigned.status_code == 403, unsigned.status_code
assert unsigned.headers["x-amzn-ErrorType"].startswith("MissingAuthenticationTokenException"), unsigned.headers
gateway.delete_rest_api(restApiId=api["id"])
refused(lambda: gateway.get_rest_api(restApiId=api["id"]), "NotFoundException", 404)
print("ok")
