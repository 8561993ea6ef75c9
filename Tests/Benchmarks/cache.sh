#!/usr/bin/env bash
# Cache hits: a stage cache beside nginx `proxy_cache` and Varnish, the same backend, the same load, by turns.
# Prints requests a second, p50, p99 and CPU microseconds a request, each as the median of all rounds, with ratios.
#
#   swift build -c release && Tests/Benchmarks/cache.sh
#
# Needs nginx, varnishd, wrk, curl and taskset, and two cores: one for the cache, one for load and backend.
set -euo pipefail
source "$(dirname "$0")/common.sh"
export PATH=$PATH:/usr/sbin
need nginx varnishd wrk curl taskset awk

start_backend
# Tuned: one worker, the cache on a file system in memory where there is one, kept connections, no log.
cache_folder=$work/cache
[[ -w /dev/shm ]] && cache_folder=$(mktemp -d /dev/shm/sluice-bench.XXXXXX)
trap 'cleanup; rm -rf "$cache_folder"' EXIT
nginx_port=$(free_port)
start_nginx "$(nginx_configuration cache <<END
    proxy_cache_path $cache_folder levels=1:2 keys_zone=bench:10m max_size=100m inactive=60m use_temp_path=off;
    open_file_cache max=1000 inactive=60m; open_file_cache_valid 60m;
    sendfile on;
    upstream backend { server 127.0.0.1:$backend_port; keepalive 64; }
    server {
        listen 127.0.0.1:$nginx_port backlog=1024;
        location / {
            proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_cache bench; proxy_cache_key \$uri; proxy_cache_valid 200 60m; proxy_cache_lock on;
        }
    }
END
)" "$nginx_port"

varnish_port=$(free_port)
cat >"$work/bench.vcl" <<END
vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "$backend_port"; }
sub vcl_backend_response { set beresp.ttl = 1h; }
END
taskset -c "$proxy_core" varnishd -j none -F -n "$work/varnish" -a "127.0.0.1:$varnish_port" -f "$work/bench.vcl" \
    -s malloc,64m -p thread_pools=1 >"$work/varnish.log" 2>&1 &
pids+=($!)
varnish_parent=$!
await varnish "http://127.0.0.1:$varnish_port/hello"
# The child does the work.
varnish_pid=$(cat "/proc/$varnish_parent/task/$varnish_parent/children" | awk '{ print $NF }')

start_sluice
make_api
method="/restapis/$api_id/resources/$(make_resource hello)/methods/GET"
control PUT "$method" '{"authorizationType":"NONE"}' >/dev/null
control PUT "$method/integration" "{\"type\":\"HTTP_PROXY\",\"httpMethod\":\"GET\",\
\"uri\":\"http://127.0.0.1:$backend_port/hello\"}" >/dev/null
control POST "/restapis/$api_id/deployments" '{"stageName":"bench"}' >/dev/null
control PATCH "/restapis/$api_id/stages/bench" '{"patchOperations":[
    {"op":"replace","path":"/cacheClusterEnabled","value":"true"},
    {"op":"replace","path":"/cacheClusterSize","value":"0.5"},
    {"op":"replace","path":"/*/*/caching/enabled","value":"true"},
    {"op":"replace","path":"/*/*/caching/ttlInSeconds","value":"3600"}]}' >/dev/null
sluice_url="http://127.0.0.1:$sluice_port/bench/hello"
for _ in 1 2; do
    expect 200 "$sluice_host" "$sluice_url"
    expect 200 localhost "http://127.0.0.1:$nginx_port/hello"
    expect 200 localhost "http://127.0.0.1:$varnish_port/hello"
done

machine
varnishd -V 2>&1 | sed -n '1s/^/# /p'
for _ in $(seq "$rounds"); do
    measure nginx "$nginx_pid" "http://127.0.0.1:$nginx_port/hello" localhost
    measure sluice "$sluice_pid" "$sluice_url" "$sluice_host"
    measure varnish "$varnish_pid" "http://127.0.0.1:$varnish_port/hello" localhost
done
table nginx varnish sluice
ratio sluice nginx
ratio sluice varnish
