#!/usr/bin/env bash
# Installs what is missing (Chromium and Node from Debian, the drivers from npm) and runs the browser tests on the
# program that was built before. Arguments: files of tests; default: all.
set -euo pipefail
cd "$(dirname "$0")"

install() {
    echo "browser tests: installing Debian's $* (once)"
    local apt=(apt-get -q -y -o DPkg::Lock::Timeout=300)
    export DEBIAN_FRONTEND=noninteractive
    "${apt[@]}" install --no-install-recommends "$@" >/dev/null 2>&1 \
        || { "${apt[@]}" update >/dev/null && "${apt[@]}" install --no-install-recommends "$@" >/dev/null; } \
        || { echo "browser tests: install $* (Debian: apt-get install $*)" >&2; exit 1; }
}

missing=()
command -v "${CHROMIUM:-/usr/bin/chromium}" >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
[ ${#missing[@]} -eq 0 ] || install "${missing[@]}"

# `npm ci` writes a copy of the lock into the folder: nothing to do while the two agree.
if ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
    cp package-lock.json node_modules/.installed
fi
exec node --test-reporter=spec main.js "$@"
