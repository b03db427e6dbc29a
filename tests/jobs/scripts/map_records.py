"""A function makes records of records."""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


def read(path):
    return glueContext.create_dynamic_frame.from_options(
        connection_type="file", connection_options={"paths": [path]}, format="json", transformation_ctx=path
    )


import datetime
import decimal


def clean(record):
    record["name"] = record["name"].upper()
    record["cities"] = [record.address.city] if "address" in record else []
    record["price"] = decimal.Decimal("1.5")
    record["on"] = datetime.date(2026, 1, 31)
    record["big"] = record["id"] * 10_000_000_000
    record["ratio"] = record["id"] / 2
    for name in ("tags", "address", "org"):
        record.pop(name, None)
    return record


frame = Map.apply(frame=read("people.json"), f=clean)
frame.printSchema()
frame.show(2)
print(frame.errorsCount())
job.commit()
