"""Lambda's own API as boto3 uses it, waiters and paginators included. Arguments: make|check, control, access key,
secret. `make` leaves the function `kept` behind, `check` finds it again."""

import base64
import hashlib
import io
import json
import sys
import urllib.request
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

mode, control, access, secret = sys.argv[1:5]
lambda_ = boto3.client(
    "lambda", endpoint_url=control, region_name="us-east-1", aws_access_key_id=access, aws_secret_access_key=secret,
    config=Config(retries={"total_max_attempts": 1}))
role = "arn:aws:iam::000000000000:role/any"


def package(text):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("app.py", text)
    return buffer.getvalue()


def refused(call, code, status):
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == status, error.response
        assert error.response["Error"]["Message"], error.response
        return
    raise AssertionError(f"was not refused with {code}")


def create(name, code, **more):
    return lambda_.create_function(
        FunctionName=name, Runtime="python3.11", Role=role, Handler="app.handler", Code={"ZipFile": code}, **more)


def make():
    code = package("def handler(event, context):\n    return event\n")
    made = create("hello", code, Environment={"Variables": {"STAGE": "dev"}}, Tags={"team": "pets"}, Timeout=10)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201, made
    assert made["CodeSha256"] == base64.b64encode(hashlib.sha256(code).digest()).decode(), made
    lambda_.get_waiter("function_exists").wait(FunctionName="hello")
    lambda_.get_waiter("function_active_v2").wait(FunctionName="hello")
    refused(lambda: create("hello", code), lambda_.exceptions.ResourceConflictException.__name__, 409)
    shown = lambda_.get_function(FunctionName=made["FunctionArn"])
    assert shown["Configuration"]["Environment"] == {"Variables": {"STAGE": "dev"}}, shown
    assert shown["Tags"] == {"team": "pets"}, shown
    assert urllib.request.urlopen(shown["Code"]["Location"]).read() == code

    lambda_.update_function_code(FunctionName="hello", ZipFile=package("def handler(e, c):\n    return 2\n"))
    lambda_.get_waiter("function_updated_v2").wait(FunctionName="hello")
    changed = lambda_.update_function_configuration(FunctionName="hello", MemorySize=256)
    assert (changed["MemorySize"], changed["Timeout"]) == (256, 10), changed
    first = lambda_.publish_version(FunctionName="hello")
    assert (first["Version"], first["FunctionArn"]) == ("1", made["FunctionArn"] + ":1"), first
    alias = lambda_.create_alias(FunctionName="hello", Name="prod", FunctionVersion="1")
    assert alias["AliasArn"] == made["FunctionArn"] + ":prod", alias
    lambda_.update_function_configuration(FunctionName="hello", MemorySize=512)
    second = lambda_.publish_version(FunctionName="hello", Description="more memory")
    lambda_.get_waiter("published_version_active").wait(FunctionName="hello", Qualifier=second["Version"])
    weighted = lambda_.update_alias(
        FunctionName="hello", Name="prod", RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}})
    assert weighted["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.1}}, weighted
    assert lambda_.get_alias(FunctionName="hello", Name="prod")["FunctionVersion"] == "1"
    versions = [v["Version"] for v in lambda_.list_versions_by_function(FunctionName="hello")["Versions"]]
    assert versions == ["$LATEST", "1", "2"], versions

    lambda_.add_permission(
        FunctionName="hello", Qualifier="prod", StatementId="gateway", Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com", SourceArn="arn:aws:execute-api:us-east-1:000000000000:abc/*/*/*")
    policy = json.loads(lambda_.get_policy(FunctionName="hello", Qualifier="prod")["Policy"])
    assert policy["Statement"][0]["Principal"] == {"Service": "apigateway.amazonaws.com"}, policy
    lambda_.remove_permission(FunctionName="hello", Qualifier="prod", StatementId="gateway")
    refused(
        lambda: lambda_.get_policy(FunctionName="hello", Qualifier="prod"), "ResourceNotFoundException", 404)

    lambda_.put_function_concurrency(FunctionName="hello", ReservedConcurrentExecutions=3)
    assert lambda_.get_function_concurrency(FunctionName="hello")["ReservedConcurrentExecutions"] == 3
    lambda_.delete_function_concurrency(FunctionName="hello")
    lambda_.tag_resource(Resource=made["FunctionArn"], Tags={"stage": "dev"})
    lambda_.untag_resource(Resource=made["FunctionArn"], TagKeys=["team"])
    assert lambda_.list_tags(Resource=made["FunctionArn"])["Tags"] == {"stage": "dev"}
    assert lambda_.get_account_settings()["AccountUsage"]["FunctionCount"] == 1

    create("kept", code)
    pages = lambda_.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 1})
    names = [function["FunctionName"] for page in pages for function in page["Functions"]]
    assert names == ["hello", "kept"], names
    lambda_.delete_alias(FunctionName="hello", Name="prod")
    lambda_.delete_function(FunctionName="hello", Qualifier="1")
    lambda_.delete_function(FunctionName="hello")
    refused(lambda: lambda_.get_function(FunctionName="hello"), "ResourceNotFoundException", 404)
    refused(lambda: create("bad", b"no zip file"), "InvalidParameterValueException", 400)
    refused(
        lambda: lambda_.create_function(
            FunctionName="s3", Runtime="python3.11", Role=role, Handler="a.b", Code={"S3Bucket": "bucket", "S3Key": "k"}),
        "InvalidParameterValueException", 400)
    # Larger than what other calls may bring.
    large = io.BytesIO()
    with zipfile.ZipFile(large, "w", zipfile.ZIP_STORED) as file:
        file.writestr("app.py", "x" * (9 << 20))
    create("large", large.getvalue())
    lambda_.delete_function(FunctionName="large")


def check():
    shown = lambda_.get_function(FunctionName="kept")
    data = urllib.request.urlopen(shown["Code"]["Location"]).read()
    sha = base64.b64encode(hashlib.sha256(data).digest()).decode()
    assert sha == shown["Configuration"]["CodeSha256"], shown


make() if mode == "make" else check()
print("ok")
