"""What DuckDB and Polars do with the frames of cases/frames.py, in memory or from files.

    frames_peer.py duckdb|polars relationalize ROWS
    frames_peer.py duckdb|polars relationalize_files DATA TARGET

Prints one JSON object: the numbers of rows, and seconds of the work alone.
"""

import json
import os
import resource
import sys
import time

import duckdb

DOCUMENTS = """
CREATE TABLE documents AS SELECT i AS id, 'document ' || i % 1000 AS name,
  list_transform(range(i % 4), lambda n: {'sku': 'sku-' || (i + n) % 500, 'count': n::INT, 'price': (i % 100) / 4.0}) AS items,
  list_transform(range(1 + i // 4 % 4), lambda n: 'tag') AS tags
FROM range(ROWS) t(i)"""

# Tables as Glue's: the root with numbers in place of lists, and a row for each element.
RELATIONALIZE = {
    "root": """SELECT id, name, CASE WHEN len(items) > 0 THEN rowid END AS items, CASE WHEN len(tags) > 0 THEN rowid END AS tags
FROM documents""",
    "root_items": """SELECT id, (i - 1)::INT AS index, e.sku AS "items.val.sku", e.count AS "items.val.count",
e.price AS "items.val.price" FROM (SELECT rowid AS id, generate_subscripts(items, 1) AS i, unnest(items) AS e FROM documents)""",
    "root_tags": """SELECT rowid AS id, (generate_subscripts(tags, 1) - 1)::INT AS index, unnest(tags) AS "tags.val" FROM documents""",
}


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def relationalize(connection, rows):
    connection.execute(DOCUMENTS.replace("ROWS", str(int(rows))))
    begun, cpu = time.perf_counter(), cpu_seconds()
    for name, query in RELATIONALIZE.items():
        connection.execute(f"CREATE TABLE {name} AS {query}")
    ended = time.perf_counter() - begun, cpu_seconds() - cpu
    return [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in RELATIONALIZE], *ended


def relationalize_files(connection, data, target):
    os.makedirs(target, exist_ok=True)
    begun, cpu = time.perf_counter(), cpu_seconds()
    connection.execute(f"CREATE TABLE documents AS SELECT * FROM read_json('{data}', format='newline_delimited')")
    for name, query in RELATIONALIZE.items():
        connection.execute(f"COPY ({query}) TO '{target}/{name}.parquet' (FORMAT parquet)")
    ended = time.perf_counter() - begun, cpu_seconds() - cpu
    return [connection.execute(f"SELECT count(*) FROM '{target}/{name}.parquet'").fetchone()[0] for name in RELATIONALIZE], *ended


class DuckDb:
    def __init__(self):
        self.connection = duckdb.connect(config={"threads": os.environ.get("THREADS", "1")})

    def relationalize(self, rows):
        return relationalize(self.connection, rows)

    def relationalize_files(self, data, target):
        return relationalize_files(self.connection, data, target)


class Polars:
    def __init__(self):
        os.environ["POLARS_MAX_THREADS"] = os.environ.get("THREADS", "1")
        import polars
        self.polars = polars

    def tables(self, documents):
        pl = self.polars
        numbered = documents.with_row_index("list")

        def number(column):
            return pl.when(pl.col(column).list.len() > 0).then(pl.col("list")).alias(column)

        def elements(column):
            some = numbered.filter(pl.col(column).list.len() > 0)
            return some.select(pl.col("list").alias("id"), pl.int_ranges(0, pl.col(column).list.len()).alias("index"),
                               column).explode("index", column)

        return {"root": numbered.select("id", "name", number("items"), number("tags")),
                "root_items": elements("items").unnest("items"), "root_tags": elements("tags")}

    def relationalize(self, rows):
        with duckdb.connect() as connection:
            connection.execute(DOCUMENTS.replace("ROWS", str(int(rows))))
            documents = self.polars.from_arrow(connection.execute("SELECT * FROM documents").to_arrow_table())
        begun, cpu = time.perf_counter(), cpu_seconds()
        made = self.tables(documents)
        ended = time.perf_counter() - begun, cpu_seconds() - cpu
        return [table.height for table in made.values()], *ended

    def relationalize_files(self, data, target):
        os.makedirs(target, exist_ok=True)
        begun, cpu = time.perf_counter(), cpu_seconds()
        made = self.tables(self.polars.read_ndjson(data, infer_schema_length=None))
        for name, table in made.items():
            table.write_parquet(f"{target}/{name}.parquet", compression="snappy")
        ended = time.perf_counter() - begun, cpu_seconds() - cpu
        return [table.height for table in made.values()], *ended


def main(tool, work, *arguments):
    peer = {"duckdb": DuckDb, "polars": Polars}[tool]()
    answer, seconds, cpu = getattr(peer, work)(*arguments)
    print(json.dumps({"answer": answer, "seconds": seconds, "cpu_seconds": cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
