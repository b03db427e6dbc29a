"""What GlueContext.write_dynamic_frame and write_data_frame are."""

from awsglue._later import WRITER, add_later_methods
from tenon.errors import NotAvailable


class DynamicFrameWriter:
    def __init__(self, glue_context):
        self._glue_context = glue_context

    def from_options(self, frame, connection_type, connection_options={}, format=None, format_options={},
                     transformation_ctx=""):
        return self._glue_context.write_dynamic_frame_from_options(
            frame, connection_type, connection_options, format, format_options, transformation_ctx)


add_later_methods(DynamicFrameWriter, WRITER)


class DataFrameWriter:
    def __init__(self, glue_context):
        self._glue_context = glue_context

    def from_catalog(self, *args, **kwargs):
        raise NotAvailable("write_data_frame.from_catalog", "Use write_dynamic_frame.from_options.")
