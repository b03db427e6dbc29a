"""A record for which the function raises, or gives nothing, is an error record."""

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
    if record["id"] == 2:
        raise RuntimeError("not this one")
    if record["id"] == 3:
        return None
    if record["id"] == 4:
        return {"id": 10**30}
    return {"id": record["id"]}


frame = read("people.json").map(strict)
frame.show()
print(frame.errorsCount())
limited = read("people.json").map(strict, stageThreshold=2)
try:
    limited.count()
except Exception as error:
    print(str(error).splitlines()[0][:60])
job.commit()
