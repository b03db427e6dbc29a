"""Two frames side by side where their keys are equal; a name of both gets a dot on the right."""

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


people, orgs = read("people.json"), read("orgs.json")
joined = Join.apply(frame1=people, frame2=orgs, keys1=["org"], keys2=["org_id"])
joined.select_fields(["id", "name", "org", "org_id", "`.name`"]).printSchema()
glueContext.write_dynamic_frame.from_options(
    frame=joined.drop_fields(["address", "tags"]), connection_type="file", connection_options={"path": "out"}, format="json"
)
print(joined.count(), joined.name == people.name + orgs.name)
print(people.join("id", "org_id", orgs).count())
try:
    people.join("org", "orgid", orgs).count()
except Exception as error:
    print(error)
try:
    people.join("name", "org_id", orgs).count()
except Exception as error:
    print(error)
try:
    people.join(["org", "id"], "org_id", orgs)
except Exception as error:
    print(error)
job.commit()
