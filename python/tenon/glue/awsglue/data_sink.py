"""DataSink: a connection type with its options, to which a frame is written."""

from awsglue._values import call_site, to_pairs


# A path of a script is a folder as in AWS Glue, also when it ends like a file.
_FOLDER_TYPES = ("s3", "file")


class DataSink:
    def __init__(self, glue_ctx, connection_type, options, context="", format=None):
        self._glue_ctx = glue_ctx
        self._connection_type = connection_type
        self._options = dict(options)
        if str(connection_type).lower() in _FOLDER_TYPES and not any(name.lower() == "singlefile" for name in self._options):
            self._options["singleFile"] = "false"
        self._context = context
        self._format = format or ""
        self._format_options = {}

    def setFormat(self, format, **options):
        self._format = format
        self._format_options = options

    def setAccumulableSize(self, size):
        """Taken and not needed: error records have a bound of their own."""

    def setCatalogInfo(self, catalogDatabase, catalogTableName, catalogId=""):
        from tenon.errors import NotAvailable
        raise NotAvailable("DataSink.setCatalogInfo", "Write the files without updating a catalog.")

    def writeFrame(self, dynamic_frame, info=""):
        """Writes; the rows are visible when it returns. Gives the frame back."""
        runtime = self._glue_ctx._runtime
        if runtime.explain:
            self._explain(runtime, dynamic_frame)
        else:
            runtime.job.write(dynamic_frame._jdf, self._connection_type, to_pairs(self._options), format=self._format,
                              format_options=to_pairs(self._format_options), context=self._context,
                              call_site=call_site("write"))
        return dynamic_frame

    def write(self, dynamic_frame_or_dfc, info=""):
        """Writes a frame, or each frame of a collection: below the path, in a folder of its name when the option
        useFrameName says so."""
        if not hasattr(dynamic_frame_or_dfc, "keys"):
            return self.writeFrame(dynamic_frame_or_dfc, info)
        written = {}
        for name, frame in dynamic_frame_or_dfc.items():
            written[name] = self._of_frame(name).writeFrame(frame, info)
        return type(dynamic_frame_or_dfc)(written, self._glue_ctx)

    def _of_frame(self, name):
        """This sink for one frame of a collection."""
        options = {key: value for key, value in self._options.items() if key.lower() != "useframename"}
        by_name = any(str(value).lower() == "true" for key, value in self._options.items() if key.lower() == "useframename")
        if by_name and "path" in options:
            options["path"] = f"{str(options['path']).rstrip('/')}/{name}"
        context = f"{self._context}:{name}" if self._context else ""
        sink = DataSink(self._glue_ctx, self._connection_type, options, context, self._format)
        sink.setFormat(self._format, **self._format_options)
        return sink

    def writeDataFrame(self, data_frame, glue_context, info=""):
        from tenon.errors import NotAvailable
        raise NotAvailable("DataSink.writeDataFrame", "Write a DynamicFrame: writeFrame(frame).")

    def _explain(self, runtime, dynamic_frame):
        target = self._options.get("path") or self._options.get("dbtable") or ""
        words = [word for word in (self._connection_type, self._format, str(target)) if word]
        print(f"write {' '.join(words)}")
        print("\n".join("  " + line for line in runtime.job.explain(dynamic_frame._jdf).splitlines()))
