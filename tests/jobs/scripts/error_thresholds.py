"""A step's threshold ends the job when more records fail; below it they are counted."""

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


numbers = glueContext.create_dynamic_frame.from_options("file", {"paths": ["numbers.json"]}, "json")


def inverse(record):
    return {"n": record["n"], "inverse": 12 // record["n"]}


tolerant = numbers.map(inverse, stageThreshold=3, totalThreshold=3)
print(tolerant.count(), tolerant.stageErrorsCount(), tolerant.errorsCount())
errors = ErrorsAsDynamicFrame.apply(tolerant)
print(errors.count())
glueContext.write_dynamic_frame.from_options(tolerant, "file", {"path": "out"}, "json")
try:
    numbers.map(inverse, stageThreshold=1).count()
except Exception as error:
    print("too many")
job.commit()
