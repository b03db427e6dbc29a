from awsglue.context import GlueContext

glueContext = GlueContext()
glueContext.create_dynamic_frame.from_options(
    "custom.jdbc", {"className": "sequence", "url": "jdbc:x?user=${user}&password=${pasword}", "secretId": "shop/db"})
