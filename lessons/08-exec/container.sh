#!/bin/sh
# container.sh NAME: starts a container that waits, and prints the number of its first process once that is there.
set -eu
slipway run --rm --name "$1" --hostname "$1" box sleep 1000 >/dev/null &
until pid=$(slipway exec "$1" true 2>/dev/null && pgrep -f '^sleep 1000$' | tail -1) && [ -n "$pid" ]; do :; done
echo "$pid"
