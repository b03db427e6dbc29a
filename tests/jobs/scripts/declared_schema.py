# A frame whose schema the script declares: nothing is read to know it, and a sink gets just that.
from awsglue.context import GlueContext
from awsglue.gluetypes import DecimalType, Field, LongType, StringType, StructType
from pyspark.context import SparkContext

glueContext = GlueContext(SparkContext.getOrCreate())
orders = glueContext.create_dynamic_frame.from_options("file", {"paths": ["orders.json"]}, "json")
declared = orders.with_frame_schema(StructType([
    Field("id", LongType()), Field("amount", DecimalType(10, 2)), Field("note", StringType())]))
declared.printSchema()
declared.show()
print(declared.count())
glueContext.write_dynamic_frame.from_options(declared, "file", {"path": "out"}, "parquet")
