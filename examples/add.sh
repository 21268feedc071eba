#!/usr/bin/env bash
# Adds torrents to a running daemon and starts them.
#
# usage: SWARM_SOCKET=... bash examples/add.sh FILE.torrent|URL ...
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/rpc.sh"

for torrent; do
    if [ -f "$torrent" ]; then
        # The bytes go along, so the daemon need not be able to read the file.
        call load.raw_start "$(text "")" "$(file "$torrent")" >/dev/null
    else
        call load.start "$(text "")" "$(text "$torrent")" >/dev/null
    fi
    echo "added $torrent"
done
