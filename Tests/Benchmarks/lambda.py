#!/usr/bin/env python3
"""What the gateway adds to a warm Lambda invocation: the same function of this machine is called through an AWS_PROXY
method and directly, by Lambda's Invoke on the control socket, by turns, one call at a time over kept connections.

    swift build -c release && Tests/Benchmarks/lambda.py

The functions are Python (its own client of the Runtime API) and, where there is node, JavaScript; each answers at once.
Nothing passes or fails by the clock."""
import argparse, http.client, json, os, shutil, socket, statistics, subprocess, sys, tempfile, time

arguments = argparse.ArgumentParser()
arguments.add_argument("--rounds", type=int, default=10)
arguments.add_argument("--calls", type=int, default=500, help="calls of each kind in a round")
arguments.add_argument("--sluice", default=os.environ.get("SLUICE", ".build/release/sluice"))
A = arguments.parse_args()
home = tempfile.mkdtemp(prefix="sluice-lambda-")
CODE = {
    "python3.12": ("app.py", "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"),
    "nodejs20.x": ("app.js", "exports.handler = async () => ({statusCode: 200, body: 'hello'});\n"),
}


class Control(http.client.HTTPConnection):
    """The control socket."""

    def __init__(self):
        super().__init__("localhost")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(home + "/control.sock")

    def call(self, verb, path, body=None):
        self.request(verb, path, None if body is None else json.dumps(body))
        answer = self.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"{verb} {path} answers {answer.status}: {text[:400].decode()}")
        return json.loads(text or b"{}")


def timed(connection, verb, path, body, headers, wanted):
    began = time.perf_counter()
    connection.request(verb, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200 or wanted not in text:
        sys.exit(f"{path} answers {answer.status}: {text[:400].decode()}")
    return took


engine = subprocess.Popen(
    [A.sluice, "serve", "--home", home, "--listen", "127.0.0.1:0", "--control", "off"], stdout=subprocess.PIPE, text=True)
rows = []
try:
    line = engine.stdout.readline()
    if not line.startswith("ready"):
        sys.exit("the engine did not start")
    port = int(line.split("data=http://127.0.0.1:")[1].split()[0])
    control = Control()
    for runtime, (file, code) in CODE.items():
        if runtime.startswith("node") and not shutil.which("node"):
            continue
        name = runtime.split(".")[0]
        folder = os.path.join(home, "code-" + name)
        os.mkdir(folder)
        with open(os.path.join(folder, file), "w") as out:
            out.write(code)
        arn = control.call("POST", "/2015-03-31/functions", {
            "FunctionName": name, "Runtime": runtime, "Handler": "app.handler", "Timeout": 10,
            "Role": "arn:aws:iam::000000000000:role/benchmark", "Code": {"SluiceFolder": folder}})["FunctionArn"]
        control.call("POST", f"/2015-03-31/functions/{name}/policy", {
            "StatementId": "gateway", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"})
        api = control.call("POST", "/restapis?mode=import", {
            "openapi": "3.0.1", "info": {"title": name, "version": "1"}, "paths": {"/hello": {"get": {
                "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri":
                    f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"}}}}})["id"]
        control.call("POST", f"/restapis/{api}/deployments", {"stageName": "prod"})
        gateway = http.client.HTTPConnection("127.0.0.1", port)
        through = lambda: timed(gateway, "GET", "/prod/hello", None,
                                {"Host": f"{api}.execute-api.us-east-1.localhost"}, b"hello")
        direct = lambda: timed(control, "POST", f"/2015-03-31/functions/{name}/invocations", b"{}", {}, b"hello")
        for _ in range(50):
            through(), direct()
        gatewayTimes, directTimes = [], []
        for _ in range(A.rounds):
            gatewayTimes += [through() for _ in range(A.calls)]
            directTimes += [direct() for _ in range(A.calls)]
        inside = next(f for f in control.call("GET", "/sluice/functions")["item"] if f["functionName"] == name)
        one, other = statistics.median(gatewayTimes), statistics.median(directTimes)
        rows.append((runtime, inside.get("durationP50"), one, other, one - other,
                     statistics.quantiles(gatewayTimes, n=100)[98]))
finally:
    engine.terminate()
    engine.wait()
    shutil.rmtree(home, ignore_errors=True)

print(f"# {os.cpu_count()} cores, {A.rounds} rounds of {A.calls} calls")
print("| runtime | in the function p50 ms | through the gateway p50 ms | Invoke p50 ms | gateway adds ms | gateway p99 ms |")
print("|---|---|---|---|---|---|")
for runtime, inside, one, other, added, p99 in rows:
    print(f"| {runtime} | {inside if inside is None else round(inside, 2)} | {one:.2f} | {other:.2f} | {added:.2f} | {p99:.2f} |")
