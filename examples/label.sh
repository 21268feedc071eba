#!/usr/bin/env bash
# Sets the label of a torrent, where ruTorrent and others look for it.
#
# usage: SWARM_SOCKET=... bash examples/label.sh INFO-HASH LABEL
set -euo pipefail
[ $# -eq 2 ] || { sed -n 's/^# //; 4p' "${BASH_SOURCE[0]}" >&2; exit 64; }
source "$(dirname "${BASH_SOURCE[0]}")/rpc.sh"

call d.custom1.set "$(text "$1")" "$(text "$2")" >/dev/null
echo "$1 is labelled $(call d.custom1 "$(text "$1")" | values)"
