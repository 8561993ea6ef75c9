// The Lambda Runtime API's client for Node: CommonJS and ES modules; handlers that are async, take a callback, or stream.
// Usage: node node_client.mjs FILE.HANDLER, in the folder with the code.

import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import util from "node:util";

const API = "/2018-06-01/runtime";
const [HOST, PORT] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const writeOut = process.stdout.write.bind(process.stdout);
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
let requestId = "undefined";

class Fault extends Error {
    constructor(name, message) {
        super(message);
        this.name = name;
    }
}

function call(method, route, body, headers = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request({ host: HOST, port: PORT, method, path: API + route, headers, agent }, (response) => {
            const parts = [];
            response.on("data", (part) => parts.push(part));
            response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
            response.on("error", reject);
        });
        request.setTimeout(0);
        request.setNoDelay(true);
        request.on("error", reject);
        request.end(body);
    });
}

function post(route, body, headers = {}) {
    const bytes = Buffer.from(body);
    return call("POST", route, bytes, { "Content-Type": "application/json", "Content-Length": bytes.length, ...headers });
}

function describe(error) {
    if (util.types.isNativeError(error) || error instanceof Error) {
        return { errorType: error.name || "Error", errorMessage: error.message, trace: (error.stack || "").split("\n") };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function fail(route, error) {
    const description = describe(error);
    console.error("Invoke Error", JSON.stringify({ ...description, trace: undefined, stack: description.trace }));
    await post(route, JSON.stringify(description), { "Lambda-Runtime-Function-Error-Type": description.errorType });
}

function prepareConsole() {
    const line = (level) => (...values) =>
        writeOut(`${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...values).replaceAll("\n", "\r")}\n`);
    console.log = console.info = line("INFO");
    console.debug = line("DEBUG");
    console.trace = line("TRACE");
    console.warn = line("WARN");
    console.error = line("ERROR");
}

function prepareStreaming() {
    globalThis.awslambda = {
        streamifyResponse(handler) {
            handler[STREAMING] = true;
            return handler;
        },
        HttpResponseStream: {
            from(stream, prelude) {
                stream.setContentType("application/vnd.awslambda.http-integration-response");
                stream.write(JSON.stringify(prelude));
                stream.write(Buffer.alloc(8));
                return stream;
            },
        },
    };
}

async function load(name) {
    const root = process.env.LAMBDA_TASK_ROOT || process.cwd();
    const folder = path.dirname(name);
    const base = path.basename(name);
    const dot = base.indexOf(".");
    if (dot < 1 || dot === base.length - 1) throw new Fault("Runtime.MalformedHandlerName", `Bad handler ${base}`);
    if (name.split("/").includes("..")) throw new Fault("Runtime.MalformedHandlerName", `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
    const moduleName = path.join(folder, base.slice(0, dot));
    const stem = path.resolve(root, moduleName);
    const file = [".js", ".mjs", ".cjs"].map((suffix) => stem + suffix).find((file) => fs.existsSync(file));
    let found;
    try {
        if (!file) found = createRequire(path.join(root, "index.js"))(stem);
        else if (file.endsWith(".cjs")) found = createRequire(file)(file);
        else found = await import(pathToFileURL(file).href);
    } catch (error) {
        if (error instanceof SyntaxError) throw Object.assign(new Fault("Runtime.UserCodeSyntaxError", String(error)), { stack: error.stack });
        if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
            const what = file ? error.message : `Cannot find module '${moduleName}'`;
            throw Object.assign(new Fault("Runtime.ImportModuleError", `Error: ${what}`), { stack: error.stack });
        }
        throw error;
    }
    const keys = base.slice(dot + 1).split(".");
    const reach = (from) => keys.reduce((value, key) => value?.[key], from);
    const handler = reach(found) ?? reach(found.default);
    if (handler === undefined) throw new Fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
    if (typeof handler !== "function") throw new Fault("Runtime.HandlerNotFound", `${name} is not a function`);
    return handler;
}

function context(headers, settle, options) {
    const deadline = Number(headers["lambda-runtime-deadline-ms"]);
    const parsed = (text) => (text ? JSON.parse(text) : undefined);
    return {
        get callbackWaitsForEmptyEventLoop() {
            return options.waits;
        },
        set callbackWaitsForEmptyEventLoop(waits) {
            options.waits = waits;
        },
        functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
        functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
        memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
        logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
        logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
        clientContext: parsed(headers["lambda-runtime-client-context"]),
        identity: parsed(headers["lambda-runtime-cognito-identity"]),
        invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
        awsRequestId: headers["lambda-runtime-aws-request-id"],
        getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
        done: (error, value) => settle(error, value),
        fail: (error) => settle(error ?? new Error("handled"), undefined),
        succeed: (value) => settle(null, value),
    };
}

// Settles once. A callback's result waits until the event loop has nothing left to do, unless the function says no.
function invoke(handler, event, headers) {
    return new Promise((resolve, reject) => {
        const options = { waits: true };
        const settle = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
        const settleLater = (error, value) => {
            if (!options.waits) return settle(error, value);
            process.removeAllListeners("beforeExit");
            process.once("beforeExit", () => settle(error, value));
        };
        process.removeAllListeners("beforeExit");
        process.once("beforeExit", () => resolve(null));
        const result = handler(event, context(headers, settle, options), settleLater);
        if (typeof result?.then === "function") result.then(resolve, reject);
    });
}

class ResponseStream extends Writable {
    parts = [];
    setContentType(type) {
        this.contentType = type;
    }
    _write(part, encoding, done) {
        this.parts.push(Buffer.isBuffer(part) ? part : Buffer.from(part, encoding));
        done();
    }
}

async function stream(handler, event, headers) {
    const output = new ResponseStream();
    const finished = new Promise((resolve, reject) => output.once("finish", resolve).once("error", reject));
    await handler(event, output, context(headers, () => output.end(), { waits: false }));
    output.end();
    await finished;
    return output;
}

function marshal(value) {
    try {
        return JSON.stringify(value === undefined ? null : value) ?? "null";
    } catch {
        throw new Fault("Runtime.MarshalError", "Unable to stringify response body as json");
    }
}

async function run(handler) {
    const { status, headers, body } = await call("GET", "/invocation/next");
    if (status !== 200) throw new Error(`the Runtime API answered ${status}`);
    requestId = headers["lambda-runtime-aws-request-id"];
    const trace = headers["lambda-runtime-trace-id"];
    if (trace) process.env._X_AMZN_TRACE_ID = trace;
    else delete process.env._X_AMZN_TRACE_ID;
    const route = `/invocation/${requestId}`;
    try {
        const event = JSON.parse(body.length ? body : "{}");
        if (handler[STREAMING]) {
            const output = await stream(handler, event, headers);
            await post(`${route}/response`, Buffer.concat(output.parts), {
                "Content-Type": output.contentType ?? "application/octet-stream",
                "Lambda-Runtime-Function-Response-Mode": "streaming",
            });
        } else {
            await post(`${route}/response`, marshal(await invoke(handler, event, headers)));
        }
    } catch (error) {
        await fail(`${route}/error`, error);
    }
}

function dieOf(error) {
    const route = requestId === "undefined" ? "/init/error" : `/invocation/${requestId}/error`;
    fail(route, error).finally(() => process.exit(129));
}

prepareConsole();
prepareStreaming();
process.on("uncaughtException", dieOf);
process.on("unhandledRejection", (reason) =>
    dieOf(Object.assign(new Fault("Runtime.UnhandledPromiseRejection", String(reason)), { reason })),
);

let handler;
try {
    handler = await load(process.argv[2] ?? process.env._HANDLER);
} catch (error) {
    await fail("/init/error", error);
    process.exit(1);
}
try {
    for (;;) await run(handler);
} catch (error) {
    // The engine is gone, or wants this environment no more.
    process.exit(1);
}
