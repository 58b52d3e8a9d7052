# Installs the system packages that packages.txt names for this machine.
# shellcheck shell=bash

# This system by the name that packages.txt has for it, such as debian-12 or ubuntu-24.04: system_name /etc/os-release
system_name() (
  ID=linux VERSION_ID=unknown
  # shellcheck source=/dev/null # the system's own
  [[ ! -e $1 ]] || source "$1"
  printf '%s-%s\n' "$ID" "$VERSION_ID"
)

# Names of packages, one a line: packages_for SYSTEM PURPOSE...
packages_for() {
  local system=$1 wanted=" ${*:2} " purpose where names
  while read -r purpose where names; do
    if [[ $wanted == *" $purpose "* && ($where == every || $where == "$system") ]]; then
      printf '%s\n' "${names// /$'\n'}"
    fi
  done < <(grep '^[a-z]' "$ROOT/script/lib/packages.txt")
}

# As root directly, else through sudo.
as_root() { if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

# Sees to it that as_root can work: fails, or asks for the password, before anything runs.
ask_root() {
  [[ $EUID -eq 0 ]] && return
  command -v sudo >/dev/null || fail "$1 needs root rights. Run this as root, or install sudo and let $(id -un) use it."
  sudo -n true 2>/dev/null && return
  [[ -t 0 ]] || fail "$1 needs root rights; sudo asks for a password, and there is no terminal to type it on."
  sudo -v || fail "$1 needs root rights, and sudo gave none to $(id -un)."
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -y -q -o DPkg::Lock::Timeout=120 \
    -o Acquire::Retries=3 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

# The lists have a lock that apt doesn't wait for by itself.
apt_update() {
  for _ in $(seq 24); do
    if apt_get update; then return; fi
    grep -q 'Could not get lock' "$VAR/log/apt.log" || return 1
    sleep 5
  done
  return 1
}

POLICY=/usr/sbin/policy-rc.d
# Some packages would start a server of their own when they come in. Ours are private: forbid it, and allow it again.
forbid_services() {
  [[ -e $POLICY ]] || printf '#!/bin/sh\n# Put here by Werkstof while it installs packages.\nexit 101\n' |
    as_root install -m 755 /dev/stdin "$POLICY"
}
allow_services() {
  if grep -qs 'by Werkstof' "$POLICY"; then as_root rm -f "$POLICY"; fi
}

# Installs what is missing of the packages for some purposes: install_packages PURPOSE...
install_packages() {
  local system missing=() name code=0 cluster=/etc/postgresql-common/createcluster.conf
  command -v dpkg-query >/dev/null ||
    fail "this machine has no dpkg. Werkstof sets itself up on Debian and Ubuntu; elsewhere use docker-compose.yml."
  system=$(system_name /etc/os-release)
  for name in $(packages_for "$system" "$@"); do
    [[ $(dpkg-query -W -f '${Status}' "$name" 2>/dev/null) == *"ok installed" ]] || missing+=("$name")
  done
  [[ ${#missing[@]} -eq 0 ]] && return
  step "Installing system packages: ${missing[*]}"
  grep -q " $system " "$ROOT/script/lib/packages.txt" ||
    say "Werkstof doesn't know this system ($system): some packages may have other names here."
  ask_root "Installing system packages"
  quietly apt apt_update || say "The package lists could not be refreshed; going on with those that are here."
  if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    # The package would make and start a database server of its own: ours is private.
    [[ -e $cluster ]] || quietly apt apt_get install --no-install-recommends postgresql-common ||
      fail "postgresql-common could not be installed. Is this machine on the network? (log: $VAR/log/apt.log)"
    [[ -e $cluster.before ]] || as_root cp -p "$cluster" "$cluster.before"
    as_root sed -i 's/^#\? *create_main_cluster.*/create_main_cluster = false/' "$cluster"
  fi
  # Where an earlier installation was broken off, apt wants this first.
  quietly apt as_root dpkg --configure -a || true
  forbid_services
  quietly apt apt_get install --no-install-recommends "${missing[@]}" || code=$?
  # Nor may it start when the machine does.
  [[ $code -ne 0 || " ${missing[*]} " != *" nginx "* ]] || as_root update-rc.d nginx disable >/dev/null 2>&1 || true
  allow_services
  [[ $code -eq 0 ]] ||
    fail "these packages could not be installed: ${missing[*]}. Is this machine on the network? (log: $VAR/log/apt.log)"
  [[ ! -e $cluster.before ]] || as_root mv "$cluster.before" "$cluster"
}
