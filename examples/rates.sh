#!/usr/bin/env bash
# Lists the torrents that are started: bytes a second up and down, and the name.
#
# usage: SWARM_SOCKET=... bash examples/rates.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/rpc.sh"

call d.multicall2 "$(text "")" "$(text started)" "$(text d.up.rate=)" "$(text d.down.rate=)" "$(text d.name=)" \
    | values | paste - - - | while IFS=$'\t' read -r up down name; do
    printf '%10d up %10d down  %s\n' "$up" "$down" "$name"
done
