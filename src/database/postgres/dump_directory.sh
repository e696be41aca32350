# Dumps into a directory, whose tar is the output. Directories of dumps that were killed are removed first.
set -eu
work=${TMPDIR:-/tmp}/ado-dump
for left in "$work".*; do
    [ ! -d "$left" ] || kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
done
work=$work.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM PIPE
pg_dump --format=directory --file="$work" "$@"
tar -C "$work" -cf - .
