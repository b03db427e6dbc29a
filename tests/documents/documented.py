"""What AWS documents of awsglue, as parameter lists: ours are compared with these, and docs/compatibility.md is made from it."""

COMMON = 'transformation_ctx="", info="", stageThreshold=0, totalThreshold=0'
FROM_OPTIONS = 'connection_type, connection_options={}, format=None, format_options={}, transformation_ctx=""'
CATALOG = ('database=None, table_name=None, redshift_tmp_dir="", transformation_ctx="", push_down_predicate="", '
           "additional_options={}, catalog_id=None, **kwargs")
WRITE_CATALOG = ('frame, database=None, table_name=None, redshift_tmp_dir="", transformation_ctx="", '
                 "additional_options={}, catalog_id=None, **kwargs")

# Title of the section, module, class, {member: parameters without self}.
CLASSES = [
    ("GlueContext", "awsglue.context", "GlueContext", {
        "__init__": "sparkContext=None, **options",
        "getSource": 'connection_type, format=None, transformation_ctx="", push_down_predicate="", **options',
        "getStreamingSource": 'connection_type, format=None, transformation_ctx="", push_down_predicate="", **options',
        "getSink": 'connection_type, format=None, transformation_ctx="", **options',
        "create_dynamic_frame_from_options": FROM_OPTIONS + ', push_down_predicate="", **kwargs',
        "create_dynamic_frame_from_catalog": CATALOG,
        "create_dynamic_frame_from_rdd": 'data, name, schema=None, sample_ratio=None, transformation_ctx=""',
        "create_data_frame_from_catalog": CATALOG,
        "create_data_frame_from_options": FROM_OPTIONS + ', push_down_predicate="", **kwargs',
        "create_sample_dynamic_frame_from_catalog": "database, table_name, num=None, …",
        "create_sample_dynamic_frame_from_options": "connection_type, connection_options={}, num=None, …",
        "write_dynamic_frame_from_options": "frame, " + FROM_OPTIONS,
        "write_from_options": ("frame_or_dfc, connection_type, connection_options={}, format={}, format_options={}, "
                               'transformation_ctx="", **kwargs'),
        "write_dynamic_frame_from_catalog": WRITE_CATALOG,
        "write_data_frame_from_catalog": WRITE_CATALOG,
        "write_dynamic_frame_from_jdbc_conf": "frame, catalog_connection, connection_options={}, …",
        "write_from_jdbc_conf": "frame_or_dfc, catalog_connection, connection_options={}, …",
        "extract_jdbc_conf": "connection_name, catalog_id=None",
        "convert_resolve_option": "path, action, target",
        "purge_table": "database, table_name, options={}, …",
        "purge_s3_path": 's3_path, options={}, transformation_ctx=""',
        "transition_table": "database, table_name, transition_to, options={}, …",
        "transition_s3_path": 's3_path, transition_to, options={}, transformation_ctx=""',
        "forEachBatch": "frame, batch_function, options={}",
        "getSampleStreamingDynamicFrame": "frame, options={}, batch_function=None",
        "add_ingestion_time_columns": "frame, time_granularity",
        "start_transaction": "read_only",
        "commit_transaction": "transaction_id, wait_for_commit=True",
        "cancel_transaction": "transaction_id",
        "get_logger": "",
        "currentTimeMillis": "",
        "get_catalog_schema_as_spark_schema": "database, table_name, catalog_id",
    }),
    ("create_dynamic_frame", "awsglue.dataframereader", "DynamicFrameReader", {
        "from_options": FROM_OPTIONS + ', push_down_predicate="", **kwargs',
        "from_catalog": CATALOG,
        "from_rdd": "data, name, schema=None, sampleRatio=None",
    }),
    ("write_dynamic_frame", "awsglue.dataframewriter", "DynamicFrameWriter", {
        "from_options": "frame, " + FROM_OPTIONS,
        "from_catalog": WRITE_CATALOG,
        "from_jdbc_conf": "frame, catalog_connection, connection_options={}, …",
    }),
    ("DynamicFrame", "awsglue.dynamicframe", "DynamicFrame", {
        "__init__": 'jdf, glue_ctx, name=""',
        "apply_mapping": "mappings, case_sensitive=False, " + COMMON,
        "applyMapping": "mappings, case_sensitive=False, " + COMMON,
        "select_fields": "paths, " + COMMON,
        "drop_fields": "paths, " + COMMON,
        "rename_field": "oldName, newName, " + COMMON,
        "resolveChoice": 'specs=None, choice="", database=None, table_name=None, ' + COMMON + ", catalog_id=None",
        "schema": "",
        "printSchema": "",
        "show": "num_rows=20",
        "count": "",
        "write": "connection_type, connection_options={}, format=None, format_options={}, accumulator_size=0",
        "errorsCount": "",
        "assertErrorThreshold": "",
        "errorsAsDynamicFrame": "",
        "stageErrorsCount": "",
        "getNumPartitions": "",
        "toDF": "options=None",
        "fromDF": 'dataframe, glue_ctx, name=""',
        "with_frame_schema": "schema",
        "filter": "f, " + COMMON,
        "map": "f, preservesPartitioning=False, " + COMMON,
        "mapPartitions": "f, preservesPartitioning=True, " + COMMON,
        "mapPartitionsWithIndex": "f, preservesPartitioning=False, " + COMMON,
        "relationalize": "root_table_name, staging_path, options={}, " + COMMON,
        "unnest": COMMON,
        "unbox": "path, format, " + COMMON + ", **options",
        "unnest_ddb_json": COMMON,
        "simplify_ddb_json": "",
        "join": "paths1, paths2, frame2, " + COMMON,
        "split_fields": "paths, name1, name2, " + COMMON,
        "split_rows": "comparison_dict, name1, name2, " + COMMON,
        "union": "other_frame, " + COMMON,
        "mergeDynamicFrame": 'stage_dynamic_frame, primary_keys, transformation_ctx="", options={}, info="", stageThreshold=0, totalThreshold=0',
        "spigot": "path, options={}, " + COMMON,
        "coalesce": "num_partitions, shuffle=False, " + COMMON,
        "repartition": "num_partitions, " + COMMON,
    }),
    ("DataSource", "awsglue.data_source", "DataSource", {
        "setFormat": "format, **options", "getFrame": "**options", "getSampleFrame": "num, **options", "getDataFrame": ""}),
    ("DataSink", "awsglue.data_sink", "DataSink", {
        "setFormat": "format, **options", "setAccumulableSize": "size",
        "setCatalogInfo": 'catalogDatabase, catalogTableName, catalogId=""',
        "writeFrame": 'dynamic_frame, info=""', "write": 'dynamic_frame_or_dfc, info=""',
        "writeDataFrame": 'data_frame, glue_context, info=""'}),
    ("Job", "awsglue.job", "Job", {
        "__init__": "glue_context", "init": "job_name, args={}", "isInitialized": "", "commit": "",
        "continuation_options": "", "job_bookmark_options": "", "job_bookmark_range_options": "", "id_params": "",
        "encryption_type_options": "", "data_lineage_options": ""}),
]

TRANSFORMS = ["ApplyMapping", "Coalesce", "DropFields", "DropNullFields", "ErrorsAsDynamicFrame", "Filter", "FlatMap", "Join",
              "Map", "MapToCollection", "Relationalize", "RenameField", "Repartition", "ResolveChoice", "SelectFields",
              "SelectFromCollection", "SplitFields", "SplitRows", "Spigot", "Unbox", "Union", "UnnestFrame"]

FUNCTIONS = [
    ("awsglue.utils", "getResolvedOptions", "args, options, allow_abbrev=False"),
    ("awsglue.transforms", "get_transforms", ""),
    ("awsglue.transforms", "get_transform", "name"),
    ("awsglue.transforms", "describe_transform", "name"),
]

# Members that raise at once although they are written out.
REFUSED = {("DynamicFrame", "fromDF"), ("DataSource", "getSampleFrame"), ("DataSource", "getDataFrame"),
           ("DataSink", "setCatalogInfo"), ("DataSink", "writeDataFrame")}
