"""One frame to several sinks: Hive folders of two keys, a flat folder, and a sample."""

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


sales = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["sales.json"]}, "json", transformation_ctx="sales")
glueContext.write_dynamic_frame.from_options(
    frame=sales, connection_type="s3", connection_options={"path": "by_day", "partitionKeys": ["year", "month"]},
    format="json", transformation_ctx="by_day")
sample = Spigot.apply(frame=sales, path="sample", options={"topk": 2})
glueContext.write_dynamic_frame.from_options(
    frame=sample.select_fields(["id"]), connection_type="s3", connection_options={"path": "flat"}, format="parquet",
    transformation_ctx="flat")
job.commit()
