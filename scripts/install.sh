#!/bin/sh
# Installs what package-lock.json names, if that is not there yet. Two first starts at once wait for each other.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$here"

is_installed() {
  [ -e node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]
}
if is_installed; then exit 0; fi

command -v npm >/dev/null || { echo "slipway: npm is missing; install Node.js with npm first (Debian: apt install npm)." >&2; exit 125; }
[ ! -L node_modules ] || { echo "slipway: node_modules is a symlink, and installing would empty what it points to: remove the link." >&2; exit 125; }
[ -w . ] || { echo "slipway: $here has nothing installed and is not writable for you: run it once as its owner." >&2; exit 125; }

exec 9>.install.lock
flock 9
if is_installed; then exit 0; fi # another start has done it while we waited

# A seal over the folder of the node that is about to be replaced would show the old one.
for seal in /run/slipway/seal"$here"/node_modules/node-linux-*/bin; do
  [ ! -e "$seal/node" ] || umount "$seal" 2>/dev/null || true
done

echo "slipway: installing the packages of package-lock.json (once)" >&2
npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >&2
touch node_modules/.package-lock.json
