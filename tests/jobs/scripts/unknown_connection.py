from awsglue.context import GlueContext

glueContext = GlueContext()
glueContext.create_dynamic_frame.from_options("custom.spark", {"connectionName": "nubmers"})
