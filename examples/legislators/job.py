"""Members of the US Congress: persons, memberships and organizations joined, reshaped, and written to Parquet and SQLite.

An ordinary AWS Glue script. On this machine:
  tenon run job.py --INPUT data --DATABASE congress.db --OUTPUT out
"""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import ApplyMapping, Join, Relationalize, ResolveChoice, SelectFields
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "INPUT", "DATABASE", "OUTPUT"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


def read_json(name):
    return glueContext.create_dynamic_frame.from_options(
        connection_type="file", connection_options={"paths": [f"{args['INPUT']}/{name}.json"]}, format="json",
        transformation_ctx=f"read_{name}")


def jdbc(database, table):
    return {"className": "org.sqlite.JDBC", "url": f"jdbc:sqlite:{database}", "dbTable": table}


def read_table(name):
    return glueContext.create_dynamic_frame.from_options(
        connection_type="custom.jdbc", connection_options=jdbc(args["DATABASE"], name), transformation_ctx=f"read_{name}")


def write_table(frame, name):
    glueContext.write_dynamic_frame.from_options(
        frame=frame, connection_type="custom.jdbc",
        connection_options={**jdbc(f"{args['OUTPUT']}/legislators.db", name), "mode": "overwrite"},
        transformation_ctx=f"write_{name}")


# Who sat where: one row for each seat that a person held, with the person's own lists.
persons = ApplyMapping.apply(
    frame=read_json("persons"),
    mappings=[
        ("id", "string", "id", "string"),
        ("given_name", "string", "name.given", "string"),
        ("family_name", "string", "name.family", "string"),
        ("gender", "string", "gender", "string"),
        ("birth_date", "string", "born", "date"),
        ("identifiers", "array", "identifiers", "array"),
        ("links", "array", "links", "array"),
        ("other_names", "array", "other_names", "array"),
    ],
    transformation_ctx="map_persons")
chambers = SelectFields.apply(frame=read_table("organizations"), paths=["id", "name", "seats"])
chambers = chambers.rename_field("id", "org_id").rename_field("name", "chamber")
held = Join.apply(persons, read_table("memberships"), ["id"], ["person_id"], transformation_ctx="join_persons")
history = Join.apply(chambers, held, ["org_id"], ["organization_id"], transformation_ctx="join_chambers")
history = history.drop_fields(["org_id", "person_id", "organization_id"])
history.select_fields(["chamber", "name", "start_date", "end_date"]).show(3)

# One folder for each chamber.
glueContext.write_dynamic_frame.from_options(
    frame=history, connection_type="file",
    connection_options={"path": f"{args['OUTPUT']}/history", "partitionKeys": ["chamber"]}, format="parquet",
    transformation_ctx="write_history")

# Flat tables: a database has no lists.
for name, table in Relationalize.apply(frame=history, name="history", transformation_ctx="flatten").items():
    write_table(table, name.replace(".", "_"))

# The suite of an office is a number in some rows and a text in others.
offices = read_json("district_offices")
offices.select_fields(["offices"]).printSchema()
offices = ResolveChoice.apply(frame=offices, specs=[("offices[].suite", "cast:string")], transformation_ctx="suites")
for name, table in Relationalize.apply(frame=offices, name="offices", transformation_ctx="flatten_offices").items():
    write_table(table, name.replace(".", "_"))

job.commit()
