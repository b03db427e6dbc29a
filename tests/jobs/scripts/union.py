"""All records of two frames; a field of two types becomes a choice."""

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


both = read("people.json").select_fields(["id", "name"]).union(read("more.json"))
both.printSchema()
print(both.count(), Union.apply(frame1=both, frame2=both).count())
both.resolveChoice(specs=[("id", "cast:string")]).show()
job.commit()
