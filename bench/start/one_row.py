"""One row through a whole Glue script: read JSON, map, write Parquet, commit."""

import os
import sys
import tempfile

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import ApplyMapping
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

with tempfile.TemporaryDirectory() as folder:
    source = os.path.join(folder, "in.json")
    with open(source, "w") as file:
        file.write('{"id": 1, "name": "Ada"}\n')
    people = glueContext.create_dynamic_frame.from_options(
        connection_type="file", connection_options={"paths": [source]}, format="json"
    )
    mapped = ApplyMapping.apply(
        frame=people, mappings=[("id", "int", "person_id", "long"), ("name", "string", "name", "string")]
    )
    glueContext.write_dynamic_frame.from_options(
        frame=mapped,
        connection_type="file",
        connection_options={"path": os.path.join(folder, "out")},
        format="parquet",
    )
    job.commit()
