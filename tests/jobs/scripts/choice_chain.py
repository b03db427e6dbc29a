"""Choices are resolved one after the other: columns made, a struct made, one cast."""

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


frame = glueContext.create_dynamic_frame.from_options("file", {"paths": ["mixed.json"]}, "json")
columns = ResolveChoice.apply(frame=frame, specs=[("a", "make_cols")], transformation_ctx="columns")
struct = ResolveChoice.apply(frame=columns, specs=[("b", "make_struct")], transformation_ctx="struct")
done = ResolveChoice.apply(frame=struct, choice="cast:string", transformation_ctx="done")
done.printSchema()
glueContext.write_dynamic_frame.from_options(done, "file", {"path": "out"}, "json")
job.commit()
