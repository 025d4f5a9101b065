#!/usr/bin/env bash
# Moves the rows of one PostgreSQL database into an empty one, and proves that every row arrived: between the one server of
# rung 1 and the managed database of rung 2, in either direction (docs/climbing.md). Needs psql, pg_dump and pg_restore of
# the newer server's major version. Whoever runs it owns both databases.
#
#   move-database.sh <source> <target> <dump file>
#
# Source and target are connection strings (postgresql://user@host:5432/app?sslmode=verify-full) without passwords: those come from
# ~/.pgpass or PGPASSFILE. The dump file stays, as a backup. From the first moment on the source takes no writes; it takes
# them again only if the move fails.
set -euo pipefail
umask 077

say() { printf '%s\n' "$*" >&2; }
stop() {
  say "$*"
  exit 1
}

[ $# = 3 ] || stop 'usage: move-database.sh <source> <target> <dump file>'
source_url=$1 target_url=$2 dump=$3
for url in "$source_url" "$target_url"; do
  case "$url" in
    *://*:*@*) stop 'A connection string holds a password, which every user of this machine could read; put it into ~/.pgpass' ;;
  esac
done
[ ! -e "$dump" ] || stop "$dump: is there already; name a file that is not"

# Values are compared as text, so both servers have to write them alike.
export PGOPTIONS='-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1 -c search_path=pg_catalog'
ask() { psql --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 --dbname "$1" --command "$2"; }
# The source refuses writes by default from step 1 on; these are ours.
change() { PGOPTIONS='-c default_transaction_read_only=off' ask "$1" "$2"; }
digest() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }

own_relations="FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^(pg_|information_schema\$)' AND c.relkind"
tables() { ask "$1" "SELECT format('%I.%I', n.nspname, c.relname) $own_relations = 'r'" | LC_ALL=C sort; }
sequences() { ask "$1" "SELECT format('%I.%I', n.nspname, c.relname) $own_relations = 'S'" | LC_ALL=C sort; }

# One line for each table (rows, digest of its rows in order) and each sequence, and one for the schema.
fingerprint() {
  # A command substitution does not inherit -e: without it a query that fails on both sides would look like equal rows.
  set -e
  local name rows sum value
  tables "$1" | while read -r name; do
    rows=$(ask "$1" "SELECT count(*) FROM $name" </dev/null)
    sum=$(ask "$1" "COPY (SELECT t::text FROM $name t ORDER BY t::text COLLATE \"C\") TO STDOUT" </dev/null | digest)
    printf '%s %s rows %s\n' "$name" "$rows" "$sum"
  done
  sequences "$1" | while read -r name; do
    value=$(ask "$1" "SELECT last_value || ' ' || is_called FROM $name" </dev/null)
    printf '%s at %s\n' "$name" "$value"
  done
  # Comments name versions, and \restrict lines a random key.
  sum=$(pg_dump --dbname "$1" --schema-only --no-owner --no-privileges | grep -vE '^(--|\\|$)' | digest)
  printf 'schema %s\n' "$sum"
}

# Before anything is changed.
server=$(ask "$source_url" 'SHOW server_version_num')
receiver=$(ask "$target_url" 'SHOW server_version_num')
client=$(pg_dump --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
[ "$client" -ge $((server / 10000)) ] ||
  stop "pg_dump is of version $client, the source of $((server / 10000)); install the client of that version"
[ $((receiver / 10000)) -ge $((server / 10000)) ] ||
  stop "The target is PostgreSQL $((receiver / 10000)), older than the source, $((server / 10000)); make the target of that version"
found=$(ask "$target_url" "SELECT count(*) $own_relations IN ('r', 'p', 'v', 'm', 'f', 'S')")
[ "$found" = 0 ] ||
  stop "The target holds $found tables, views and sequences already. Nothing was changed; give an empty database"
names=$(tables "$source_url")
[ -n "$names" ] || stop 'The source holds no table. Nothing was changed; are source and target the right way round?'
database=$(ask "$source_url" 'SELECT quote_ident(current_database())')

reopen() {
  local status=$?
  [ $status = 0 ] && return
  change "$source_url" "ALTER DATABASE $database RESET default_transaction_read_only" ||
    say "The source still refuses writes: run ALTER DATABASE $database RESET default_transaction_read_only there"
  say 'The move failed. The source takes writes again; drop what the target holds before the next try.'
}
trap reopen EXIT
trap 'exit 130' INT TERM

say '1. The source stops taking writes.'
change "$source_url" "ALTER DATABASE $database SET default_transaction_read_only = on"
# Open sessions keep the setting that they began with.
change "$source_url" "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'" >/dev/null
before=$(fingerprint "$source_url")

say "2. Its rows are written to $dump."
pg_dump --dbname "$source_url" --format custom --no-owner --no-privileges --file "$dump"

say '3. The target reads them, all or none.'
PGOPTIONS='' pg_restore --dbname "$target_url" --single-transaction --exit-on-error --no-owner --no-privileges "$dump"
PGOPTIONS='' ask "$target_url" 'ANALYZE'

say '4. Both are compared, row by row.'
after=$(fingerprint "$target_url")
again=$(fingerprint "$source_url")
[ "$again" = "$before" ] || stop 'Somebody wrote to the source during the move, in spite of its setting.'
if [ "$after" != "$before" ]; then
  say 'Source and target differ (< source, > target):'
  diff <(printf '%s\n' "$before") <(printf '%s\n' "$after") >&2 || true
  exit 1
fi
printf '%s\n' "$after"
say 'All rows arrived. The source stays read-only; point the service at the target, and let a worker start, which grants its role.'
