#!/usr/bin/env bash
# Stops and closes every started torrent that has given back twice what it took.
#
# usage: SWARM_SOCKET=... bash examples/stop-at-ratio.sh [RATIO IN THOUSANDTHS]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/rpc.sh"
limit=${1:-2000}

call d.multicall2 "$(text "")" "$(text started)" "$(text d.hash=)" "$(text d.ratio=)" "$(text d.name=)" \
    | values | paste - - - | while IFS=$'\t' read -r hash ratio name; do
    [ "$ratio" -ge "$limit" ] || continue
    call d.stop "$(text "$hash")" >/dev/null
    call d.close "$(text "$hash")" >/dev/null
    echo "stopped $name at $ratio"
done
