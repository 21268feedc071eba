#!/usr/bin/env bash
# Publishes a file by BitTorrent on this machine, downloads it again with another program, and compares the two.
#
# usage: bash examples/quickstart.sh [FILE]
#
# Without FILE it takes a program of the Swift tool chain. Everything stays on the loopback network and in a temporary
# folder, which is removed at the end. Each command that it prints after "$" can be tried by hand.
set -euo pipefail

file=${1:-$(readlink -f "$(command -v swift-format || command -v swift)")}
[ -f "$file" ] && [ -r "$file" ] || { echo "$file: not a file that can be read" >&2; exit 66; }
file=$(realpath "$file")
name=$(basename "$file")
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")

scratch=$(mktemp -d)
children=()
clean_up() {
    local status=$?
    for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done
    for child in "${children[@]}"; do wait "$child" 2>/dev/null || true; done
    if [ $status -ne 0 ]; then
        echo "FAILED: ${title:-before the first step}" >&2
        tail -n 15 "$scratch"/*.log 2>/dev/null >&2 || true
    fi
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

now() { date +%s%N; }
timings=()
title= started=$(now)
# Ends the step before this one, and starts the next unless the name is empty.
step() {
    local ended=$(now)
    [ -z "$title" ] || timings+=("$(printf '%8.2f s  %s' "$(((ended - started) / 10000000))e-2" "$title")")
    title=$1 started=$ended
    [ -z "$title" ] || printf '\n== %s\n' "$title"
}
# Prints a command as it can be typed.
say() {
    local word line='$'
    for word; do
        [[ $word =~ ^[A-Za-z0-9_./:=@%+,\&-]+$ ]] || word=${word@Q}
        line+=" $word"
    done
    printf '%s\n' "$line"
}
# Runs a command in the background with its output in a file.
background() {
    local log=$1
    shift
    say "$@" '&'
    "$@" >"$log" 2>&1 &
    children+=($!)
}
# Waits until a file holds a text; fails when the program ends first or a minute has gone.
await() {
    local log=$1 text=$2 child=$3 tries=600
    until grep -q "$text" "$log" 2>/dev/null; do
        kill -0 "$child" 2>/dev/null && [ $((tries -= 1)) -gt 0 ] || return 1
        sleep 0.1
    done
}
is_free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

step "install what is missing"
second_client=aria2c
bash "$root/Tests/install.sh" zlib1g-dev libxml2-dev pkg-config aria2 || {
    command -v aria2c >/dev/null || { echo "going on without aria2c: swarm downloads too"; second_client=swarm; }
}

step "build (the first time takes some minutes)"
say swift build -c release --product swarm
swift build --package-path "$root" -c release --product swarm
PATH=$(swift build --package-path "$root" -c release --show-bin-path):$PATH

port=6969
until is_free $port; do port=$((port + 1)); done
cd "$scratch"
mkdir download

step "create: make a torrent of $name ($(($(stat -c %s "$file") / 1000000)) MB)"
say swarm create -a "http://127.0.0.1:$port/announce" -o "$name.torrent" "$file"
swarm create -a "http://127.0.0.1:$port/announce" -o "$name.torrent" "$file"

step "track: run a tracker, where downloaders meet"
background track.log swarm track -i 127.0.0.1 -p $port
tracker=${children[-1]}
for _ in {1..100}; do is_free $port || break; sleep 0.1; done
kill -0 "$tracker"

# On one machine each peer takes a loopback address of its own: some programs take a peer at their own for themselves.
step "seed: offer the file"
background seed.log swarm seed --bind 127.0.0.2 "$name.torrent" "$file"
await seed.log seeding "${children[-1]}"

step "get: download it with $second_client"
case $second_client in
    aria2c)
        get=(aria2c --interface=127.0.0.3 --dir=download --seed-time=0 --file-allocation=none --enable-dht=false
            --disable-ipv6=true --summary-interval=0 --console-log-level=warn --download-result=hide "$name.torrent")
        ;;
    swarm)
        get=(swarm get --bind 127.0.0.3 --directory download "$name.torrent")
        ;;
esac
say "${get[@]}"
"${get[@]}"

step "compare"
say cmp "$file" "download/$name"
cmp "$file" "download/$name"
echo "the same $(stat -c %s "download/$name") bytes"

step ""
printf '\n%s\n' "It works. Each step took:"
printf '%s\n' "${timings[@]}"
