"""SelectFields, DropFields and RenameField, as classes and as methods."""

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

source = glueContext.create_dynamic_frame.from_options(
    connection_type="file", connection_options={"paths": ["people.json"]}, format="json", transformation_ctx="source"
)
chosen = SelectFields.apply(frame=source, paths=["id", "name", "nothing"])
chosen.drop_fields(["name.last"]).show(1)
RenameField.apply(frame=chosen, old_name="name.first", new_name="name.given").show(1)
DropFields.apply(frame=source, paths=["name", "tags", "score"]).rename_field("born", "birth_date").show()
job.commit()
