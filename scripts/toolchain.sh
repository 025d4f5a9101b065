# shellcheck shell=bash
# Sourced by setup.sh: what must be there already. One line says what was found, what is needed and where to get it.

check_toolchain() {
  check_make
  check_node
  check_python
}

check_make() {
  command -v make >/dev/null 2>&1 ||
    stop 'make: not found; needed: GNU make 3.81 or later; get it with apt-get install make or xcode-select --install'
}

# Node 20.19 and 22.12 are the first of their lines to load ES modules with require() without a flag.
check_node() {
  local where='https://nodejs.org/en/download'
  command -v node >/dev/null 2>&1 ||
    stop "Node.js: not found; needed: 20.19 or later, 22.12 or later; get it from $where"
  node_version=$(node --version)
  node_version=${node_version#v}
  local usable=yes
  at_least "$node_version" 20.19 || usable=no
  case "$node_version" in
    21.*) usable=no ;;
    22.*) at_least "$node_version" 22.12 || usable=no ;;
  esac
  [ "$usable" = yes ] ||
    stop "Node.js: found $node_version; needed: 20.19 or later of line 20, or 22.12 or later; get it from $where"
  command -v npm >/dev/null 2>&1 ||
    stop "npm: not found beside Node.js $node_version; needed: any; get it with Node.js from $where, or apt-get install npm"
}

# Sets python to the first interpreter that is new enough, and python_version.
check_python() {
  local candidate version seen=
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    version=$("$candidate" -c 'import platform; print(platform.python_version())' 2>/dev/null) || continue
    if at_least "$version" 3.11; then
      # shellcheck disable=SC2034 # read by setup.sh
      python=$candidate python_version=$version
      return 0
    fi
    seen=${seen:-$version}
  done
  local where='https://www.python.org/downloads/, apt-get install python3 or brew install python'
  [ -z "$seen" ] || stop "Python: found $seen; needed: 3.11 or later; get it from $where"
  stop "Python: not found; needed: 3.11 or later; get it from $where"
}
