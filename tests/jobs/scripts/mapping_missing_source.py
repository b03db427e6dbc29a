"""A field that no record has gives nulls."""

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
mapped = ApplyMapping.apply(frame=source, mappings=[("id", "int", "id", "int"), ("phone", "string", "phone", "string")])
glueContext.write_dynamic_frame.from_options(
    frame=mapped, connection_type="file", connection_options={"path": "out"}, format="parquet", transformation_ctx="sink"
)
job.commit()
