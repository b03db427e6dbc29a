"""Until Glue 5.1 a unique beginning of an argument's name is enough."""

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


print(getResolvedOptions(sys.argv, ["OUTPUT_PATH"])["OUTPUT_PATH"], sc.version, spark.version)
job.commit()
