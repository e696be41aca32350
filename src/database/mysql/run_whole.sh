# run_whole.sh PROGRAMS END ARGUMENTS: reads the whole script from the input, checks that its last line is END, and runs
# it with the first of PROGRAMS that is installed. The file has no name any more when the work begins.
set -eu
programs=$1
end=$2
shift 2
script=$(mktemp "${TMPDIR:-/tmp}/ado-script.XXXXXX")
exec 4<>"$script" 5<"$script"
rm -f "$script"
cat >&4
[ "$(tail -n 1 /proc/self/fd/4)" = "$end" ] || { echo "the script is cut off" >&2; exit 1; }
for program in $programs; do
    if command -v "$program" >/dev/null 2>&1; then exec "$program" "$@" <&5; fi
done
echo "ado: not installed" >&2
exit 127
