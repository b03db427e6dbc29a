"""What Spark on this machine does with the frames of cases/frames.py: lists taken apart, and functions of records in its
Python workers.

    spark_peer.py relationalize ROWS
    spark_peer.py relationalize_files DATA TARGET
    spark_peer.py map|few|filter ROWS            bench/records_data.py has the functions

$THREADS: how many of them. Prints one JSON object: answer, and seconds of the work alone, Spark's start and the rows' making left out.
"""

import json
import os
import pathlib
import sys
import tempfile
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StructType

BENCH = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCH))
import records_data  # noqa: E402

DOCUMENTS = [
    "id", "concat('document ', id % 1000) AS name",
    """transform(CASE WHEN id % 4 = 0 THEN array() ELSE sequence(0, id % 4 - 1) END,
n -> named_struct('sku', concat('sku-', (id + n) % 500), 'count', int(n), 'price', id % 100 / 4.0D)) AS items""",
    "array_repeat('tag', int(1 + id div 4 % 4)) AS tags",
]


def session(scratch):
    # Spark's workers import the functions by name.
    os.environ["PYTHONPATH"] = str(BENCH)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    made = (SparkSession.builder.master(f"local[{os.environ.get('THREADS', '1')}]").config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "8g").config("spark.sql.shuffle.partitions", "2").config("spark.local.dir", scratch)
            .config("spark.driver.host", "127.0.0.1").config("spark.sql.warehouse.dir", scratch).getOrCreate())
    made.sparkContext.setLogLevel("ERROR")
    return made


def kept(frame):
    """In memory: what follows does not make it again."""
    frame = frame.cache()
    return frame, frame.count()


def tables(documents):
    numbered = documents.withColumn("list", F.monotonically_increasing_id())
    yield "root", numbered.select("id", "name", F.expr("CASE WHEN size(items) > 0 THEN list END AS items"),
                                  F.expr("CASE WHEN size(tags) > 0 THEN list END AS tags"))
    yield "root_items", (numbered.select(F.col("list").alias("id"), F.posexplode("items").alias("index", "e"))
                         .select("id", "index", *(F.col(f"e.{name}").alias(f"items_val_{name}") for name in ("sku", "count", "price"))))
    yield "root_tags", numbered.select(F.col("list").alias("id"), F.posexplode("tags").alias("index", "tags_val"))


def relationalize(spark, _scratch, rows):
    documents, _ = kept(spark.range(int(rows)).selectExpr(*DOCUMENTS))
    begun = time.perf_counter()
    answer = [kept(table)[1] for _, table in tables(documents)]
    return answer, time.perf_counter() - begun


def relationalize_files(spark, _scratch, data, target):
    begun = time.perf_counter()
    documents, _ = kept(spark.read.json(data))
    for name, table in tables(documents):
        table.write.mode("overwrite").parquet(f"{target}/{name}")
    seconds = time.perf_counter() - begun
    return [spark.read.parquet(f"{target}/{name}").count() for name in ("root", "root_items", "root_tags")], seconds


def records(work):
    def run(spark, scratch, rows):
        path = pathlib.Path(scratch) / "records.json"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in records_data.lines(int(rows)))
        frame, _ = kept(spark.read.json(str(path)))
        function = records_data.FUNCTIONS[work]
        begun = time.perf_counter()
        as_records = frame.rdd.map(lambda row: row.asDict(True))
        if work == "filter":
            made = spark.createDataFrame(as_records.filter(function), frame.schema, verifySchema=False)
            answer = made.agg(F.count("*"), F.sum("i1"), F.sum("d2")).first()
        else:
            schema = StructType(frame.schema.fields).add("z", DoubleType())
            made = spark.createDataFrame(as_records.map(function), schema, verifySchema=False)
            answer = made.agg(F.count("*"), F.sum("z"), F.sum("i2"), F.sum(F.length("t1")), F.sum("who.age")).first()
        return list(answer), time.perf_counter() - begun
    return run


WORK = {"relationalize": relationalize, "relationalize_files": relationalize_files,
        **{work: records(work) for work in records_data.FUNCTIONS}}


def main(work, *arguments):
    with tempfile.TemporaryDirectory() as scratch:
        spark = session(scratch)
        answer, seconds = WORK[work](spark, scratch, *arguments)
        spark.stop()
    print(json.dumps({"answer": answer, "seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
