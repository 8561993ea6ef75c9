# What the benchmarks here share. Sourced, not run.
#
# ROUNDS, DURATION (seconds), CONNECTIONS, PROXY_CORE, LOAD_CORE and SLUICE (the binary) can be set.

rounds=${ROUNDS:-5}
duration=${DURATION:-5}
connections=${CONNECTIONS:-64}
proxy_core=${PROXY_CORE:-0}
load_core=${LOAD_CORE:-1}
sluice=${SLUICE:-.build/release/sluice}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || {
            echo "$tool is needed: apt-get install nginx-light varnish wrk curl util-linux gawk" >&2
            exit 1
        }
    done
}

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

nginx_configuration() {
    # nginx_configuration NAME, with what stands inside `http` on standard input → a file's name
    cat >"$work/$1.conf" <<END
worker_processes 1; daemon off; master_process off; pid $work/$1.pid; error_log $work/$1.err;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
    client_body_temp_path $work/$1-1; proxy_temp_path $work/$1-2; fastcgi_temp_path $work/$1-3;
    uwsgi_temp_path $work/$1-4; scgi_temp_path $work/$1-5;
    $(cat)
}
END
    echo "$work/$1.conf"
}

start_backend() {
    # A 115-byte JSON body on $backend_port, on the load's core.
    backend_port=$(free_port)
    local file
    file=$(nginx_configuration backend <<END
    server {
        listen 127.0.0.1:$backend_port backlog=1024;
        default_type application/json;
        location / { return 200 '{"message":"hello from the backend","items":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15],"padding":"01234567890123456789"}'; }
    }
END
    )
    taskset -c "$load_core" nginx -c "$file" 2>/dev/null &
    pids+=($!)
    await backend "http://127.0.0.1:$backend_port/"
}

start_nginx() {
    # start_nginx FILE PORT → $nginx_pid
    taskset -c "$proxy_core" nginx -c "$1" 2>/dev/null &
    nginx_pid=$!
    pids+=("$nginx_pid")
    await nginx "http://127.0.0.1:$2/"
}

start_sluice() {
    # An engine with one loop on the proxy's core → $sluice_pid, $sluice_port
    [[ -x $sluice ]] || { echo "$sluice is not there: swift build -c release" >&2; exit 1; }
    sluice_port=$(free_port)
    taskset -c "$proxy_core" "$sluice" serve --home "$work/home" --loops 1 \
        --listen "127.0.0.1:$sluice_port" --control off >"$work/ready" 2>"$work/sluice.err" &
    sluice_pid=$!
    pids+=("$sluice_pid")
    for _ in $(seq 200); do grep -q '^ready' "$work/ready" && break; sleep 0.05; done
    grep -q '^ready' "$work/ready" || { cat "$work/sluice.err" >&2; exit 1; }
}

control() {
    # control METHOD PATH BODY
    curl -sS --fail-with-body --unix-socket "$work/home/control.sock" -X "$1" \
        -H 'Content-Type: application/json' -d "$3" "http://localhost$2"
}

member() {
    # member NAME: the first text of that name in the JSON on standard input
    tr -d '\n' | sed -E "s/.*\"$1\": ?\"([^\"]*)\".*/\1/"
}

make_api() {
    # → $api_id, $root_id, $sluice_host
    local api
    api=$(control POST /restapis '{"name":"benchmark"}')
    api_id=$(member id <<<"$api")
    root_id=$(member rootResourceId <<<"$api")
    sluice_host="$api_id.execute-api.us-east-1.localhost"
}

make_resource() {
    # make_resource PATH_PART → its id
    control POST "/restapis/$api_id/resources/$root_id" "{\"pathPart\":\"$1\"}" | member id
}

expect() {
    # expect STATUS HOST URL [curl's arguments]: what is measured has to work first
    local wanted=$1 host=$2 url=$3 status
    shift 3
    status=$(curl -s -o "$work/answer" -w '%{http_code}' -H "Host: $host" "$@" "$url")
    [[ $status == "$wanted" ]] || { echo "$url answers $status: $(head -c 300 "$work/answer")" >&2; exit 1; }
}

ticks=$(getconf CLK_TCK)
cpu_ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

measure() {
    # measure NAME PID URL HOST [wrk's arguments] → a line in $work/rows-NAME: requests/s, p50 ms, p99 ms, CPU µs a request
    local name=$1 pid=$2 url=$3 host=$4 before after
    shift 4
    before=$(cpu_ticks "$pid")
    taskset -c "$load_core" wrk -t1 -c"$connections" -d"${duration}s" --latency "$@" -H "Host: $host" "$url" >"$work/wrk"
    after=$(cpu_ticks "$pid")
    if grep -Eq 'Non-2xx|Socket errors' "$work/wrk"; then
        echo "$name: $(grep -E 'Non-2xx|Socket errors' "$work/wrk")" >&2
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
    ' "$work/wrk" >>"$work/rows-$name"
}

machine() {
    echo "# $(awk -F: '/model name/ { print $2; exit }' /proc/cpuinfo | sed 's/^ //'), $(nproc) cores, $(uname -sr)," \
        "$(nginx -v 2>&1 | sed 's/.*nginx/nginx/'), $connections connections, $rounds rounds of $duration s"
}

median() {
    # median NAME COLUMN
    awk -v column="$2" '{ print $column }' "$work/rows-$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

table() {
    # table NAME…: a row for each, as the medians of all rounds
    local name
    echo "| | requests/s | p50 ms | p99 ms | CPU µs/request |"
    echo "|---|---|---|---|---|"
    for name in "$@"; do
        echo "| $name | $(median "$name" 1) | $(median "$name" 2) | $(median "$name" 3) | $(median "$name" 4) |"
    done
}

ratio() {
    # ratio ONE OTHER: a row with ONE's medians over OTHER's
    awk -v a1="$(median "$2" 1)" -v a2="$(median "$2" 2)" -v a3="$(median "$2" 3)" -v a4="$(median "$2" 4)" \
        -v b1="$(median "$1" 1)" -v b2="$(median "$1" 2)" -v b3="$(median "$1" 3)" -v b4="$(median "$1" 4)" \
        -v one="$1" -v other="$2" 'BEGIN {
            printf "| %s / %s | %.2f | %.2f | %.2f | %.2f |\n", one, other, b1 / a1, b2 / a2, b3 / a3, b4 / a4 }'
}
