"""Two customers' host names on one gateway, with a TLS backend that asks for the gateway's client certificate, as boto3
sets them up. Arguments: control, data, access key, secret, and the PEM file with the backend's certificate and key."""

import http.server
import json
import ssl
import sys
import threading
import urllib.error
import urllib.request

import boto3
from botocore.config import Config

control, data, access, secret, backend_pem = sys.argv[1:6]
client = boto3.client(
    "apigateway", endpoint_url=control, region_name="us-east-1", aws_access_key_id=access,
    aws_secret_access_key=secret, config=Config(retries={"total_max_attempts": 1}))


def expect(found, wanted):
    if found != wanted:
        sys.exit(f"found {found}, not {wanted}")


class Backend(http.server.BaseHTTPRequestHandler):
    """Says what it was asked for, and by whom."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        subject = dict(part[0] for part in self.connection.getpeercert()["subject"])
        body = json.dumps([self.path, subject["commonName"], self.client_address[1]]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(certificate):
    """A backend that lets in only who has this certificate. Gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(backend_pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=certificate)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def api(name, uri, certificate):
    made = client.create_rest_api(name=name)
    resource = client.create_resource(restApiId=made["id"], parentId=made["rootResourceId"], pathPart="{proxy+}")
    method = {"restApiId": made["id"], "resourceId": resource["id"], "httpMethod": "GET"}
    client.put_method(**method, authorizationType="NONE", requestParameters={"method.request.path.proxy": True})
    client.put_integration(
        **method, type="HTTP_PROXY", integrationHttpMethod="GET", uri=uri,
        requestParameters={"integration.request.path.proxy": "method.request.path.proxy"})
    client.create_deployment(restApiId=made["id"], stageName="prod")
    show(made["id"], certificate)
    return made["id"]


def show(id, certificate):
    client.update_stage(
        restApiId=id, stageName="prod",
        patchOperations=[{"op": "replace", "path": "/clientCertificateId", "value": certificate}])


def domain(name, mappings):
    client.create_domain_name(
        domainName=name, endpointConfiguration={"types": ["REGIONAL"]},
        regionalCertificateArn="arn:aws:acm:us-east-1:000000000000:certificate/c")
    for path, id in mappings.items():
        client.create_base_path_mapping(domainName=name, basePath=path, restApiId=id, stage="prod")


def call(host, path):
    request = urllib.request.Request(data + path)
    request.add_header("Host", host)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code


shown = client.generate_client_certificate()
port = serve(shown["pemEncodedCertificate"])
certificate = shown["clientCertificateId"]
orders = api("orders", f"https://localhost:{port}/orders-service/{{proxy}}", certificate)
shop = api("shop", f"https://127.0.0.1:{port}/shop-service/{{proxy}}", certificate)

domain("customer1.example.com", {"(none)": shop, "orders": orders})
domain("customer2.example.com", {"orders": orders})
expect(call("customer1.example.com", "/socks")[:2], ["/shop-service/socks", "ApiGateway"])
first = call("customer1.example.com", "/orders/7")
expect(first[:2], ["/orders-service/7", "ApiGateway"])
second = call("customer2.example.com", "/orders/8")
expect(second[:2], ["/orders-service/8", "ApiGateway"])
expect(call("customer2.example.com", "/socks"), 403)
expect(call("customer3.example.com", "/orders/7"), 403)

other = client.generate_client_certificate()
show(shop, other["clientCertificateId"])
expect(call("customer1.example.com", "/socks"), 500)
expect(call("customer1.example.com", "/orders/7")[0], "/orders-service/7")
show(shop, certificate)
expect(call("customer1.example.com", "/socks")[0], "/shop-service/socks")

expect(call(f"{orders}.execute-api.us-east-1.localhost", "/prod/7")[0], "/orders-service/7")
client.update_rest_api(
    restApiId=orders, patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}])
client.create_deployment(restApiId=orders, stageName="prod")
expect(call(f"{orders}.execute-api.us-east-1.localhost", "/prod/7"), 403)
expect(call("customer2.example.com", "/orders/8")[0], "/orders-service/8")

client.delete_base_path_mapping(domainName="customer2.example.com", basePath="orders")
expect(call("customer2.example.com", "/orders/8"), 403)
print("ok")
