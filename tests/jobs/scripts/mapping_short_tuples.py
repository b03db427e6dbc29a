"""Tuples of two and three, and one tuple in place of a list."""

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

source = glueContext.create_dynamic_frame.from_options(
    connection_type="file", connection_options={"paths": ["people.json"]}, format="json", transformation_ctx="source"
)
source.apply_mapping([("name.first", "first"), ("id", "number", "string")]).show()
source.apply_mapping(("id", "only")).show(1)
job.commit()
