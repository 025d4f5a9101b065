# shellcheck shell=bash
# shellcheck disable=SC2086 # package names hold no spaces: lists of them are split on purpose
# Sourced by setup.sh: system packages by apt-get or brew, only those missing, after one question at most.

# install_system_packages up|test
install_system_packages() {
  local manager missing
  manager=$(package_manager)
  missing=$(missing_packages "$1" "$manager")
  [ -n "$missing" ] || return 0
  case "$manager" in
    apt) install_with_apt $missing ;;
    brew) install_with_brew $missing ;;
    none) stop "Missing: $missing; found neither apt-get nor brew: install them with your system's package manager, then try again" ;;
  esac
}

package_manager() {
  if found apt-get; then
    echo apt
  elif found brew; then
    echo brew
  else
    echo none
  fi
}

missing_packages() {
  local list=
  found haproxy || list="$list haproxy"
  found varnishd || list="$list varnish"
  if [ "$2" = apt ] && ! "${python:?}" -c 'import ensurepip, venv' >/dev/null 2>&1; then list="$list $python-venv"; fi
  if [ "$1" = test ] && ! browser_found; then list="$list chromium"; fi
  # Linux has pg_dump from requirements-test.txt.
  if [ "$1$2" = testbrew ] && ! [ -d "$(brew --prefix)/opt/libpq/bin" ]; then list="$list libpq"; fi
  echo $list
}

# The same places in which the tests look for a browser.
browser_found() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if found "$name"; then return 0; fi
  done
  [ "$(uname -s)" = Darwin ] || return 1
  [ -x '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' ] ||
    [ -x '/Applications/Chromium.app/Contents/MacOS/Chromium' ]
}

# Leave to install: given as root, in CI or with YES=1, else by an answer to one question.
# may_install <command that would run>
may_install() {
  if [ "$(id -u)" = 0 ] || [ "${YES:-}" = 1 ] || { [ -n "${CI:-}" ] && [ "${CI:-}" != false ]; }; then return 0; fi
  if [ ! -t 0 ] || [ ! -t 2 ]; then
    stop "Nobody can be asked here. Run this, or set YES=1 to let it be run: $1"
  fi
  local answer
  printf 'Missing system packages. Run: %s [Y/n] ' "$1" >&2
  read -r answer || answer=no
  case "$answer" in
    '' | y | Y | yes) return 0 ;;
    *) stop "Nothing was installed. When you want to: $1" ;;
  esac
}

install_with_apt() {
  local sudo=
  [ "$(id -u)" = 0 ] || sudo='sudo '
  may_install "${sudo}./scripts/apt-install.sh $*"
  say "Installing with apt-get: $*"
  if [ -z "$sudo" ]; then
    ./scripts/apt-install.sh "$@"
  elif ! found sudo; then
    stop "sudo: not found; run this as root: ./scripts/apt-install.sh $*"
  else
    sudo ./scripts/apt-install.sh "$@"
  fi
}

install_with_brew() {
  local formulas='' cask='' package
  for package in "$@"; do
    case "$package" in
      chromium) cask=google-chrome ;;
      *) formulas="$formulas $package" ;;
    esac
  done
  may_install "brew install$formulas${cask:+ && brew install --cask $cask}"
  say "Installing with brew:$formulas $cask"
  if [ -n "$formulas" ]; then PATH="$PATH:$TIERS_EXTRA_PATH" brew install $formulas; fi
  if [ -n "$cask" ]; then PATH="$PATH:$TIERS_EXTRA_PATH" brew install --cask "$cask"; fi
}
