# Restores an archive from the input; the first argument is the number of jobs.
set -eu
jobs=$1
shift
if [ "$jobs" -eq 1 ]; then
    pg_restore "$@"
    exec cat >/dev/null
fi
# Several jobs each read the archive at another place, so it has to be a file. It has no name any more when the work begins:
# whatever kills it leaves nothing.
archive=$(mktemp "${TMPDIR:-/tmp}/ado-restore.XXXXXX")
exec 4<>"$archive"
rm -f "$archive"
cat >&4
exec pg_restore "$@" --jobs="$jobs" /proc/self/fd/4
