#!/usr/bin/env bash
# Installs the Debian packages named as arguments, as far as they are missing. Needs no network when none is.
set -euo pipefail

missing=()
for package in "$@"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "Debian packages: nothing to install"
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Debian packages are missing; as root: apt-get update && apt-get install ${missing[*]}" >&2
        exit 69
    fi
    as_root=(sudo)
fi

echo "Debian packages: installing ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null

# Debian starts some of these as services of the whole machine; we start our own where we need one.
if [ -d /run/systemd/system ]; then
    for service in opentracker transmission-daemon; do
        [[ " ${missing[*]} " == *" $service "* ]] && "${as_root[@]}" systemctl disable --now --quiet "$service"
    done
fi
exit 0
