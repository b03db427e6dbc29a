"""Members of the US Congress: persons, their memberships and the organizations, reshaped and written as Parquet.

An ordinary AWS Glue script. On this machine: tenon run job.py --INPUT data --OUTPUT out
"""

import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import ApplyMapping, DropFields, RenameField, SelectFields
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "INPUT", "OUTPUT"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)


def read(name):
    return glueContext.create_dynamic_frame.from_options(
        connection_type="file",
        connection_options={"paths": [f"{args['INPUT']}/{name}.json"]},
        format="json",
        transformation_ctx=f"read_{name}",
    )


def write(frame, name):
    glueContext.write_dynamic_frame.from_options(
        frame=frame,
        connection_type="file",
        connection_options={"path": f"{args['OUTPUT']}/{name}"},
        format="parquet",
        transformation_ctx=f"write_{name}",
    )


# Names become a struct, the date of birth a date; lists are taken whole.
persons = ApplyMapping.apply(
    frame=read("persons"),
    mappings=[
        ("id", "string", "person_id", "string"),
        ("given_name", "string", "name.given", "string"),
        ("family_name", "string", "name.family", "string"),
        ("gender", "string", "gender", "string"),
        ("birth_date", "string", "birth_date", "date"),
        ("identifiers", "array", "identifiers", "array"),
    ],
    transformation_ctx="map_persons",
)
persons.printSchema()
persons.select_fields(["person_id", "name", "birth_date"]).show(3)
write(persons, "persons")

memberships = ApplyMapping.apply(
    frame=read("memberships"),
    mappings=[
        ("person_id", "string", "person_id", "string"),
        ("organization_id", "string", "chamber", "string"),
        ("on_behalf_of_id", "string", "party", "string"),
        ("area_id", "string", "area", "string"),
        ("start_date", "string", "term.start", "date"),
        ("end_date", "string", "term.end", "date"),
    ],
    transformation_ctx="map_memberships",
)
write(memberships, "memberships")

organizations = DropFields.apply(frame=read("organizations"), paths=["identifiers", "links", "other_names"])
organizations = RenameField.apply(frame=organizations, old_name="classification", new_name="kind")
organizations = SelectFields.apply(frame=organizations, paths=["id", "name", "kind", "seats"])
write(organizations, "organizations")

job.commit()
