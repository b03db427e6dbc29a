"""DynamicFrame: records that describe themselves, as Glue scripts use them. Lazy until an action reads."""

import json

from awsglue._later import FRAME, add_later_methods
from awsglue._values import call_site

ACTIONS_OF_SPECS = ("cast:", "project:", "make_cols", "make_struct")


class ResolveOption:
    """How toDF() treats one choice column."""

    def __init__(self, path, action, target=None):
        self.path = path
        self.action = action
        self.target = target


class DynamicFrame:
    """`jdf` is the runtime's frame. The class is open: scripts add methods of their own."""

    def __init__(self, jdf, glue_ctx, name=""):
        self._jdf = jdf
        self.glue_ctx = glue_ctx
        self._ssql_ctx = glue_ctx
        self.name = name

    # Transforms.

    def apply_mapping(self, mappings, case_sensitive=False, transformation_ctx="", info="", stageThreshold=0,
                      totalThreshold=0):
        """Fields as the mappings say, in their order: (source, source type, target, target type) tuples."""
        return self._transform("apply_mapping", {"mappings": _to_mappings(mappings), "case_sensitive": case_sensitive},
                               transformation_ctx, info, stageThreshold, totalThreshold)

    applyMapping = apply_mapping

    def select_fields(self, paths, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """Only these top-level fields."""
        return self._transform("select_fields", {"paths": _to_paths(paths)}, transformation_ctx, info, stageThreshold,
                               totalThreshold)

    def drop_fields(self, paths, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """All fields but these; nested ones by their path."""
        return self._transform("drop_fields", {"paths": _to_paths(paths)}, transformation_ctx, info, stageThreshold,
                               totalThreshold)

    def rename_field(self, oldName, newName, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """One field under another path."""
        return self._transform("rename_field", {"old_name": oldName, "new_name": newName}, transformation_ctx, info,
                               stageThreshold, totalThreshold)

    def resolveChoice(self, specs=None, choice="", database=None, table_name=None, transformation_ctx="", info="",
                      stageThreshold=0, totalThreshold=0, catalog_id=None):
        """Columns of several types become columns of one: by `specs`, (path, action) tuples, or all by `choice`."""
        if not specs and not choice:
            raise Exception("Parameter specs and option are both missing, add one.")
        if specs and choice:
            raise Exception("Parameter specs and option are both specified, choose one.")
        if choice.lower() == "match_catalog":
            from tenon.errors import NotAvailable
            raise NotAvailable("resolveChoice(choice='match_catalog')", "Give specs: " + ", ".join(ACTIONS_OF_SPECS) + ".")
        if isinstance(specs, tuple):
            specs = [specs]
        arguments = {"specs": [list(spec) for spec in specs]} if specs else {"choice": choice}
        return self._transform("resolve_choice", arguments, transformation_ctx, info, stageThreshold, totalThreshold)

    # Actions.

    def schema(self):
        """A gluetypes.StructType, computed from all records."""
        from awsglue.gluetypes import from_json_value
        return from_json_value(json.loads(self._job.schema_json(self._jdf)))

    def printSchema(self):
        tree = self._job.schema_tree(self._jdf)
        print(tree if tree.endswith("\n") else tree + "\n")

    def show(self, num_rows=20):
        """Prints records as JSON, one a line."""
        for line in self._job.show(self._jdf, num_rows):
            print(line)

    def count(self):
        return self._job.count(self._jdf)

    def errorsCount(self):
        """The records that could not be read or converted so far, in this step and those before it."""
        return self._job.error_count(self._jdf)

    def assertErrorThreshold(self):
        """Raises when the thresholds of this frame's steps were passed: reading it tells."""
        self.count()

    def write(self, connection_type, connection_options=None, format=None, format_options=None, accumulator_size=0):
        """Writes the frame; gives back the frame itself."""
        sink = self.glue_ctx.getSink(connection_type, format, **(connection_options or {}))
        if format:
            sink.setFormat(format, **(format_options or {}))
        sink.setAccumulableSize(accumulator_size)
        return sink.write(self)

    @classmethod
    def fromDF(cls, dataframe, glue_ctx, name=""):
        from tenon.errors import NotAvailable
        raise NotAvailable("DynamicFrame.fromDF", "Read with create_dynamic_frame.from_options.")

    def __repr__(self):
        return f"DynamicFrame(name={self.name!r})"

    @property
    def _job(self):
        return self.glue_ctx._runtime.job

    def _transform(self, transform, arguments, context, info, stage_threshold, total_threshold):
        frame = self._job.transform(transform, [self._jdf], json.dumps(arguments), context=context,
                                    info=info or call_site(transform), stage_threshold=stage_threshold,
                                    total_threshold=total_threshold)
        return DynamicFrame(frame, self.glue_ctx, self.name)


add_later_methods(DynamicFrame, FRAME)


def _to_paths(paths):
    return [paths] if isinstance(paths, str) else list(paths)


def _to_mappings(mappings):
    if isinstance(mappings, tuple):
        mappings = [mappings]
    return [_to_mapping(mapping) for mapping in mappings]


def _to_mapping(mapping):
    if not isinstance(mapping, tuple):
        raise TypeError(f"Mapping must be specified as a tuple. Got {mapping!r}")
    if len(mapping) == 2:
        return {"source": mapping[0], "target": mapping[1]}
    if len(mapping) == 3:
        return {"source": mapping[0], "target": mapping[1], "target_type": mapping[2]}
    if len(mapping) == 4:
        return {"source": mapping[0], "source_type": mapping[1], "target": mapping[2], "target_type": mapping[3]}
    raise ValueError(f"Mapping tuple must be of length 2, 3, or 4. Got tuple of length {len(mapping)}: {mapping!r}")
