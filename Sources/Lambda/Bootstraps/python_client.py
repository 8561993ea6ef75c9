"""The Lambda Runtime API's client for Python, for machines without awslambdaric: same handlers, context and errors.

Usage: python3 python_client.py MODULE.HANDLER, in the folder with the code.
"""

import decimal
import http.client
import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

API = "/2018-06-01/runtime"
PLAIN_UNICODE = sys.version_info >= (3, 12)


class Fault(Exception):
    """What went wrong before or beside the handler, by Lambda's own name for it."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.message, self.trace = kind, message, list(trace)


class RuntimeApi:
    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def next(self):
        self.connection.request("GET", API + "/invocation/next")
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit("the Runtime API answered %d: %r" % (answer.status, body[:200]))
        return answer.headers, body

    def post(self, path, body, headers=None):
        headers = dict(headers or {}, **{"Content-Type": "application/json"})
        self.connection.request("POST", API + path, body, headers)
        self.connection.getresponse().read()

    def respond(self, request_id, body):
        self.post("/invocation/%s/response" % request_id, body)

    def fail(self, path, kind, message, trace, request_id=""):
        error = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}
        self.post(path, json.dumps(error).encode(), {"Lambda-Runtime-Function-Error-Type": kind})


class Identity:
    def __init__(self, values):
        self.cognito_identity_id = values.get("cognitoIdentityId")
        self.cognito_identity_pool_id = values.get("cognitoIdentityPoolId")


class Client:
    NAMES = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __init__(self, values):
        for name in self.NAMES:
            setattr(self, name, values.get(name))


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = Client(values.get("client") or {})


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self._deadline = int(headers.get("Lambda-Runtime-Deadline-Ms") or 0)
        client = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(client)) if client else None
        self.identity = Identity(json.loads(headers.get("Lambda-Runtime-Cognito-Identity") or "{}"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class RequestIdFilter(logging.Filter):
    request_id = ""

    def filter(self, record):
        record.aws_request_id = RequestIdFilter.request_id
        return True


def prepare_logging():
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
        )
    )
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


def load(name):
    if "." not in name:
        raise Fault(
            "Runtime.MalformedHandlerName", "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name
        )
    module_name, function_name = name.rsplit(".", 1)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, (error.text or "").strip())]
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    handler = getattr(module, function_name, None)
    if handler is None:
        raise Fault(
            "Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name)
        )
    return handler


def plain(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def marshal(value):
    try:
        return json.dumps(value, default=plain, ensure_ascii=not PLAIN_UNICODE).encode()
    except (TypeError, ValueError, OverflowError, RecursionError, decimal.DecimalException) as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def unmarshal(body):
    try:
        return json.loads(body) if body else {}
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)


def frames(error):
    """The stack below this file, a string a frame."""
    entries = traceback.extract_tb(error.__traceback__)
    return traceback.format_list([entry for entry in entries if entry[0] != __file__])


def describe(kind, message, trace):
    text = "[ERROR] %s: %s" % (kind, message) if message else "[ERROR] %s" % kind
    return text + ("\nTraceback (most recent call last):\n" + "".join(trace) if trace else "")


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass


def run(api, handler, headers, body):
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    RequestIdFilter.request_id = request_id
    trace_id = headers.get("Lambda-Runtime-Trace-Id")
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    try:
        answer = marshal(handler(unmarshal(body), Context(headers)))
    except Fault as fault:
        kind, message, trace = fault.kind, fault.message, fault.trace
    except Exception as error:
        kind, message, trace = type(error).__name__, str(error), frames(error)
    else:
        flush()
        api.respond(request_id, answer)
        return
    print(describe(kind, message, trace))
    flush()
    api.fail("/invocation/%s/error" % request_id, kind, message, trace, request_id)


def main():
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    # The folder with the code stands where this file's own folder stood.
    sys.path[0] = os.environ.get("LAMBDA_TASK_ROOT", os.getcwd())
    prepare_logging()
    try:
        handler = load(sys.argv[1] if len(sys.argv) > 1 else os.environ["_HANDLER"])
    except Fault as fault:
        kind, message, trace = fault.kind, fault.message, fault.trace
    except Exception as error:
        kind, message, trace = type(error).__name__, str(error), frames(error)
    else:
        while True:
            run(api, handler, *api.next())
    print(describe(kind, message, trace))
    flush()
    api.fail("/init/error", kind, message, trace)
    sys.exit(1)


if __name__ == "__main__":
    main()
