"""What Glue has and this version does not, with the nearest that is there: one table for errors and documentation."""

from tenon.errors import NotAvailable

_FRAMES = "Work on the DynamicFrame: apply_mapping, filter, map, join, union, resolveChoice and the others."
_FILES = "Name the store itself: create_dynamic_frame.from_options(connection_type=…)."
_WRITE = "Name the store itself: write_dynamic_frame.from_options(connection_type=…)."

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
