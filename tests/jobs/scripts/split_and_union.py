"""Rows are split, each part shaped in its own way, and united again."""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


people = glueContext.create_dynamic_frame.from_options("file", {"paths": ["people.json"]}, "json")
parts = SplitRows.apply(frame=people, comparison_dict={"age": {">=": 18, "<": 65}}, name1="working", name2="others")
working = SelectFromCollection.apply(dfc=parts, key="working", transformation_ctx="working")
others = SelectFromCollection.apply(dfc=parts, key="others", transformation_ctx="others")
united = working.drop_fields(["age"]).union(others.rename_field("age", "years"))
glueContext.write_dynamic_frame.from_options(united, "file", {"path": "out"}, "json")
print(working.count(), others.count(), united.count())
job.commit()
