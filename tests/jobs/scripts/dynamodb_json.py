"""Records of a DynamoDB export without their type tags."""

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


export = read("export.json")
export.unnest_ddb_json().show()
export.unnest_ddb_json().printSchema()
read("export.json").simplify_ddb_json().show()
job.commit()
