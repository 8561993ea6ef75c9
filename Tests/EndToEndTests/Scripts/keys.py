"""API keys and usage plans as boto3 manages them. Arguments: make|check, control, data, access key, secret, and for
check the API's id, the plan's, the key's and the key's value, which make printed."""

import datetime
import sys
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

mode, control, data, access, secret = sys.argv[1:6]
client = boto3.client(
    "apigateway", endpoint_url=control, region_name="us-east-1", aws_access_key_id=access,
    aws_secret_access_key=secret, config=Config(retries={"total_max_attempts": 1}))


def call(api, key=None):
    request = urllib.request.Request(data + "/prod")
    request.add_header("Host", api + ".execute-api.us-east-1.localhost")
    if key:
        request.add_header("x-api-key", key)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def expect(found, wanted):
    if found != wanted:
        sys.exit(f"found {found}, not {wanted}")


def usage(plan):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    first = str(today - datetime.timedelta(days=1))
    days = client.get_usage(usagePlanId=plan, startDate=first, endDate=str(today))["items"]
    return {key: [sum(day[0] for day in of_key), of_key[-1][1]] for key, of_key in days.items()}


def make():
    api = client.create_rest_api(name="keyed")
    root = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    client.put_method(**root, authorizationType="NONE", apiKeyRequired=True)
    client.put_method_response(**root, statusCode="200")
    client.put_integration(**root, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    client.put_integration_response(**root, statusCode="200")
    client.create_deployment(restApiId=api["id"], stageName="prod")
    expect(call(api["id"]), 403)
    file = "Name,Key,UsagePlanIds\nimported,%s,\n" % ("k" * 40)
    imported = client.import_api_keys(body=file.encode(), format="csv")
    expect((len(imported["ids"]), imported["warnings"]), (1, []))
    key = client.get_api_key(apiKey=imported["ids"][0], includeValue=True)
    plan = client.create_usage_plan(
        name="monthly", apiStages=[{"apiId": api["id"], "stage": "prod"}], quota={"limit": 5, "period": "MONTH"})
    expect(call(api["id"], key["value"]), 403)
    client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    expect([call(api["id"], key["value"]) for _ in range(3)], [200, 200, 200])
    expect(usage(plan["id"]), {key["id"]: [3, 2]})
    print(api["id"], plan["id"], key["id"], key["value"])


def check(api, plan, key, value):
    expect([call(api, value) for _ in range(3)], [200, 200, 429])
    client.update_usage(
        usagePlanId=plan, keyId=key, patchOperations=[{"op": "replace", "path": "/remaining", "value": "1"}])
    expect([call(api, value) for _ in range(2)], [200, 429])
    expect(usage(plan), {key: [6, 0]})
    stage = {"op": "remove", "path": "/apiStages", "value": api + ":prod"}
    client.update_usage_plan(usagePlanId=plan, patchOperations=[stage])
    expect(call(api, value), 403)
    client.delete_usage_plan(usagePlanId=plan)
    client.delete_api_key(apiKey=key)
    expect(client.get_api_keys()["items"], [])
    print("ok")


make() if mode == "make" else check(*sys.argv[6:])
