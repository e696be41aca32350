# Unpacks the tar of a directory from the input and restores it; the first argument is the number of jobs. Directories of
# restores that were killed go first.
set -eu
jobs=$1
shift
work=${TMPDIR:-/tmp}/ado-restore
for left in "$work".*; do
    [ ! -d "$left" ] || kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
done
work=$work.$$
mkdir -m 700 "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM PIPE
tar -C "$work" -xf -
pg_restore "$@" --jobs="$jobs" "$work"
