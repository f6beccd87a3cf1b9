#!/usr/bin/env bash
# Runs a command as an ordinary user, with a home of its own: scripts/as_ordinary_user.sh COMMAND…
#
# For root only, whose tests should pass for everybody else too. Where the interpreter or this repository stands in a
# folder that only root may pass, it is made reachable at its own path, in a mount namespace that ends with the command.
set -euo pipefail

user=60999 # nobody's
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# The outermost folder on the way to $1 that others may not pass.
closed() {
    local path="" part parts
    IFS=/ read -ra parts <<<"${1#/}"
    for part in "${parts[@]}"; do
        path="$path/$part"
        [[ $(stat -c %A "$path") == *[xt] ]] || { echo "$path"; return; }
    done
}

if [ "${1:-}" != --inside ]; then
    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    chown "$user:$user" "$home"
    unshare --mount --propagation private "${BASH_SOURCE[0]}" --inside "$home" "$@"
    exit
fi

home=$2
shift 2
prefix=$("$repository/.venv/bin/python" -c 'import sys; print(sys.base_prefix)')
mkdir "$home/kept"
declare -A covers kept
for path in "$prefix" "$repository"; do
    cover=$(closed "$path")
    [ -n "$cover" ] || continue
    kept[$path]=$(mktemp -d -p "$home/kept")
    mount --bind "$path" "${kept[$path]}"
    covers[$cover]=1
done
for cover in "${!covers[@]}"; do
    mount -t tmpfs -o mode=755 tmpfs "$cover"
done
for path in "${!kept[@]}"; do
    mkdir -p "$path"
    mount --bind "${kept[$path]}" "$path"
    umount "${kept[$path]}"
done
cd "$repository"
mkdir "$home/t"
chown "$user:$user" "$home/t"
exec setpriv --reuid "$user" --regid "$user" --clear-groups --inh-caps=-all \
    env -i HOME="$home" TMPDIR="$home/t" LANG=C.UTF-8 PATH="$PATH" PYTHONDONTWRITEBYTECODE=1 \
    HYPOTHESIS_STORAGE_DIRECTORY="$home/hypothesis" "$@"
