"""Text that is JSON becomes what it says."""

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


frame = Unbox.apply(frame=read("boxes.json"), path="body", format="json")
frame.show()
print(frame.errorsCount())
read("boxes.json").unbox("deep.body", "json").select_fields(["id", "deep"]).show(1)
job.commit()
