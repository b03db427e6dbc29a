"""Nested records become flat tables, which are joined by their ids."""

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


tables = Relationalize.apply(frame=read("orders.json"), staging_path="unused", name="orders")
for name in tables.keys():
    print(name)
    tables[name].show()
tables["orders_lines"].printSchema()
joined = tables["orders"].join("lines", "id", tables["orders_lines"])
print(joined.select_fields(["order", "lines.val.sku"]).count())
glueContext.write_dynamic_frame.from_options(
    frame=tables, connection_type="file", connection_options={"path": "out", "useFrameName": "true"}, format="parquet"
)
job.commit()
