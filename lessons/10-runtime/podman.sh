#!/bin/sh
# podman.sh RUNTIME COMMAND…   has podman run a command in a container that RUNTIME makes, and tells how it called RUNTIME
#
# RUNTIME is a program, or a .ts file. It is for the guard: podman keeps its things in /run there.
set -eu
if ! command -v podman >/dev/null || ! awk '5 < $1 + $3' /proc/self/gid_map | grep -q .; then
  echo "podman is not here, or you have one id alone and not the group of terminals (5)"
  exit
fi
runtime=$(command -v "$1")
shift
case $runtime in *.ts) runtime="$PWD/scripts/node.sh $runtime" ;; esac
make_root=$PWD/lessons/02-chroot/make-root.sh

cd "$(mktemp -d /tmp/podman-XXXXXX)"
"$make_root" rootfs sh cat ls sleep hostname
cat >spy <<END
#!/bin/sh
echo "\$@" >>$PWD/calls
exec $runtime "\$@"
END
chmod +x spy

code=0
set -- run --rm --network none --log-driver none --rootfs "$PWD/rootfs" "$@"
set -- --root /run/podman --runroot /run/podman-run --cgroup-manager cgroupfs --events-backend none "$@"
podman --runtime "$PWD/spy" "$@" || code=$?
echo "podman ended with $code. It has called:"
sed -E 's,/run[^ ]*/,…/,g; s/[0-9a-f]{64}/ID/g; s/^/  /' calls
exit "$code"
