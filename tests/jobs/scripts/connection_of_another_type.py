from awsglue.context import GlueContext

glueContext = GlueContext()
numbers = glueContext.create_dynamic_frame.from_options("sequence", {"rows": "3"})
glueContext.write_dynamic_frame.from_options(numbers, "file", {"path": "out", "connectionName": "shop"}, "json")
