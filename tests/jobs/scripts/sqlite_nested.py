from awsglue.context import GlueContext
glueContext = GlueContext()
people = glueContext.create_dynamic_frame.from_options("file", {"paths": ["people.json"]}, "json")
glueContext.write_dynamic_frame.from_options(people, "sqlite", {"path": "shop.db", "dbTable": "people"})
