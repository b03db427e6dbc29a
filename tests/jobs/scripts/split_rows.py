"""One frame becomes two, by conditions; records without a value are among the others."""

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


parts = read("people.json").split_rows({"org": {"=": 10}, "id": {">": 0, "<=": 2}}, "members", "others")
parts["members"].select_fields(["name"]).show()
print("others")
SelectFromCollection.apply(dfc=parts, key="others").select_fields(["name"]).show()
print(SplitRows.apply(frame=read("people.json"), comparison_dict={"name": {"!=": "Ada"}}).select("frame1").count())
try:
    read("people.json").split_rows({"id": {"~": 1}}, "a", "b")
except ValueError as error:
    print(error)
job.commit()
