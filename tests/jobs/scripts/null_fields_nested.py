"""DropNullFields takes away columns without any value, at the top."""

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


rows = glueContext.create_dynamic_frame.from_options("file", {"paths": ["rows.json"]}, "json", transformation_ctx="rows")
kept = DropNullFields.apply(frame=rows, transformation_ctx="kept")
print(sorted(field.name for field in kept.schema().fields))
glueContext.write_dynamic_frame.from_options(kept, "file", {"path": "out"}, "parquet", transformation_ctx="out")
job.commit()
