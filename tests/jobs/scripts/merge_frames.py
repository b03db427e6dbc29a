"""Records of a stage take the place of those with their keys."""

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


def read(path):
    return glueContext.create_dynamic_frame.from_options(
        connection_type="file", connection_options={"paths": [path]}, format="json", transformation_ctx=path
    )


merged = read("people.json").select_fields(["id", "name"]).mergeDynamicFrame(read("stage.json"), ["id"])
glueContext.write_dynamic_frame.from_options(
    frame=merged, connection_type="file", connection_options={"path": "out"}, format="json"
)
print(merged.count())
empty = read("stage.json").filter(lambda record: False)
print(read("people.json").mergeDynamicFrame(empty, "id").count())
job.commit()
