#!/bin/sh
# make-root.sh ROOTFS PROGRAM…   makes a root of programs, and of the libraries that ldd names, each in its own place
set -eu
rootfs=$1
shift

mkdir -p "$rootfs"
for name in "$@"; do
  program=$(command -v "$name")
  # shellcheck disable=SC2046 # the libraries are words
  cp -L --parents "$program" $(ldd "$program" | grep -o '/[^ ]*') "$rootfs"
done
