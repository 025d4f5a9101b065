"""Runs one query of Athena on DuckDB: standard input holds the query, the columns and the folder with the lines."""

import json
import sys

import duckdb
import sqlglot

asked = json.load(sys.stdin)
database = duckdb.connect()
database.execute("SET TimeZone = 'UTC'")


def source(table, columns):
    fields = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    return (
        f"CREATE VIEW {table} AS SELECT * FROM read_json('{asked['folder']}/{table}/**/*.json.gz', "
        f"format = 'newline_delimited', hive_partitioning = true, hive_types_autocast = false, "
        f"columns = {{{fields}}})"
    )


for table, columns in asked["tables"].items():
    database.execute(source(table, columns))
[statement] = sqlglot.transpile(asked["query"], read="athena", write="duckdb")
answer = database.execute(statement)
names = [column[0] for column in answer.description]
rows = [[None if cell is None else str(cell) for cell in row] for row in answer.fetchall()]
json.dump({"names": names, "rows": rows}, sys.stdout)
