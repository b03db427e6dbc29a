# Options from a connection, a secret and the script itself.
import sys

from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
numbers = glueContext.create_dynamic_frame.from_options("custom.spark", {"connectionName": "numbers", "rows": "3"})
glueContext.write_dynamic_frame.from_options(numbers, "file", {"path": "out"}, "json")
job.commit()
