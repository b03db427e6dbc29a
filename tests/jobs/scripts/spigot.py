"""A sample of the records is written; all go on."""

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
passed = Spigot.apply(frame=people, path="sample", options={"topk": 2})
print(passed.count())
people.spigot("rare", {"prob": 1e-12})
try:
    people.spigot("wrong", {"prob": 2})
except ValueError as error:
    print(error)
job.commit()
