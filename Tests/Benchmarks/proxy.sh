#!/usr/bin/env bash
# HTTP_PROXY through the whole pipeline beside nginx as a reverse proxy: the same backend, the same load, by turns.
# Prints requests a second, p50, p99 and CPU microseconds a request, each as the median of all rounds, with ratios.
#
#   swift build -c release && Tests/Benchmarks/proxy.sh
#
# Needs nginx, wrk, curl and taskset, and two cores: one for the proxy, one for load and backend.
# SLUICE_URL and SLUICE_PID measure a data plane that is running already; then SLUICE_HOST is the Host header.
set -euo pipefail
source "$(dirname "$0")/common.sh"
need nginx wrk curl taskset awk

start_backend
# Tuned: one worker, connections to the backend kept, no log. It writes no request id, no metrics and no log record,
# which Sluice does.
nginx_port=$(free_port)
start_nginx "$(nginx_configuration proxy <<END
    upstream backend { server 127.0.0.1:$backend_port; keepalive 256; keepalive_requests 1000000000; }
    server {
        listen 127.0.0.1:$nginx_port backlog=1024;
        location / {
            proxy_pass http://backend;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
        }
    }
END
)" "$nginx_port"

if [[ -n ${SLUICE_URL:-} ]]; then
    sluice_url=$SLUICE_URL
    sluice_pid=${SLUICE_PID:?SLUICE_PID has to be the process that answers SLUICE_URL}
    sluice_host=${SLUICE_HOST:-localhost}
    taskset -a -p -c "$proxy_core" "$sluice_pid" >/dev/null
else
    start_sluice
    make_api
    method="/restapis/$api_id/resources/$(make_resource '{proxy+}')/methods/ANY"
    control PUT "$method" \
        '{"authorizationType":"NONE","requestParameters":{"method.request.path.proxy":true}}' >/dev/null
    control PUT "$method/integration" "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"ANY\",\
\"uri\":\"http://127.0.0.1:$backend_port/{proxy}\",\
\"requestParameters\":{\"integration.request.path.proxy\":\"method.request.path.proxy\"}}" >/dev/null
    control POST "/restapis/$api_id/deployments" '{"stageName":"bench"}' >/dev/null
    sluice_url="http://127.0.0.1:$sluice_port/bench/hello"
fi
expect 200 "$sluice_host" "$sluice_url"

machine
for _ in $(seq "$rounds"); do
    measure nginx "$nginx_pid" "http://127.0.0.1:$nginx_port/hello" localhost
    measure sluice "$sluice_pid" "$sluice_url" "$sluice_host"
done
table nginx sluice
ratio sluice nginx
