"""Collections of frames: mapped, flat-mapped, selected from, and written."""

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


from awsglue.dynamicframe import DynamicFrameCollection

people, orgs = read("people.json"), read("orgs.json")
both = DynamicFrameCollection({"people": people, "orgs": orgs}, glueContext)
named = MapToCollection.apply(dfc=both, callable=lambda frame, ctx: frame.select_fields(["name"]))
print(len(named), sorted(named.keys()))
named["orgs"].show()
flat = FlatMap.apply(dfc=both, BaseTransform=DropFields, frame_name="frame", paths=["name", "address", "tags"])
flat[orgs.name].show()
print(both.select("nobody").count())
glueContext.write_dynamic_frame.from_options(
    frame=named, connection_type="file", connection_options={"path": "out", "useFrameName": True}, format="json"
)
job.commit()
