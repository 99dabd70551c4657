#!/bin/sh
# bundle.sh DIR COMMAND…   makes a bundle: a root of the machine's programs, and a config.json that says to run COMMAND in it
set -eu
bundle=$1
shift
mkdir -p "$bundle"
lessons/02-chroot/make-root.sh "$bundle/rootfs" sh cat ls sleep
slipway spec --hostname web --memory 64m --rootfs "$bundle/rootfs" "$@" >"$bundle/config.json"
