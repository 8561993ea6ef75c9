#!/usr/bin/env python3
"""What many APIs cost: imports them, pages through their resources, restarts, and publishes a large stage under traffic.

    swift build -c release && Tests/Benchmarks/scale.py [--apis 1000] [--resources 300]

Prints a table with the figures and what is aimed at. Nothing passes or fails by the clock; a request that fails while a
stage is published is told as it is."""
import argparse, http.client, json, os, random, shutil, socket, statistics, subprocess, sys, tempfile, threading, time

arguments = argparse.ArgumentParser()
arguments.add_argument("--apis", type=int, default=1000)
arguments.add_argument("--resources", type=int, default=300)
arguments.add_argument("--pages", type=int, default=1000, help="GetResources calls")
arguments.add_argument("--publications", type=int, default=30)
arguments.add_argument("--sluice", default=os.environ.get("SLUICE", ".build/release/sluice"))
A = arguments.parse_args()
home = tempfile.mkdtemp(prefix="sluice-scale-")


class Control(http.client.HTTPConnection):
    """The control socket."""

    def __init__(self):
        super().__init__("localhost")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(home + "/control.sock")

    def call(self, verb, path, body=None, status=(200, 201, 202)):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self.request(verb, path, data)
        answer = self.getresponse()
        text = answer.read()
        if answer.status not in status:
            sys.exit(f"{verb} {path} answers {answer.status}: {text[:400].decode()}")
        return json.loads(text or b"{}")


def start():
    began = time.monotonic()
    engine = subprocess.Popen(
        [A.sluice, "serve", "--home", home, "--listen", "127.0.0.1:0", "--control", "off"], stdout=subprocess.PIPE,
        text=True)
    line = engine.stdout.readline()
    if not line.startswith("ready"):
        sys.exit("the engine did not start")
    port = int(line.split("data=http://127.0.0.1:")[1].split()[0])
    return engine, port, time.monotonic() - began


def memory(engine):
    """Resident bytes."""
    with open(f"/proc/{engine.pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def document(number, resources):
    """An API with a GET on every resource, at most ten on one level. The root is one of the resources."""
    paths = ["/"]
    for n in range(resources - 1):
        parent = paths[n // 10]
        paths.append((parent if parent != "/" else "") + f"/r{n}")
    method = lambda n: {
        "get": {
            "responses": {"200": {"description": "ok"}},
            "x-amazon-apigateway-integration": {
                "type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'},
                "responses": {"default": {"statusCode": "200", "responseTemplates": {
                    "application/json": '{"resource": %d}' % n}}},
            },
        }
    }
    return json.dumps({
        "openapi": "3.0.1", "info": {"title": f"api-{number}", "version": "1"},
        "paths": {path: method(n) for n, path in enumerate(paths)},
    }).encode()


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def traffic(port, host, path, stop, failures, counts):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    count = 0
    while not stop.is_set():
        try:
            connection.request("GET", path, headers={"Host": host})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                failures.append(answer.status)
        except OSError as error:
            failures.append(repr(error))
            connection.close()
        count += 1
    counts.append(count)


rows = []
engine, port, _ = start()
try:
    control = Control()
    control.call("GET", "/sluice/health")
    before = memory(engine)
    documents = [document(n, A.resources) for n in range(min(A.apis, 20))]
    ids = []
    began = time.monotonic()
    for n in range(A.apis):
        ids.append(control.call("POST", "/restapis?mode=import", documents[n % len(documents)])["id"])
    took = time.monotonic() - began
    total = A.apis * A.resources
    rows.append(("import", f"{total / took:,.0f} resources/s", "≥ 5,000"))
    rows.append(("memory of a resource that is not deployed",
                 f"{(memory(engine) - before) / total:,.0f} bytes", "≤ 1,024"))

    for name, query in (("25 resources (the default)", ""), ("500 resources with methods", "?limit=500&embed=methods")):
        times = []
        for _ in range(A.pages):
            began = time.monotonic()
            control.call("GET", f"/restapis/{random.choice(ids)}/resources{query}")
            times.append((time.monotonic() - began) * 1000)
        rows.append((f"GetResources, {name}: p50, p99",
                     f"{statistics.median(times):.1f} ms, {percentile(times, 0.99):.1f} ms", "p99 < 20 ms"))

    control.call("POST", f"/restapis/{ids[0]}/deployments", {"stageName": "prod"})
    control.close()
    engine.terminate()
    engine.wait()
    engine, port, ready = start()
    rows.append(("start to ready", f"{ready:.2f} s", "< 3 s"))
    rows.append(("memory after the start", f"{memory(engine) / 1e6:,.0f} MB", ""))

    control = Control()
    stop, failures, counts = threading.Event(), [], []
    threads = [threading.Thread(target=traffic, args=(
        port, f"{ids[0]}.execute-api.us-east-1.localhost", "/prod/", stop, failures, counts)) for _ in range(4)]
    for thread in threads:
        thread.start()
    times = []
    for _ in range(A.publications):
        began = time.monotonic()
        control.call("POST", f"/restapis/{ids[0]}/deployments", {"stageName": "prod"})
        times.append((time.monotonic() - began) * 1000)
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    rows.append((f"publish a {A.resources}-resource stage under traffic: p50, max",
                 f"{statistics.median(times):.1f} ms, {max(times):.1f} ms", "< 50 ms"))
    rows.append((f"requests that failed meanwhile, of {sum(counts):,}", f"{len(failures)} {failures[:3] or ''}", "0"))
finally:
    engine.terminate()
    engine.wait()
    shutil.rmtree(home, ignore_errors=True)

print(f"# {A.apis} APIs of {A.resources} resources, {os.cpu_count()} cores")
print("| | measured | aim |\n|---|---|---|")
for row in rows:
    print("| " + " | ".join(row) + " |")
