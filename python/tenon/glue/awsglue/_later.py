"""What Glue has and this version does not, with the nearest that is there: one table for errors and documentation."""

from tenon.errors import NotAvailable

_FRAMES = "Work on the DynamicFrame: apply_mapping, select_fields, drop_fields, rename_field, resolveChoice."
_FILES = "Name the store itself: create_dynamic_frame.from_options(connection_type=…)."
_WRITE = "Name the store itself: write_dynamic_frame.from_options(connection_type=…)."
_MAPPING = "ApplyMapping reshapes structs, SelectFields and DropFields choose fields."

CONTEXT = {
    "create_dynamic_frame_from_catalog": _FILES,
    "create_dynamic_frame_from_rdd": _FILES,
    "create_data_frame_from_catalog": _FILES,
    "create_data_frame_from_options": _FILES,
    "create_sample_dynamic_frame_from_catalog": _FILES,
    "create_sample_dynamic_frame_from_options": "Use create_dynamic_frame.from_options and show(n).",
    "write_dynamic_frame_from_catalog": _WRITE,
    "write_data_frame_from_catalog": _WRITE,
    "write_dynamic_frame_from_jdbc_conf": _WRITE,
    "write_from_jdbc_conf": _WRITE,
    "extract_jdbc_conf": "Give url, user and password in connection_options.",
    "convert_resolve_option": "Use DynamicFrame.resolveChoice.",
    "getStreamingSource": "Use getSource.",
    "purge_table": "Name the table's folder: purge_s3_path.",
    "transition_table": "Name the table's folder: transition_s3_path.",
    "forEachBatch": "Read what is there with create_dynamic_frame.from_options, again and again.",
    "getSampleStreamingDynamicFrame": "Use create_dynamic_frame.from_options and show(n).",
    "add_ingestion_time_columns": _FRAMES,
    "start_transaction": "Each write is visible as a whole when it returns; job.commit() moves the bookmarks.",
    "commit_transaction": "Each write is visible as a whole when it returns; job.commit() moves the bookmarks.",
    "cancel_transaction": "Each write is visible as a whole when it returns; job.commit() moves the bookmarks.",
    "get_catalog_schema_as_spark_schema": "Use DynamicFrame.schema().",
    "sql": _FRAMES,
    "read": "Use create_dynamic_frame.from_options.",
    "table": _FILES,
    "createDataFrame": _FILES,
}

FRAME = {
    "toDF": _FRAMES,
    "filter": "Use push_down_predicate of the read.",
    "map": "Use apply_mapping for names, types and nesting.",
    "mapPartitions": "Use apply_mapping for names, types and nesting.",
    "mapPartitionsWithIndex": "Use apply_mapping for names, types and nesting.",
    "relationalize": _MAPPING,
    "unnest": "Map the nested fields by their paths: apply_mapping([('a.b', 'string', 'a_b', 'string')]).",
    "unbox": _MAPPING,
    "unnest_ddb_json": _MAPPING,
    "simplify_ddb_json": _MAPPING,
    "join": _FRAMES,
    "split_fields": "Use select_fields and drop_fields.",
    "split_rows": "Use push_down_predicate of two reads.",
    "union": "Name all paths in one read: connection_options={'paths': […]}.",
    "mergeDynamicFrame": _FRAMES,
    "spigot": "Use show(n), or write the frame.",
    "coalesce": "Partitions are planned by the engine; leave the call out.",
    "repartition": "Partitions are planned by the engine; leave the call out.",
    "getNumPartitions": "Partitions are planned by the engine; `tenon explain` shows them.",
    "errorsAsDynamicFrame": "Use errorsCount().",
    "stageErrorsCount": "Use errorsCount().",
    "with_frame_schema": "Use apply_mapping to give fields their types.",
}

TRANSFORMS = {
    "Relationalize": FRAME["relationalize"],
    "UnnestFrame": FRAME["unnest"],
    "Unbox": FRAME["unbox"],
    "SplitFields": FRAME["split_fields"],
    "SplitRows": FRAME["split_rows"],
    "Join": FRAME["join"],
    "Filter": FRAME["filter"],
    "Map": FRAME["map"],
    "MapToCollection": FRAME["map"],
    "FlatMap": FRAME["map"],
    "SelectFromCollection": FRAME["map"],
    "Spigot": FRAME["spigot"],
    "DropNullFields": "Leave such fields out with ApplyMapping or DropFields.",
    "Union": FRAME["union"],
    "Coalesce": FRAME["coalesce"],
    "Repartition": FRAME["repartition"],
    "ErrorsAsDynamicFrame": FRAME["errorsAsDynamicFrame"],
}

READER = {"from_catalog": _FILES, "from_rdd": _FILES}
WRITER = {"from_catalog": _WRITE, "from_jdbc_conf": _WRITE}


def later_method(owner, name, hint):
    """A method that says that it is not there."""
    def method(*args, **kwargs):
        raise NotAvailable(f"{owner}.{name}", hint)
    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"Not in this version. {hint}"
    method.later = True
    return method


def add_later_methods(owner, names):
    """Puts a method that says so into the class for each name it does not have itself."""
    for name, hint in names.items():
        if name not in vars(owner):
            setattr(owner, name, later_method(owner.__name__, name, hint))
