"""DataSource: a connection type with its options, from which a frame is made."""

from awsglue._values import frame_name, to_pairs
from awsglue.dynamicframe import DynamicFrame


class DataSource:
    def __init__(self, glue_ctx, connection_type, options, context="", predicate="", format=None, name=""):
        self._glue_ctx = glue_ctx
        self._connection_type = connection_type
        self._options = dict(options)
        self._context = context
        self._predicate = predicate
        self._format = format or ""
        self._format_options = {}
        self.name = name or frame_name(self._options)

    def setFormat(self, format, **options):
        self._format = format
        self._format_options = options

    def getFrame(self, **options):
        """Lazy: checks the options, reads nothing. minPartitions and targetPartitions are the engine's own affair."""
        frame = self._glue_ctx._runtime.job.read(
            self._connection_type, to_pairs(self._options), format=self._format,
            format_options=to_pairs(self._format_options), context=self._context, predicate=self._predicate)
        return DynamicFrame(frame, self._glue_ctx, self.name)

    def getSampleFrame(self, num, **options):
        from tenon.errors import NotAvailable
        raise NotAvailable("DataSource.getSampleFrame", "Use getFrame() and show(n).")

    def getDataFrame(self):
        from tenon.errors import NotAvailable
        raise NotAvailable("DataSource.getDataFrame", "Use getFrame().")
