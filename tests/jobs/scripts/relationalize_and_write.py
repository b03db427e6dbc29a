"""Each table that relationalize gives is written on its own, under its own folder."""

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


events = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["events.json"]}, "json", transformation_ctx="events")
tables = events.relationalize("root", "temp")
for name in sorted(tables.keys()):
    table = tables.select(name)
    print(name, table.count())
    glueContext.write_dynamic_frame.from_options(
        frame=table, connection_type="s3", connection_options={"path": "out/" + name}, format="json",
        transformation_ctx="write_" + name)
job.commit()
