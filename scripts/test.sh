#!/bin/sh
# `npm test`: installs what is missing, runs every kind of test that this user and this machine can run, and says loudly
# what it could not run. With words behind, only the tests whose path matches (`npm test -- test/cli`) or that are of one
# kind (`npm test -- --project unit`).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$here"

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  scripts/install.sh
fi

projects='--project unit'
left_out=
leave_out() {
  left_out="$left_out
NOT RUN: the $1 tests: $2"
}

if [ "$(id -u)" = 0 ]; then
  projects="$projects --project system"
else
  leave_out system 'they need root: sudo npm test'
fi

if ! command -v qemu-system-x86_64 >/dev/null; then
  leave_out vm 'they need qemu: apt install qemu-system-x86'
elif ! ls /boot/vmlinuz-*-cloud-amd64 >/dev/null 2>&1; then
  leave_out vm 'they need a kernel: apt install linux-image-cloud-amd64'
else
  projects="$projects --project vm"
fi

case " $*" in *' --project'*) projects= left_out= ;; esac

# shellcheck disable=SC2086 # the projects are words
SLIPWAY_LEFT_OUT=$left_out exec scripts/node.sh node_modules/vitest/vitest.mjs run $projects "$@"
