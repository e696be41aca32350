# Reads an archive from the input into a file, because parallel jobs each read it at another place. The file has no name
# any more when the work begins: whatever kills it leaves nothing.
set -eu
archive=$(mktemp "${TMPDIR:-/tmp}/ado-restore.XXXXXX")
exec 4<>"$archive"
rm -f "$archive"
cat >&4
exec pg_restore "$@" /proc/self/fd/4
