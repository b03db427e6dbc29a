"""A file without a record: every step works, and nothing is written that is no row."""

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


rows = glueContext.create_dynamic_frame.from_options("file", {"paths": ["empty.json"]}, "json", transformation_ctx="rows")
other = glueContext.create_dynamic_frame.from_options("file", {"paths": ["full.json"]}, "json", transformation_ctx="other")
filtered = Filter.apply(frame=rows, f=lambda record: record["id"] > 1)
united = Union.apply(filtered, other, transformation_ctx="united")
print(rows.count(), filtered.count(), united.count(), rows.unnest().count())
print(list(rows.relationalize("root", "temp").keys()))
united.show()
job.commit()
