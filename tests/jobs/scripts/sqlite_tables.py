# Tables through Glue's JDBC words: read, joined with a file, written, and read again.
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import ApplyMapping, Join
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


def table(name, **more):
    return {"className": "org.sqlite.JDBC", "url": "jdbc:sqlite:shop.db", "dbTable": name, **more}


orders = glueContext.create_dynamic_frame.from_options("file", {"paths": ["orders.json"]}, "json", transformation_ctx="orders")
glueContext.write_dynamic_frame.from_options(
    ApplyMapping.apply(orders, [("id", "int", "id", "long"), ("who", "int", "who", "long"),
                                ("price", "string", "price", "decimal(10,2)"), ("day", "string", "day", "date")]),
    "custom.jdbc", table("orders", mode="create"), transformation_ctx="make_orders")
people = glueContext.create_dynamic_frame.from_options("file", {"paths": ["people.json"]}, "json", transformation_ctx="people")
for at, mode in enumerate(("append", "overwrite")):
    glueContext.write_dynamic_frame.from_options(people, "sqlite", {"path": "shop.db", "dbTable": "people", "mode": mode},
                                                 transformation_ctx=f"people_{at}")
more = glueContext.create_dynamic_frame.from_options("file", {"paths": ["more.json"]}, "json", transformation_ctx="more")
glueContext.write_dynamic_frame.from_options(more, "custom.jdbc", table("named", mode="upsert", keys="id"), transformation_ctx="a")
glueContext.write_dynamic_frame.from_options(people, "custom.jdbc", table("named", mode="upsert", keys="id"), transformation_ctx="b")

read = glueContext.create_dynamic_frame.from_options("custom.jdbc", table("orders"), transformation_ctx="read_orders")
read.printSchema()
named = glueContext.create_dynamic_frame.from_options(
    "custom.jdbc", {"className": "org.sqlite.JDBC", "url": "jdbc:sqlite:shop.db",
                    "query": "SELECT id AS person, upper(name) AS name FROM named WHERE id < 3"}, transformation_ctx="read_named")
joined = Join.apply(read, named, ["who"], ["person"]).drop_fields(["person"])
glueContext.write_dynamic_frame.from_options(joined, "file", {"path": "out"}, "json", transformation_ctx="joined")
job.commit()
