#!/usr/bin/env bash
# HTTP_PROXY through the whole pipeline beside nginx as a reverse proxy: the same backend, the same load, by turns.
# Prints requests a second, p50, p99 and CPU microseconds a request, each as the median of all rounds, with ratios.
#
#   swift build -c release && Tests/Benchmarks/proxy.sh
#
# Needs nginx, wrk, curl and taskset, and two cores: one for the proxy, one for load and backend.
# ROUNDS, DURATION (seconds), CONNECTIONS, PROXY_CORE, LOAD_CORE and SLUICE (the binary) can be set.
# SLUICE_URL and SLUICE_PID measure a data plane that is running already; then SLUICE_HOST is the Host header.
set -euo pipefail

rounds=${ROUNDS:-5}
duration=${DURATION:-5}
connections=${CONNECTIONS:-64}
proxy_core=${PROXY_CORE:-0}
load_core=${LOAD_CORE:-1}
sluice=${SLUICE:-.build/release/sluice}

for tool in nginx wrk curl taskset awk; do
    command -v "$tool" >/dev/null || { echo "$tool is needed: apt-get install nginx-light wrk curl util-linux gawk" >&2; exit 1; }
done

work=$(mktemp -d)
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

free_port() {
    # A port that nobody listens on at this moment.
    local port
    for port in $(shuf -i 20000-32000 -n 50); do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
    done
    echo "no free port found" >&2
    exit 1
}

await() {
    # await NAME URL: until something answers there, for ten seconds at most.
    local i
    for i in $(seq 200); do
        curl -s -o /dev/null --max-time 1 "$2" && return
        sleep 0.05
    done
    echo "$1 does not answer at $2" >&2
    exit 1
}

backend_port=$(free_port)
nginx_port=$(free_port)

cat >"$work/backend.conf" <<EOF
worker_processes 1; daemon off; master_process off; pid $work/backend.pid; error_log $work/backend.err;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
    client_body_temp_path $work/b1; proxy_temp_path $work/b2; fastcgi_temp_path $work/b3;
    uwsgi_temp_path $work/b4; scgi_temp_path $work/b5;
    server {
        listen 127.0.0.1:$backend_port backlog=1024;
        default_type application/json;
        location / { return 200 '{"message":"hello from the backend","items":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15],"padding":"01234567890123456789"}'; }
    }
}
EOF
# Tuned: one worker, connections to the backend kept, no log. It writes no request id, no metrics and no log record,
# which Sluice does.
cat >"$work/proxy.conf" <<EOF
worker_processes 1; daemon off; master_process off; pid $work/proxy.pid; error_log $work/proxy.err;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
    client_body_temp_path $work/p1; proxy_temp_path $work/p2; fastcgi_temp_path $work/p3;
    uwsgi_temp_path $work/p4; scgi_temp_path $work/p5;
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
}
EOF

taskset -c "$load_core" nginx -c "$work/backend.conf" 2>/dev/null &
pids+=($!)
taskset -c "$proxy_core" nginx -c "$work/proxy.conf" 2>/dev/null &
nginx_pid=$!
pids+=("$nginx_pid")
await backend "http://127.0.0.1:$backend_port/"
await nginx "http://127.0.0.1:$nginx_port/"

if [[ -n ${SLUICE_URL:-} ]]; then
    sluice_url=$SLUICE_URL
    sluice_pid=${SLUICE_PID:?SLUICE_PID has to be the process that answers SLUICE_URL}
    sluice_host=${SLUICE_HOST:-localhost}
    taskset -a -p -c "$proxy_core" "$sluice_pid" >/dev/null
else
    [[ -x $sluice ]] || { echo "$sluice is not there: swift build -c release" >&2; exit 1; }
    sluice_port=$(free_port)
    taskset -c "$proxy_core" "$sluice" serve --home "$work/home" --loops 1 \
        --listen "127.0.0.1:$sluice_port" --control off >"$work/ready" 2>"$work/sluice.err" &
    sluice_pid=$!
    pids+=("$sluice_pid")
    for _ in $(seq 200); do grep -q '^ready' "$work/ready" && break; sleep 0.05; done
    grep -q '^ready' "$work/ready" || { cat "$work/sluice.err" >&2; exit 1; }

    control() {
        # control METHOD PATH BODY
        curl -sS --fail-with-body --unix-socket "$work/home/control.sock" -X "$1" \
            -H 'Content-Type: application/json' -d "$3" "http://localhost$2"
    }
    member() { sed -E "s/.*\"$1\": ?\"([^\"]*)\".*/\1/"; }
    api=$(control POST /restapis '{"name":"benchmark"}')
    api_id=$(tr -d '\n' <<<"$api" | member id)
    root_id=$(tr -d '\n' <<<"$api" | member rootResourceId)
    proxy_id=$(control POST "/restapis/$api_id/resources/$root_id" '{"pathPart":"{proxy+}"}' | tr -d '\n' | member id)
    method="/restapis/$api_id/resources/$proxy_id/methods/ANY"
    control PUT "$method" \
        '{"authorizationType":"NONE","requestParameters":{"method.request.path.proxy":true}}' >/dev/null
    control PUT "$method/integration" "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"ANY\",\
\"uri\":\"http://127.0.0.1:$backend_port/{proxy}\",\
\"requestParameters\":{\"integration.request.path.proxy\":\"method.request.path.proxy\"}}" >/dev/null
    control POST "/restapis/$api_id/deployments" '{"stageName":"bench"}' >/dev/null
    sluice_url="http://127.0.0.1:$sluice_port/bench/hello"
    sluice_host="$api_id.execute-api.us-east-1.localhost"
fi
status=$(curl -s -o /dev/null -w '%{http_code}' -H "Host: $sluice_host" "$sluice_url")
[[ $status == 200 ]] || { echo "Sluice answers $status at $sluice_url" >&2; exit 1; }

ticks=$(getconf CLK_TCK)
cpu_ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

# measure NAME PID URL HOST → a line in $work/NAME: requests/s, p50 ms, p99 ms, CPU µs a request
measure() {
    local before after
    before=$(cpu_ticks "$2")
    taskset -c "$load_core" wrk -t1 -c"$connections" -d"${duration}s" --latency -H "Host: $4" "$3" >"$work/wrk"
    after=$(cpu_ticks "$2")
    if grep -Eq 'Non-2xx|Socket errors' "$work/wrk"; then
        echo "$1: $(grep -E 'Non-2xx|Socket errors' "$work/wrk")" >&2
        exit 1
    fi
    awk -v ticks="$((after - before))" -v hertz="$ticks" '
        function milliseconds(text) {
            if (text ~ /us$/) return text / 1000
            if (text ~ /ms$/) return text + 0
            return text * 1000
        }
        /^ +50%/ { p50 = milliseconds($2) }
        /^ +99%/ { p99 = milliseconds($2) }
        / requests in / { requests = $1 }
        /^Requests\/sec/ { rate = $2 }
        END { printf "%.0f %.3f %.3f %.2f\n", rate, p50, p99, ticks / hertz * 1e6 / requests }
    ' "$work/wrk" >>"$work/$1"
}

echo "# $(awk -F: '/model name/ { print $2; exit }' /proc/cpuinfo | sed 's/^ //'), $(nproc) cores, $(uname -sr)," \
    "$(nginx -v 2>&1 | sed 's/.*nginx/nginx/'), $connections connections, $rounds rounds of $duration s"
for round in $(seq "$rounds"); do
    measure nginx "$nginx_pid" "http://127.0.0.1:$nginx_port/hello" localhost
    measure sluice "$sluice_pid" "$sluice_url" "$sluice_host"
done

median() { awk -v column="$2" '{ print $column }' "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
echo "| | requests/s | p50 ms | p99 ms | CPU µs/request |"
echo "|---|---|---|---|---|"
for name in nginx sluice; do
    echo "| $name | $(median $name 1) | $(median $name 2) | $(median $name 3) | $(median $name 4) |"
done
awk -v a1="$(median nginx 1)" -v a2="$(median nginx 2)" -v a3="$(median nginx 3)" -v a4="$(median nginx 4)" \
    -v b1="$(median sluice 1)" -v b2="$(median sluice 2)" -v b3="$(median sluice 3)" -v b4="$(median sluice 4)" \
    'BEGIN { printf "| sluice / nginx | %.2f | %.2f | %.2f | %.2f |\n", b1 / a1, b2 / a2, b3 / a3, b4 / a4 }'
