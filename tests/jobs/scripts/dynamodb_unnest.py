"""A DynamoDB export is unnested, filtered and mapped to a table."""

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


export = glueContext.create_dynamic_frame.from_options("file", {"paths": ["export.json"]}, "json")
items = export.unnest_ddb_json()
active = items.filter(lambda item: item["active"])
mapped = active.apply_mapping([("pk", "string", "key", "string"), ("score", "string", "score", "int")])
glueContext.write_dynamic_frame.from_options(mapped, "file", {"path": "out"}, "json")
job.commit()
