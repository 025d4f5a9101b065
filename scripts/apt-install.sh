#!/usr/bin/env bash
# Installs Debian or Ubuntu packages, as root, without letting their servers start: the twin starts its own.
# Called by setup.sh with packages that are missing; a server that was there before is not among them.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
policy=${TIERS_POLICY_FILE:-/usr/sbin/policy-rc.d}

[ $# -gt 0 ] || { echo 'usage: scripts/apt-install.sh PACKAGE...' >&2; exit 2; }

# invoke-rc.d asks this program before it starts a service for a package; 101 forbids it (Debian Policy 9.3.3.1, and
# "BACKGROUND: POLICY-RC.D" in Debian's invoke-rc.d specification). A policy of the machine's own is left as it is.
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

apt-get update -qq
names=()
for name in "$@"; do
  # Ubuntu has Chromium under another name.
  if [ "$name" = chromium ] && ! apt-cache policy chromium | grep -q 'Candidate: [0-9]'; then name=chromium-browser; fi
  names+=("$name")
done
log=$(mktemp)
if ! apt-get install -y -qq --no-install-recommends "${names[@]}" >"$log" 2>&1; then
  cat "$log" >&2
  echo "apt-get could not install: ${names[*]}" >&2
  exit 1
fi
rm -f "$log"

# A package enables its services for the next boot as well. Where the machine's own policy let them start, they are stopped.
for name in "${names[@]}"; do
  case "$name" in
    haproxy) services=haproxy ;;
    varnish) services='varnish varnishncsa' ;;
    *) continue ;;
  esac
  for service in $services; do
    if command -v systemctl >/dev/null 2>&1; then
      systemctl --quiet disable "$service.service" >/dev/null 2>&1 || echo "$service.service could not be disabled; it would start with the machine" >&2
      if [ -d /run/systemd/system ]; then systemctl stop "$service.service"; fi
    elif command -v update-rc.d >/dev/null 2>&1; then
      update-rc.d "$service" disable
    fi
  done
done
