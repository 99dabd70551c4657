#!/bin/sh
# Runs a script of ours with the pinned Node and the flags of `slipway`.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd -P)
case $(uname -m) in
  x86_64) arch=x64 ;;
  *) arch=arm64 ;;
esac
exec "$here/node_modules/node-linux-$arch/bin/node" --single-threaded --v8-pool-size=0 --disable-sigusr1 --no-warnings "$@"
