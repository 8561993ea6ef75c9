#!/usr/bin/env bash
# Target pools: the same request through a VPC link with 2 targets and with 1,000, by turns, for both algorithms.
# Prints requests a second, p50, p99 and CPU microseconds a request, each as the median of all rounds, with ratios.
#
#   swift build -c release && Tests/Benchmarks/pools.sh
#
# Needs nginx, wrk, curl and taskset, and two cores: one for the gateway, one for load and backend. All targets are one
# nginx, under as many addresses of 127.0.0.0/8: Linux has them all on its loopback. With 1,000 targets there are as
# many kept connections, whose cost is measured with that of the pick.
set -euo pipefail
source "$(dirname "$0")/common.sh"
need nginx wrk curl taskset awk
ulimit -n 16384

backend_port=$(free_port)
file=$(nginx_configuration backend <<END
    server {
        listen 0.0.0.0:$backend_port backlog=1024;
        default_type application/json;
        location / { return 200 '{"message":"hello from the backend","items":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15],"padding":"01234567890123456789"}'; }
    }
END
)
sed -i 's/worker_connections 4096/worker_connections 12288/' "$file"
taskset -c "$load_core" nginx -c "$file" 2>/dev/null &
pids+=($!)
await backend "http://127.0.0.1:$backend_port/"

targets() {
    # targets COUNT → [{"host":"127.0.0.1","port":…},…]
    awk -v count="$1" -v port="$backend_port" 'BEGIN {
        for (i = 0; i < count; i++)
            printf "%s{\"host\":\"127.0.%d.%d\",\"port\":%d}", i ? "," : "[", i / 250, i % 250 + 1, port
        print "]" }'
}

start_sluice
make_api
names=()
make_pool() {
    # make_pool NAME COUNT ALGORITHM: a link with so many targets behind /NAME
    local link method
    link=$(control POST /vpclinks "{\"name\":\"$1\",\"targetArns\":[\"arn:aws:elasticloadbalancing:us-east-1:\
000000000000:loadbalancer/net/n/0123456789abcdef\"]}" | member id)
    control PUT "/sluice/vpclinks/$link/targetpool" "{\"algorithm\":\"$3\",\"targets\":$(targets "$2")}" >/dev/null
    method="/restapis/$api_id/resources/$(make_resource "$1")/methods/GET"
    control PUT "$method" '{"authorizationType":"NONE"}' >/dev/null
    control PUT "$method/integration" "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"GET\",\"connectionType\":\"VPC_LINK\",\
\"connectionId\":\"$link\",\"uri\":\"http://service.test/hello\"}" >/dev/null
    names+=("$1")
}
make_pool round-robin-2 2 round_robin
make_pool round-robin-1000 1000 round_robin
make_pool least-outstanding-2 2 least_outstanding_requests
make_pool least-outstanding-1000 1000 least_outstanding_requests
control POST "/restapis/$api_id/deployments" '{"stageName":"bench"}' >/dev/null

for name in "${names[@]}"; do
    expect 200 "$sluice_host" "http://127.0.0.1:$sluice_port/bench/$name"
    # Until every target has its connections.
    warm=0
    while ((warm < 5000)); do
        count=$(taskset -c "$load_core" wrk -t1 -c"$connections" -d2s -H "Host: $sluice_host" \
            "http://127.0.0.1:$sluice_port/bench/$name" | awk '/ requests in / { print $1 }')
        warm=$((warm + count))
    done
done

machine
for _ in $(seq "$rounds"); do
    for name in "${names[@]}"; do
        measure "$name" "$sluice_pid" "http://127.0.0.1:$sluice_port/bench/$name" "$sluice_host"
    done
done
table "${names[@]}"
ratio round-robin-1000 round-robin-2
ratio least-outstanding-1000 least-outstanding-2
