# shellcheck shell=bash
# What quickstart and run-tests have in common; bash, to be sourced with the repository's root as working directory.

# Says what is being done, in one line.
step() { printf '\n==> %s\n' "$*"; }
say() { printf '    %s\n' "$*"; }
# Ends with what is wrong, and the next step.
fail() {
    printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
    exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

# within SECONDS COMMAND...: with a time limit; Ctrl-C still reaches the command.
within() { timeout --foreground "$@"; }

# retry TIMES COMMAND...: for steps that use a network.
retry() {
    local times=$1 attempt
    shift
    for ((attempt = 1; attempt <= times; attempt++)); do
        if "$@"; then return 0; fi
        [ "$attempt" = "$times" ] || { say "that failed; trying again ($((attempt + 1)) of $times)"; sleep $((attempt * 3)); }
    done
    return 1
}

# apt_install PACKAGE...: on Debian and Ubuntu, as root.
apt_install() {
    say "installing $*"
    retry 3 within 600 apt-get update -qq &&
        retry 3 within 1200 env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# need_tools COMMAND=PACKAGE...: installs the packages whose command is missing, or says which to install.
need_tools() {
    local pair missing=()
    for pair in "$@"; do
        has "${pair%%=*}" || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if is_root && has apt-get; then
        apt_install "${missing[@]}" || fail "could not install ${missing[*]}" "Run apt-get install ${missing[*]} and read what it says."
    else
        fail "these packages are missing: ${missing[*]}" "Install them with your system's package manager, then run this again."
    fi
}

engine_answers() { within 20 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

start_engine() {
    if [ -d /run/systemd/system ]; then
        systemctl start docker
    else
        # Without an init system, as in a container: on its own, so that it outlives this script.
        setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &
    fi
    local deadline=$((SECONDS + 60))
    until engine_answers; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 1
    done
}

# A Docker Engine that answers: found, started, or (as root on Debian and Ubuntu) installed.
need_engine() {
    if ! has docker; then
        { is_root && has apt-get; } ||
            fail "there is no Docker Engine" "Install it (on Debian or Ubuntu: apt-get install docker.io), then run this again."
        apt_install docker.io iptables ca-certificates || fail "apt could not install docker.io" "Run apt-get install docker.io and read what it says."
        # Newer releases ship the command line in a package of its own.
        has docker || apt_install docker-cli || fail "apt could not install docker-cli"
    fi
    if engine_answers; then
        say "Docker Engine $(docker version --format '{{.Server.Version}}') answers"
        return
    fi
    [ -z "${DOCKER_HOST:-}" ] || fail "no Docker Engine answers at $DOCKER_HOST" "Correct or unset DOCKER_HOST."
    if ! is_root; then
        [ ! -S /var/run/docker.sock ] || fail "the Docker Engine does not let you in" "Run: sudo usermod -aG docker $(id -un), and log in again."
        fail "no Docker Engine is running" "Start it (sudo systemctl start docker, or Docker Desktop), then run this again."
    fi
    has dockerd || apt_install docker.io iptables || fail "apt could not install docker.io"
    say "starting the Docker Engine"
    start_engine || fail "the Docker Engine does not start" "Its log is in /var/log/dockerd.log, or: journalctl -u docker"
    say "Docker Engine $(docker version --format '{{.Server.Version}}') answers"
}

# A Rust toolchain that is new enough, and the linker and C library that it needs.
need_rust() {
    [ ! -d "$HOME/.cargo/bin" ] || PATH=$HOME/.cargo/bin:$PATH
    local wanted found
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    has cargo || fail "there is no Rust toolchain" \
        "Install Rust $wanted or newer with rustup (rustup.rs tells how), then run this again."
    found=$(rustc --version | cut -d' ' -f2)
    [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ] ||
        fail "Rust $found is too old: $wanted or newer is needed" "Run: rustup update"
    need_tools cc=gcc git=git
    is_root && has apt-get && [ ! -e /usr/include/stdio.h ] && apt_install libc6-dev
    say "Rust $found"
}
