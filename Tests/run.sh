#!/usr/bin/env bash
# Everything that must hold before a change lands: format, build, all tests. CI runs exactly this.
#
# usage: bash Tests/run.sh [--sanitize=thread] [--filter REGEX]
#
# Installs the Debian packages that the tests need, as far as they are missing (apt; sudo when not root).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { sed -n 's/^# \{0,1\}//; 4p' "${BASH_SOURCE[0]}"; }

build_flags=(--explicit-target-dependency-import-check error)
only=
while [ $# -gt 0 ]; do
    case $1 in
        --sanitize=thread)
            # A build of its own: what the sanitizer instruments cannot be linked with what it does not.
            build_flags+=(--sanitize=thread --scratch-path .build-thread)
            ;;
        --filter)
            [ $# -ge 2 ] || { usage >&2; exit 64; }
            only=$2
            shift
            ;;
        *)
            usage >&2
            exit 64
            ;;
    esac
    shift
done

timings=()
step() {
    local title=$1 started=$SECONDS
    shift
    printf '\n== %s: %s\n' "$title" "$*"
    "$@" || { printf '\n== %s FAILED after %d s\n' "$title" $((SECONDS - started)) >&2; exit 1; }
    timings+=("$(printf '%6d s  %s' $((SECONDS - started)) "$title")")
}

step install bash Tests/install.sh \
    zlib1g-dev libxml2-dev pkg-config \
    rtorrent aria2 python3-libtorrent transmission-daemon opentracker mktorrent iproute2 zbar-tools \
    curl nginx-light lighttpd
step format swift format lint --strict --recursive --parallel Package.swift Sources Tests
step build swift build --build-tests "${build_flags[@]}"
# Units compute all the time; what waits for sockets and programs comes after them, or its deadlines pass meanwhile.
waiting='Interop|CommandLineTests|EngineTests|DiscoveryTests|TrackerServerTests'
if [ -n "$only" ]; then
    step test swift test --skip-build "${build_flags[@]}" --disable-xctest --filter "$only"
else
    step "unit tests" swift test --skip-build "${build_flags[@]}" --disable-xctest --skip "$waiting"
    step "tests with sockets and programs" \
        swift test --skip-build "${build_flags[@]}" --disable-xctest --filter "$waiting"
fi

printf '\n== all passed\n'
printf '%s\n' "${timings[@]}" "$(printf '%6d s  in all' "$SECONDS")"
