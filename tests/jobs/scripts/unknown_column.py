"""On a source that knows its columns, a misspelt one is found before anything is read."""

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

source = glueContext.create_dynamic_frame.from_options("sequence", {"rows": "10"})
mapped = ApplyMapping.apply(frame=source, mappings=[("valeu", "long", "v", "long")])
glueContext.write_dynamic_frame.from_options(
    frame=mapped, connection_type="file", connection_options={"path": "out"}, format="parquet", transformation_ctx="sink"
)
