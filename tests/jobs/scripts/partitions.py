"""Records in so many partitions, and so many files."""

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


people = read("people.json").select_fields(["id"])
for frame, path in (
    (people.repartition(3), "three"),
    (Coalesce.apply(frame=people.repartition(4), num_partitions=2), "two"),
    (people.coalesce(5), "one"),
):
    print(path, frame.getNumPartitions())
    glueContext.write_dynamic_frame.from_options(
        frame=frame, connection_type="file", connection_options={"path": path}, format="json"
    )
import os
print([len(os.listdir(path)) for path in ("three", "two", "one")])
try:
    people.repartition(0)
except Exception as error:
    print(error)
job.commit()
