"""Since Glue 6.0 names of arguments are written out; allow_abbrev takes beginnings again."""

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


try:
    getResolvedOptions(sys.argv, ["OUTPUT_PATH"])
except Exception as error:
    print(type(error).__name__, error)
print(getResolvedOptions(sys.argv, ["OUTPUT_PATH"], allow_abbrev=True)["OUTPUT_PATH"], sc.version)
job.commit()
