"""Error records as a frame."""

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


def strict(record):
    if record["id"] % 2 == 0:
        raise RuntimeError("even")
    return {"id": record["id"]}


frame = read("people.json").select_fields(["id"]).map(strict, info="odd ones")
errors = ErrorsAsDynamicFrame.apply(frame=frame)
print(errors.count(), frame.errorsCount(), frame.stageErrorsCount())
errors.show()
errors.select_fields(["error"]).printSchema()
job.commit()
