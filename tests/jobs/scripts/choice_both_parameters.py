"""specs and choice exclude each other."""

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
    connection_type="file", connection_options={"paths": ["mixed.json"]}, format="json", transformation_ctx="source"
)
for more in ({}, {"specs": [("zip", "cast:long")], "choice": "make_cols"}):
    try:
        source.resolveChoice(**more)
    except Exception as error:
        print(error)
job.commit()
