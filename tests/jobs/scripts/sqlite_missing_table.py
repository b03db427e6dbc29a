from awsglue.context import GlueContext
glueContext = GlueContext()
glueContext.write_dynamic_frame.from_options(
    glueContext.create_dynamic_frame.from_options("file", {"paths": ["people.json"]}, "json"),
    "sqlite", {"path": "shop.db", "dbTable": "people"})
glueContext.create_dynamic_frame.from_options("sqlite", {"path": "shop.db", "dbTable": "peolpe"}).show()
