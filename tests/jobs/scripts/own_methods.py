"""DynamicFrame is an open class: custom transforms add methods."""

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

from awsglue import DynamicFrame


def keep_ids(self, new_name):
    return self.select_fields(["id"]).rename_field("id", new_name)


DynamicFrame.keep_ids = keep_ids
source = glueContext.create_dynamic_frame.from_options(
    connection_type="file", connection_options={"paths": ["people.json"]}, format="json", transformation_ctx="source"
)
source.keep_ids("n").show(2)
job.commit()
