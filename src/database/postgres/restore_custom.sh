# Restores an archive from the input; the first argument is the number of jobs. What has to be read twice is kept in a file
# that has no name any more when the work begins: whatever kills it leaves nothing.
set -eu
jobs=$1
shift
archive=$(mktemp "${TMPDIR:-/tmp}/ado-restore.XXXXXX")
exec 4<>"$archive"
rm -f "$archive"
kept=/proc/self/fd/4
# The head holds the list of contents, and of a small archive everything.
dd bs=65536 count=256 iflag=fullblock status=none >&4
# With two jobs, one table after the other as it arrives (the server writes, the client reads) is faster than first copying
# everything into a file for both, and takes no place. Indexes and constraints need nothing but the list of contents.
if [ "$jobs" -le 2 ] && [ "$(wc -c <"$kept")" -eq 16777216 ] && pg_restore --list "$kept" >/dev/null 2>&1; then
    { cat "$kept"; cat; } | { pg_restore "$@" --section=pre-data --section=data; cat >/dev/null; }
    exec pg_restore "$@" --section=post-data --jobs="$jobs" "$kept"
fi
# More jobs each read the archive at another place.
cat >&4
exec pg_restore "$@" --jobs="$jobs" "$kept"
