"""Functions of iterators of records."""

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


def number(records):
    for entry in records:
        yield {"record": {"id": entry["record"]["id"], "seen": True}}


read("people.json").mapPartitions(number).show(2)
read("people.json").mapPartitionsWithIndex(lambda i, records: [{"record": {"call": i}}]).show()
job.commit()
