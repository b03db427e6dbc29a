"""What GlueContext.create_dynamic_frame and create_data_frame are."""

from awsglue._later import READER, add_later_methods
from tenon.errors import NotAvailable


class DynamicFrameReader:
    def __init__(self, glue_context):
        self._glue_context = glue_context

    def from_options(self, connection_type, connection_options={}, format=None, format_options={},
                     transformation_ctx="", push_down_predicate="", **kwargs):
        return self._glue_context.create_dynamic_frame_from_options(
            connection_type, connection_options, format, format_options, transformation_ctx, push_down_predicate, **kwargs)


add_later_methods(DynamicFrameReader, READER)


class DataFrameReader:
    def __init__(self, glue_context):
        self._glue_context = glue_context

    def from_options(self, *args, **kwargs):
        raise NotAvailable("create_data_frame.from_options", "Use create_dynamic_frame.from_options.")

    def from_catalog(self, *args, **kwargs):
        raise NotAvailable("create_data_frame.from_catalog", "Use create_dynamic_frame.from_options.")
