"""GlueContext: where a Glue script gets its frames and puts them."""

from awsglue._later import CONTEXT, add_later_methods
from awsglue.data_sink import DataSink
from awsglue.data_source import DataSource
from awsglue.dataframereader import DataFrameReader, DynamicFrameReader
from awsglue.dataframewriter import DataFrameWriter, DynamicFrameWriter
from awsglue.retention import take_old_files
from tenon import runtime


class GlueContext:
    Spark_SQL_Formats = {"parquet", "orc"}
    Unsupported_Compression_Types = {"lzo"}

    def __init__(self, sparkContext=None, **options):
        """`sparkContext`: of the pyspark shim, or a SparkSession, or None. minPartitions and targetPartitions are taken
        and not needed: the engine plans partitions itself."""
        self._spark = sparkContext
        self._runtime = runtime.current()
        self.create_dynamic_frame = DynamicFrameReader(self)
        self.create_data_frame = DataFrameReader(self)
        self.write_dynamic_frame = DynamicFrameWriter(self)
        self.write_data_frame = DataFrameWriter(self)

    @property
    def spark_session(self):
        from pyspark.sql import SparkSession
        return SparkSession.builder.getOrCreate()

    def getSource(self, connection_type, format=None, transformation_ctx="", push_down_predicate="", **options):
        return DataSource(self, connection_type, options, transformation_ctx, push_down_predicate, format)

    def getSink(self, connection_type, format=None, transformation_ctx="", **options):
        return DataSink(self, connection_type, options, transformation_ctx, format)

    def create_dynamic_frame_from_options(self, connection_type, connection_options={}, format=None, format_options={},
                                          transformation_ctx="", push_down_predicate="", **kwargs):
        """A frame of what is at the connection. Checks the options and reads nothing yet."""
        if connection_options.get("compressionType") in self.Unsupported_Compression_Types and not format:
            raise Exception("When using compressionType lzo, the format parameter must be specified.")
        source = DataSource(self, connection_type, connection_options, transformation_ctx, push_down_predicate)
        if format:
            source.setFormat(format, **format_options)
        return source.getFrame(**kwargs)

    def write_dynamic_frame_from_options(self, frame, connection_type, connection_options={}, format=None,
                                         format_options={}, transformation_ctx=""):
        """Writes the frame: its rows are visible when this returns. Gives the frame back."""
        return self.write_from_options(frame, connection_type, connection_options, format, format_options,
                                       transformation_ctx)

    def write_from_options(self, frame_or_dfc, connection_type, connection_options={}, format={}, format_options={},
                           transformation_ctx="", **kwargs):
        sink = DataSink(self, connection_type, connection_options, transformation_ctx)
        if format:
            sink.setFormat(format, **format_options)
        return sink.write(frame_or_dfc)

    def purge_s3_path(self, s3_path, options={}, transformation_ctx=""):
        """Removes the files below the path that are older than retentionPeriod hours (168), at once."""
        take_old_files(self, "purge", s3_path, "", options)

    def transition_s3_path(self, s3_path, transition_to, options={}, transformation_ctx=""):
        """Moves such files to another storage class of S3."""
        take_old_files(self, "transition", s3_path, transition_to, options)

    def get_logger(self):
        return GlueLogger()

    def currentTimeMillis(self):
        import time
        return int(time.time() * 1000)


class GlueLogger:
    """Lines on stderr, in the levels that scripts use."""

    _ORDER = ("debug", "info", "warning", "error")

    def debug(self, message):
        self._write("debug", message)

    def info(self, message):
        self._write("info", message)

    def warn(self, message):
        self._write("warning", message)

    warning = warn

    def error(self, message):
        self._write("error", message)

    def _write(self, level, message):
        settings = runtime.current().settings
        if self._ORDER.index(level) < self._ORDER.index(settings.log_level):
            return
        import sys
        if settings.json_messages:
            import json
            line = json.dumps({"event": "message", "level": level, "text": str(message)})
        else:
            line = f"{level}: {message}"
        print(line, file=sys.stderr, flush=True)


add_later_methods(GlueContext, CONTEXT)
