"""getSource and getSink, with setFormat."""

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

source = glueContext.getSource("file", paths=["people.json"], transformation_ctx="in")
source.setFormat("json")
frame = source.getFrame().select_fields("id")
sink = glueContext.getSink("file", path="out", transformation_ctx="out")
sink.setFormat("json")
sink.writeFrame(frame)
frame.write("file", {"path": "again"}, "parquet")
job.commit()
