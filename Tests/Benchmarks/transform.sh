#!/usr/bin/env bash
# What templates and schemas cost: MOCK methods that answer a 2 KB JSON body as it is, render a mapping template from
# it, validate it against a model, and do both, by turns.
# Prints requests a second, p50, p99 and CPU microseconds a request, each as the median of all rounds.
#
#   swift build -c release && Tests/Benchmarks/transform.sh
#
# Needs wrk, curl, taskset and python3, and two cores: one for the engine, one for the load.
set -euo pipefail
source "$(dirname "$0")/common.sh"
need wrk curl taskset awk python3 nginx

# An order with 16 lines, 2 KB.
python3 - "$work" <<'END'
import json, sys
folder = sys.argv[1]
order = {"id": "o-1001", "customer": {"name": "Ada Lovelace", "email": "ada@example.com", "tier": "gold"},
    "lines": [{"sku": f"SKU-{n:04}", "name": f"Article number {n}", "quantity": n % 5 + 1, "price": 9.5 + n,
        "tags": ["a", "b"]} for n in range(16)], "note": "x" * 300, "express": True}
body = json.dumps(order)
open(f"{folder}/body.json", "w").write(body)
quoted = body.replace("\\", "\\\\").replace("'", "\\'")
open(f"{folder}/post.lua", "w").write(
    f"wrk.method = 'POST'\nwrk.body = '{quoted}'\nwrk.headers['Content-Type'] = 'application/json'\n")
line = {"type": "object", "required": ["sku", "quantity", "price"], "properties": {
    "sku": {"type": "string", "pattern": "^SKU-[0-9]{4}$"}, "name": {"type": "string", "maxLength": 80},
    "quantity": {"type": "integer", "minimum": 1}, "price": {"type": "number", "minimum": 0},
    "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True}}}
schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object",
    "required": ["id", "customer", "lines"], "properties": {"id": {"type": "string"},
    "customer": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"},
        "email": {"type": "string", "format": "email"}, "tier": {"enum": ["gold", "silver", "none"]}}},
    "lines": {"type": "array", "minItems": 1, "items": line}, "express": {"type": "boolean"}}}
open(f"{folder}/model.json", "w").write(json.dumps(
    {"name": "Order", "contentType": "application/json", "schema": json.dumps(schema)}))
template = """#set($order = $input.path('$'))
{
  "orderId": "$order.id",
  "customer": "$util.escapeJavaScript($order.customer.name)",
  "lines": [#foreach($line in $order.lines)
    {"article": "$line.sku", "pieces": $line.quantity, "position": $foreach.count}#if($foreach.hasNext),#end
#end
  ],
  "express": $order.express,
  "stage": "$context.stage",
  "request": "$context.requestId"
}"""
# The request's template of a MOCK gives the status alone; what is rendered there is rendered and then parsed.
render = template.replace('"orderId"', '"statusCode": 200,\n  "orderId"')
plain = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
open(f"{folder}/plain.json", "w").write(json.dumps(plain))
open(f"{folder}/render.json", "w").write(json.dumps(
    {"type": "MOCK", "requestTemplates": {"application/json": render}}))
END

start_sluice
make_api
control POST "/restapis/$api_id/models" @"$work/model.json" >/dev/null
validator=$(control POST "/restapis/$api_id/requestvalidators" \
    '{"name":"body","validateRequestBody":true,"validateRequestParameters":false}' | member id)
validated="\"requestValidatorId\":\"$validator\",\"requestModels\":{\"application/json\":\"Order\"}"
make_method() {
    # make_method NAME INTEGRATION EXTRA
    local method
    method="/restapis/$api_id/resources/$(make_resource "$1")/methods/POST"
    control PUT "$method" "{\"authorizationType\":\"NONE\"${3:+,$3}}" >/dev/null
    control PUT "$method/integration" @"$work/$2.json" >/dev/null
    control PUT "$method/responses/200" '{}' >/dev/null
    control PUT "$method/integration/responses/200" '{"responseTemplates":{"application/json":"{}"}}' >/dev/null
}
make_method mock plain ""
make_method template render ""
make_method schema plain "$validated"
make_method both render "$validated"
control POST "/restapis/$api_id/deployments" '{"stageName":"bench"}' >/dev/null

names=(mock template schema both)
for name in "${names[@]}"; do
    expect 200 "$sluice_host" "http://127.0.0.1:$sluice_port/bench/$name" -H 'Content-Type: application/json' \
        --data-binary @"$work/body.json"
done
# A validator that let everything through would measure nothing.
expect 400 "$sluice_host" "http://127.0.0.1:$sluice_port/bench/schema" -H 'Content-Type: application/json' -d '{"id":1}'

machine
echo "# body of $(wc -c <"$work/body.json") bytes"
for _ in $(seq "$rounds"); do
    for name in "${names[@]}"; do
        measure "$name" "$sluice_pid" "http://127.0.0.1:$sluice_port/bench/$name" "$sluice_host" -s "$work/post.lua"
    done
done
table "${names[@]}"
