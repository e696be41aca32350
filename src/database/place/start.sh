# Runs in the server's container: finds the client program, gives it the password, and becomes it. Arguments are passed
# as arguments; no name is ever part of this text. Only bash knows /dev/tcp, and only bash is told ADO_DIRECT_HOST.
set -u
secret=
if [ -n "${ADO_SECRET_FILE:-}" ]; then
    secret=$(cat -- "$ADO_SECRET_FILE") || exit 126
elif [ -n "${ADO_SECRET_VARIABLE:-}" ]; then
    secret=$(printenv "$ADO_SECRET_VARIABLE") || secret=
    # The official images take each of their variables as NAME_FILE as well.
    if [ -z "$secret" ] && file=$(printenv "${ADO_SECRET_VARIABLE}_FILE"); then secret=$(cat -- "$file") || exit 126; fi
fi
if [ -n "$secret" ]; then export "$ADO_SECRET_AS=$secret"; fi
found=
for program in $ADO_PROGRAMS; do
    if command -v "$program" >/dev/null 2>&1; then found=$program; break; fi
done
if [ -z "$found" ]; then echo "ado: not installed" >&2; exit 127; fi
set -- "$found" "$@"
# Client programs write and read pieces of 4 KiB; through a pipe or socket larger ones are several times faster.
if [ -n "${ADO_BUFFER:-}" ] && command -v stdbuf >/dev/null 2>&1; then
    set -- stdbuf "-i$ADO_BUFFER" "-o$ADO_BUFFER" "$@"
fi
if [ -n "${ADO_DIRECT_HOST:-}" ]; then
    exec 3<>"/dev/tcp/$ADO_DIRECT_HOST/$ADO_DIRECT_PORT" || exit 97
    printf %s "$ADO_DIRECT_TOKEN" >&3
    exec <&3 >&3 3>&-
fi
unset ADO_SECRET_FILE ADO_SECRET_VARIABLE ADO_SECRET_AS ADO_PROGRAMS ADO_BUFFER ADO_DIRECT_HOST ADO_DIRECT_PORT ADO_DIRECT_TOKEN
exec "$@"
