# shellcheck shell=bash
# Shared by the scripts beside it. Bash 3.2 (macOS) and POSIX tools only.

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

# Debian keeps servers in /usr/sbin, Homebrew its programs outside the default PATH: neither is on every user's PATH.
TIERS_EXTRA_PATH=${TIERS_EXTRA_PATH-/usr/local/sbin:/usr/sbin:/opt/homebrew/bin:/usr/local/bin:/snap/bin}

found() { PATH="$PATH:$TIERS_EXTRA_PATH" command -v "$1" >/dev/null 2>&1; }

# at_least 20.20.2 20.19: true if the first version is not below the second (major and minor only).
at_least() {
  local have_major have_minor need_major need_minor rest
  IFS=. read -r have_major have_minor rest <<<"$1"
  IFS=. read -r need_major need_minor rest <<<"$2"
  [ "$have_major" -gt "$need_major" ] && return 0
  [ "$have_major" -eq "$need_major" ] && [ "${have_minor:-0}" -ge "${need_minor:-0}" ]
}
