#!/bin/sh
# Runs a script of ours with the pinned Node and the flags that make forking safe (src/linux/fork.ts).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd -P)

# npm has installed the one that is for this machine.
for node in "$here"/node_modules/node-linux-*/bin/node; do :; done
exec "$node" --single-threaded --v8-pool-size=0 --disable-sigusr1 --no-warnings "$@"
