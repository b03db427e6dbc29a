"""The records for which a function is true: what cannot be compared is left out, other errors are kept as such."""

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


people = read("people.json")
Filter.apply(frame=people, f=lambda record: record["org"] == 10).select_fields(["name"]).show()
print(people.filter(lambda record: int(record["name"]) > 0).count())
odd = people.filter(lambda record: 1 / (record["id"] - 1) > 0)
print(odd.count(), odd.errorsCount())
people.filter(f=lambda x: x.address.city.startswith("New")).select_fields(["id"]).show()
job.commit()
