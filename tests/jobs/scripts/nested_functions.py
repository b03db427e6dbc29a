"""Functions over nested records: lists filtered, structs built, fields taken away."""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


def total(record):
    lines = [line for line in record["lines"] if line["count"] > 0]
    record["lines"] = lines
    record["total"] = sum(line["count"] * line["price"] for line in lines)
    record["to"] = {"city": record["to"]["city"].upper(), "known": "zip" in record["to"]}
    del record["note"]
    return record


orders = glueContext.create_dynamic_frame.from_options("file", {"paths": ["orders.json"]}, "json")
big = Filter.apply(frame=orders, f=lambda x: x["to"]["city"] != "Bonn")
mapped = Map.apply(frame=big, f=total, transformation_ctx="mapped")
paid = mapped.filter(f=lambda x: x["total"] >= 10)
glueContext.write_dynamic_frame.from_options(paid, "file", {"path": "out"}, "json")
print(mapped.count(), mapped.stageErrorsCount(), paid.count())
job.commit()
