"""Reads folders as other programs do; prints one JSON object: {"spark parquet": [row, …] or an error's text, …}.

    read_all.py FOLDER SCRATCH

FOLDER has a folder for each case of CASES. Runs in the environment of other readers.
"""

import base64
import datetime as dt
import glob
import json
import os
import sys
from decimal import Decimal

FLAT = ("id bigint, flag boolean, small int, large bigint, real double, money decimal(12,2), huge decimal(38,4), text string, "
        "day date")
DUCK = {"id": "BIGINT", "flag": "BOOLEAN", "small": "INTEGER", "large": "BIGINT", "real": "DOUBLE", "money": "DECIMAL(12,2)",
        "huge": "DECIMAL(38,4)", "text": "VARCHAR", "day": "DATE"}
PARQUET = ("parquet", "glueparquet", "zstd", "gzip", "lz4")


def plain(value):
    """A value as JSON has it: the same for every reader."""
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value


def plain_rows(rows):
    rows = [{key: plain(value) for key, value in row.items()} for row in rows]
    for row in rows:
        if isinstance(row.get("map"), list):
            row["map"] = {(pair["key"] if isinstance(pair, dict) else pair[0]): (pair["value"] if isinstance(pair, dict) else pair[1])
                          for pair in row["map"]}
    return sorted(rows, key=lambda row: row["id"])


def spark_reads(root, scratch):
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as f
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "1")
             .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
             .config("spark.local.dir", scratch).config("spark.sql.warehouse.dir", scratch).getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")

    def rows_of(frame):
        # As microseconds, for Python's own local times end before the year 9999 does in some zones.
        if "at" in frame.columns:
            frame = frame.withColumn("at", f.unix_micros("at"))
        rows = [row.asDict(recursive=True) for row in frame.collect()]
        for row in rows:
            if row.get("at") is not None:
                row["at"] = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=row["at"])
        return rows

    for name in PARQUET:
        yield f"spark {name}", lambda name=name: rows_of(spark.read.parquet(f"{root}/{name}"))
    yield "spark json", lambda: rows_of(spark.read.schema(FLAT).json(f"{root}/json"))
    yield "spark csv", lambda: rows_of(spark.read.schema(FLAT).csv(f"{root}/csv", header=True, multiLine=True, quote='"',
                                                                   escape='"', nullValue=None, emptyValue=""))


def duckdb_reads(root):
    import duckdb
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'")

    def rows_of(source):
        # DuckDB's Python gives instants by way of pytz; as Arrow they are plain.
        return connection.sql(f"SELECT * FROM {source}").to_arrow_table().to_pylist()

    def columns(kinds):
        return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items()) + "}"

    for name in PARQUET:
        yield f"duckdb {name}", lambda name=name: rows_of(f"read_parquet('{root}/{name}/*')")
    # Numbers of JSON have double precision there.
    exact = {name: kind for name, kind in DUCK.items() if name != "huge"}
    yield "duckdb json", lambda: rows_of(f"read_json('{root}/json/*', format='newline_delimited', columns={columns(exact)})")
    yield "duckdb csv", lambda: rows_of(f"read_csv('{root}/csv/*', header=true, auto_detect=false, columns={columns(DUCK)}, "
                                        "delim=',', quote='\"', escape='\"', nullstr='')")


def polars_reads(root):
    import polars

    for name in PARQUET:
        yield f"polars {name}", lambda name=name: polars.read_parquet(glob.glob(f"{root}/{name}/*")).to_arrow().to_pylist()


def main(root, scratch):
    found = {}
    for reads in (spark_reads(root, scratch), duckdb_reads(root), polars_reads(root)):
        for name, read in reads:
            try:
                found[name] = plain_rows(read())
            except Exception as error:  # Every reader is asked, whatever another one says.
                found[name] = f"{type(error).__name__}: {error}"[:2000]
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    main(*sys.argv[1:])
