// Makes one shell script of the component documents of the image, so that a plain machine is set up by the steps that an
// image is built by, and by nothing else: dist/release/setup-machine.sh. `--out=<file>` writes it elsewhere.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** In the order in which an image runs them; modules/machine-image/documents.ts has the same. */
const DOCUMENTS = ['runtime', 'units', 'service'];
/** The service is left out where no version of it is named. */
const OPTIONAL = 'service';

const documents = DOCUMENTS.map((name) =>
  parse(readFileSync(join(root, 'image/components', `${name}.yml`), 'utf8')),
);
const parameters = documents.flatMap(({ name, parameters: declared }) =>
  declared.flatMap((entry) =>
    Object.entries(entry).map(([key, { default: value, description }]) => ({
      document: name,
      key,
      option: key.replace(/\B[A-Z]/g, '-$&').toLowerCase(),
      value,
      description,
    })),
  ),
);

/** A text that the shell leaves as it is. The end is one that no line of the text is. */
function quoted(command, text) {
  let end = 'END_OF_STEP';
  while (text.split('\n').includes(end)) end += '_';
  return `${command} <<'${end}'\n${text.replace(/\n$/, '')}\n${end}\n`;
}

const ACTIONS = {
  UpdateOS: () => 'update_system\n',
  CreateFile: ({ inputs }) =>
    inputs.map(({ path, content }) => quoted(`create_file '${path}'`, content)).join(''),
  ExecuteBash: ({ inputs }, where) => {
    // An artifact that is given lies there already.
    const step = quoted('execute', inputs.commands.join('\n'));
    return where === `${OPTIONAL}: Download`
      ? `if [ -n "$artifact" ]; then take_artifact; else\n${step}fi\n`
      : step;
  },
};

function phase(document, name) {
  const steps = document.phases.find((each) => each.name === name)?.steps ?? [];
  const body = steps
    .map((step) => {
      const action = ACTIONS[step.action];
      if (!action)
        throw new Error(`${document.name}.yml: ${step.name}: no shell for the action ${step.action}`);
      const where = `${document.name}: ${step.name}`;
      return `say '${where}'\n${action(step, where)}`;
    })
    .join('');
  return `${name}_${document.name}() {\n${body || ':\n'}}\n`;
}

const options = parameters
  .map(
    ({ option, description, value }) =>
      `  --${option} X\n      ${description}${value ? `; default: ${value}` : ''}`,
  )
  .join('\n');
const names = parameters.map(({ key }) => key);

const script = `#!/usr/bin/env bash
# Makes a plain machine ready by the steps that the machine image is built by. Written by scripts/machine-script.mjs from
# image/components/*.yml: change those. Works on Amazon Linux 2023, Debian 13 and Ubuntu 25.10 and later; a second run
# changes nothing that is as it should be.
set -euo pipefail

usage() {
  cat <<'END_OF_USAGE'
usage: setup-machine.sh [build|test] [options]
build (the default) installs and checks; test is for a machine that was started again since: limits in force, API answers.
${options}
  --artifact X
      File with the service, in place of its bucket, key and object version
  --sha256 X
      What the SHA-256 of that file has to be, as ${'`npm run package`'} said
Without --version the service is left out. DESTDIR=<folder> writes below a folder and leaves the system alone.
END_OF_USAGE
}

say() { printf 'setup-machine: %s\\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

${parameters.map(({ key, value }) => `${key}='${value ?? ''}'`).join('\n')}
artifact=
sha256=
phase=build
while [ $# -gt 0 ]; do
  case "$1" in
    build | test) phase=$1; shift; continue ;;
    -h | --help) usage; exit 0 ;;
    --*) [ $# -gt 1 ] || stop "$1: its value is missing" ;;
    *) stop "received '$1'; allowed: build, test and the options that --help lists" ;;
  esac
  case "$2" in
    '' | *[!A-Za-z0-9._/:@%+=-]*) stop "$1: received '$2'; allowed: letters, digits and . _ / : @ % + = -" ;;
  esac
  case "$1" in
${parameters.map(({ key, option }) => `    --${option}) ${key}=$2 ;;`).join('\n')}
    --artifact) artifact=$2 ;;
    --sha256) sha256=$2 ;;
    *) stop "$1: unknown; --help lists the options" ;;
  esac
  shift 2
done

export DESTDIR=\${DESTDIR-}
changed=0
if [ -n "$DESTDIR" ]; then
  # What changes a system says so in place of doing it, in the steps too.
  left_out() { printf 'setup-machine: left out: %s\\n' "$*" >&2; }
  apt-get() { left_out apt-get "$@"; }
  useradd() { left_out useradd "$@"; }
  systemctl() { left_out systemctl "$@"; }
  export -f left_out apt-get useradd systemctl
  if command -v dnf >/dev/null; then
    dnf() { left_out dnf "$@"; }
    alternatives() { left_out alternatives "$@"; }
    export -f dnf alternatives
  fi
fi

# The parameters, as Image Builder puts them in: their characters mean nothing to sed.
render() {
  sed ${names.map((key) => `-e "s|{{ ${key} }}|$${key}|g"`).join(' ')}
}

execute() {
  local commands
  commands=$(render)
  bash -c "$commands" </dev/null
}

# create_file <path>: writes standard input there, unless it is there already.
create_file() {
  local file=$DESTDIR$1
  mkdir -p "$(dirname "$file")"
  render >"$file.new"
  if cmp -s "$file.new" "$file"; then
    rm "$file.new"
    return 0
  fi
  chmod 0644 "$file.new"
  mv "$file.new" "$file"
  changed=$((changed + 1))
  say "wrote $1"
}

update_system() {
  if [ -n "$DESTDIR" ]; then return 0; fi
  if command -v dnf >/dev/null; then
    dnf upgrade -y
  else
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get upgrade -y
  fi
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# take_artifact: puts the file that was given where the steps look for it.
take_artifact() {
  if [ -n "$sha256" ]; then
    local found
    found=$(sha256 "$artifact")
    [ "$found" = "$sha256" ] || stop "$artifact: its SHA-256 is $found, not $sha256: this is not the file that was released"
  fi
  mkdir -p "$DESTDIR/tmp"
  cp "$artifact" "$DESTDIR/tmp/tiers-service.tgz"
}

check() {
  if [ -z "$DESTDIR" ]; then
    [ "$(uname -s)" = Linux ] || stop "found $(uname -s); needed: Linux, or DESTDIR for the files alone"
    [ "$(id -u)" = 0 ] || stop 'run as root: packages, users and units are set up'
    command -v dnf >/dev/null || command -v apt-get >/dev/null ||
      stop 'found neither dnf nor apt-get; needed: Amazon Linux 2023, Debian 13 or Ubuntu 25.10 and later'
    case "$(uname -m)" in
      x86_64 | aarch64) ;;
      *) stop "found the processor $(uname -m); needed: x86_64 or aarch64 (arm64)" ;;
    esac
  fi
  [ "$phase" = test ] && return 0
  [ -n "$LogGroup" ] || stop "--log-group: missing; ${parameters.find(({ key }) => key === 'LogGroup').description}"
  if [ -n "$artifact" ]; then
    [ -f "$artifact" ] || stop "$artifact: no such file"
    [ -n "$Version" ] || stop '--version: missing; the version of the service in --artifact'
  elif [ -n "$Version" ] && { [ -z "$Bucket" ] || [ -z "$Key" ] || [ -z "$ObjectVersion" ]; }; then
    stop "--version $Version: also needed: --artifact, or --bucket, --key and --object-version"
  fi
}

${documents.flatMap((document) => ['build', 'validate', 'test'].map((name) => phase(document, name))).join('\n')}
check
if [ "$phase" = test ]; then
${DOCUMENTS.map((name) => `  ${name === OPTIONAL ? 'if [ -e /opt/tiers/current ]; then ' : ''}test_${name}${name === OPTIONAL ? '; fi' : ''}`).join('\n')}
else
${['build', 'validate']
  .flatMap((each) =>
    DOCUMENTS.map((name) =>
      name === OPTIONAL ? `  if [ -n "$Version" ]; then ${each}_${name}; fi` : `  ${each}_${name}`,
    ),
  )
  .join('\n')}
fi
say "done, $changed files written"
`;

const given = process.argv.find((argument) => argument.startsWith('--out='))?.slice('--out='.length);
const file = given === undefined ? join(root, 'dist/release/setup-machine.sh') : resolve(given);
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, script, { mode: 0o755 });
console.log(given ?? 'dist/release/setup-machine.sh');
