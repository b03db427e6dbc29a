from awsglue.context import GlueContext

glueContext = GlueContext()
glueContext.create_dynamic_frame.from_options("custom.spark", {"className": "sequence", "rows": "3", "secretId": "countign"})
