#!/usr/bin/env bash
# Makes this checkout able to run `make up` or `make test`: system packages, node_modules, .venv.
# Everything it says goes to standard error, so that a caller's standard output stays its own.
set -euo pipefail
cd "$(dirname "$0")/.."
exec 1>&2
. scripts/lib.sh
. scripts/toolchain.sh
. scripts/packages.sh

case "${1:-}" in
  up | test) purpose=$1 ;;
  *) stop 'usage: scripts/setup.sh up|test' ;;
esac
stamps=.cache/setup

stamped() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }

stamp() {
  mkdir -p "$stamps"
  printf '%s\n' "$2" >"$stamps/$1"
}

# `npm ci` without any package's install script, then the scripts of the packages that package.json's allowScripts
# names. npm below 11.19 does not read allowScripts and would run all of them, one of which compiles a terminal that
# nothing here uses.
install_node_packages() {
  local key
  key="$(cksum <package-lock.json) node $node_version $(uname -sm)"
  if stamped npm "$key" && [ -f node_modules/.package-lock.json ]; then return 0; fi
  say "Installing the Node packages of package-lock.json ..."
  rm -f "$stamps/npm"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  node scripts/run-install-scripts.mjs
  stamp npm "$key"
}

install_python_packages() {
  local key
  # Programs in a virtual environment carry its absolute path: a moved checkout needs a new one.
  key="$(cksum <requirements.txt) python $python_version $(pwd -P)"
  if stamped python "$key" && [ -x .venv/bin/python ]; then return 0; fi
  say "Installing the Python packages of requirements.txt into .venv ..."
  rm -f "$stamps/python" "$stamps/python-test"
  "$python" -m venv --clear .venv ||
    stop "$python cannot make a virtual environment; on Debian and Ubuntu: sudo apt-get install python3-venv"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
  stamp python "$key"
}

# Into the same environment, which the first part makes anew when it changes; both files at once, so that what they need
# in common fits both.
install_python_test_packages() {
  local key
  key="$(cksum <requirements-test.txt)"
  if stamped python-test "$key"; then return 0; fi
  say "Installing the Python packages of requirements-test.txt into .venv ..."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --requirement requirements.txt --requirement requirements-test.txt
  stamp python-test "$key"
}

check_toolchain
install_system_packages "$purpose"
install_node_packages
install_python_packages
if [ "$purpose" = test ]; then install_python_test_packages; fi
