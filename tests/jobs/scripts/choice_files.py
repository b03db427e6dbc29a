"""A choice whose types stand in different files: each file has one of them, the frame has both."""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


def read():
    return glueContext.create_dynamic_frame.from_options(
        connection_type="file", connection_options={"paths": ["in"]}, format="json"
    )


def write(frame, path):
    glueContext.write_dynamic_frame.from_options(
        frame=frame, connection_type="file", connection_options={"path": path}, format="parquet"
    )


mappings = [("id", "int", "id", "long"), ("zip", "string", "zip", "string"), ("zip", "int", "number", "long")]
write(read().resolveChoice(specs=[("zip", "make_cols")]), "cols")
write(ApplyMapping.apply(frame=read(), mappings=mappings), "mapped")
frame = read().resolveChoice(specs=[("zip", "make_struct")])
frame.show()
print(frame.count())
frame.printSchema()
job.commit()
