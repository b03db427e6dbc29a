"""A stage of changes is merged by two keys, and a second stage after it."""

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


def read(path):
    return glueContext.create_dynamic_frame.from_options("file", {"paths": [path]}, "json", transformation_ctx=path)


merged = read("base.json").mergeDynamicFrame(read("first.json"), ["id", "part"]).mergeDynamicFrame(
    read("second.json"), ["id", "part"])
glueContext.write_dynamic_frame.from_options(merged, "file", {"path": "out"}, "json")
job.commit()
