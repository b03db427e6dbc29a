"""DynamicFrame: records that describe themselves, as Glue scripts use them. Lazy until an action reads."""

import json
import random

from awsglue._later import FRAME, add_later_methods
from awsglue._nested_text import simplify_item, unboxer, unnest_item
from awsglue._values import call_site
from awsglue.gluetypes import DynamicRecord, StructType

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

    def with_frame_schema(self, schema):
        """The frame under this schema, a StructType, which is then not computed from the records. Values of other types are
        converted, or null where they cannot be; fields that the schema does not have are left out."""
        if not isinstance(schema, StructType):
            raise TypeError(f"schema must be a StructType: type={type(schema).__name__}")
        arguments = {"schema": json.dumps(schema.jsonValue())}
        return self._transform("with_frame_schema", arguments, "", call_site("with_frame_schema"), 0, 0)

    def unnest(self, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """The fields of structs as columns "parent.child"; arrays and maps stay."""
        return self._transform("unnest", {}, transformation_ctx, info, stageThreshold, totalThreshold)

    def filter(self, f, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """The records for which f(record) is true. One for which it raises KeyError, ValueError or TypeError is left out;
        any other exception makes it an error record."""
        touched = _footprint(f)
        fields = touched.fields if touched and not touched.gives_record else None
        frame = self._job.filter(self._jdf, f, DynamicRecord, with_nulls=self._is_typed(), touched=fields,
                                 detail=_detail("Filter", f), info=info or call_site("filter"), stage_threshold=stageThreshold,
                                 total_threshold=totalThreshold)
        return DynamicFrame(frame, self.glue_ctx, self.name)

    def map(self, f, preservesPartitioning=False, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """What f(record) gives of each record. An exception, or nothing given back, makes it an error record."""
        return self._map(f, "map", info, stageThreshold, totalThreshold)

    def mapPartitions(self, f, preservesPartitioning=True, transformation_ctx="", info="", stageThreshold=0,
                      totalThreshold=0):
        """What f(iterator) gives: iterators of dicts that hold a record under the key "record"."""
        return self._map(f, "mapPartitions", info, stageThreshold, totalThreshold, of_partitions=True)

    def mapPartitionsWithIndex(self, f, preservesPartitioning=False, transformation_ctx="", info="", stageThreshold=0,
                               totalThreshold=0):
        """The same with a number before: f(number, iterator)."""
        return self._map(f, "mapPartitionsWithIndex", info, stageThreshold, totalThreshold, of_partitions=True,
                         with_index=True)

    def join(self, paths1, paths2, frame2, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """The records of both frames whose keys are equal, side by side; null equals nothing. A column of frame2 whose
        name this frame has too gets a dot before it."""
        keys = {"keys1": _to_paths(paths1), "keys2": _to_paths(paths2)}
        return self._derive("join", [self, frame2], keys, transformation_ctx, info, stageThreshold, totalThreshold,
                            self.name + frame2.name)

    def union(self, other_frame, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """All records of both frames."""
        return self._derive("union", [self, other_frame], {}, transformation_ctx, info, stageThreshold, totalThreshold)

    def coalesce(self, num_partitions, shuffle=False, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """The records in no more than so many partitions, and so files."""
        return self._derive("repartition" if shuffle else "coalesce", [self], {"partitions": num_partitions},
                            transformation_ctx, info, stageThreshold, totalThreshold)

    def repartition(self, num_partitions, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """The records in so many partitions, as many in each."""
        return self._derive("repartition", [self], {"partitions": num_partitions}, transformation_ctx, info, stageThreshold,
                            totalThreshold)

    def getNumPartitions(self):
        """In how many partitions the records are read."""
        return self._job.count_partitions(self._jdf)

    def split_fields(self, paths, name1, name2, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """A collection of two frames: one with these fields, one with the others."""
        first = self.select_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)
        second = self.drop_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)
        return self._collection({name1: first, name2: second})

    def split_rows(self, comparison_dict, name1, name2, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """A collection of two frames: one with the records that meet all conditions {path: {operator: constant}}, one with
        the others, those without a value among them."""
        where = _to_condition(comparison_dict)
        frames = {}
        for name, keep in ((name1, "matching"), (name2, "others")):
            frames[name] = self._transform("filter", {"where": where, "keep": keep}, transformation_ctx,
                                           info or call_site("split_rows"), stageThreshold, totalThreshold)
        return self._collection(frames)

    def relationalize(self, root_table_name, staging_path, options={}, transformation_ctx="", info="", stageThreshold=0,
                      totalThreshold=0):
        """Flat tables by name: the root, and one for each array. Nothing is staged: staging_path is not used."""
        tables = self._job.relationalize(self._jdf, root_table_name, info=info or call_site("relationalize"),
                                         stage_threshold=stageThreshold, total_threshold=totalThreshold)
        return self._collection({name: DynamicFrame(frame, self.glue_ctx, name) for name, frame in tables})

    def unbox(self, path, format, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0, **options):
        """The text at a path replaced by what it says as JSON; text that is none makes an error record."""
        return self._map(unboxer(path, format), "unbox", info, stageThreshold, totalThreshold)

    def unnest_ddb_json(self, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """Records of a DynamoDB export without the wrapper "Item" and the type tags of its values."""
        return self._map(unnest_item, "unnest_ddb_json", info, stageThreshold, totalThreshold)

    def simplify_ddb_json(self):
        """Records of DynamoDB's JSON without type tags, at any depth."""
        return self._map(simplify_item, "simplify_ddb_json", "", 0, 0)

    def mergeDynamicFrame(self, stage_dynamic_frame, primary_keys, transformation_ctx="", options={}, info="",
                          stageThreshold=0, totalThreshold=0):
        """The records of the stage, and those of this frame whose keys the stage does not have."""
        keys = _to_paths(primary_keys)
        others = self._derive("join", [self, stage_dynamic_frame], {"keys1": keys, "keys2": keys, "kind": "left_anti"},
                              transformation_ctx, info, stageThreshold, totalThreshold)
        return others.union(stage_dynamic_frame, transformation_ctx, info, stageThreshold, totalThreshold)

    def spigot(self, path, options={}, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        """Writes the first `topk` records (100), each with probability `prob` (1), to a path as JSON; gives the frame."""
        probability, most = float(options.get("prob", 1)), int(options.get("topk", 100))
        if not 0 < probability <= 1 or most < 1:
            raise ValueError(f"Spigot needs 0 < prob <= 1 and topk >= 1. Got prob={probability} topk={most}")
        frame = self if probability == 1 else self.filter(lambda record: random.random() < probability)
        sample = frame._transform("limit", {"rows": most}, "", info or call_site("spigot"), 0, 0)
        sample.write("s3", {"path": path}, "json")
        return self

    def errorsAsDynamicFrame(self):
        """The error records of this step and those before it, one a row. Reads the frame."""
        return DynamicFrame(self._job.errors_frame(self._jdf), self.glue_ctx, self.name + "_errors")

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

    def stageErrorsCount(self):
        """The same of this step alone."""
        return self._job.stage_error_count(self._jdf)

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

    def _is_typed(self):
        return self._job.is_typed(self._jdf)

    def _map(self, f, name, info, stage_threshold, total_threshold, **style):
        touched = None if style else _footprint(f)
        if touched is not None:
            style.update(touched=touched.fields, gives_record=touched.gives_record)
        frame = self._job.map(self._jdf, f, DynamicRecord, with_nulls=self._is_typed(), detail=_detail(name, f),
                              info=info or call_site(name), stage_threshold=stage_threshold,
                              total_threshold=total_threshold, **style)
        return DynamicFrame(frame, self.glue_ctx, self.name)

    def _derive(self, transform, frames, arguments, context, info, stage_threshold, total_threshold, name=None):
        frame = self._job.transform(transform, [each._jdf for each in frames], json.dumps(arguments), context=context,
                                    info=info or call_site(transform), stage_threshold=stage_threshold,
                                    total_threshold=total_threshold)
        return DynamicFrame(frame, self.glue_ctx, self.name if name is None else name)

    def _collection(self, frames):
        from awsglue.frame_collection import DynamicFrameCollection
        for name, frame in frames.items():
            frame.name = name
        return DynamicFrameCollection(frames, self.glue_ctx)

    def _without_records(self, name):
        return DynamicFrame(self.filter(lambda record: False)._jdf, self.glue_ctx, name)

    def _transform(self, transform, arguments, context, info, stage_threshold, total_threshold):
        frame = self._job.transform(transform, [self._jdf], json.dumps(arguments), context=context,
                                    info=info or call_site(transform), stage_threshold=stage_threshold,
                                    total_threshold=total_threshold)
        return DynamicFrame(frame, self.glue_ctx, self.name)


add_later_methods(DynamicFrame, FRAME)


def _footprint(f):
    from tenon.footprint import footprint
    return footprint(f, DynamicRecord)


def __getattr__(name):
    if name == "DynamicFrameCollection":
        from awsglue.frame_collection import DynamicFrameCollection
        return DynamicFrameCollection
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _detail(name, function):
    """The function in plans: where it stands, and a hash of what it does."""
    code = getattr(function, "__code__", None)
    if code is None:
        return f"{name} {getattr(function, '__qualname__', type(function).__qualname__)}"
    import hashlib
    import os
    mark = hashlib.sha256(code.co_code + repr(code.co_names).encode()).hexdigest()[:8]
    return f"{name} {os.path.basename(code.co_filename)}:{code.co_firstlineno}:{code.co_name} {mark}"


_OPERATORS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def _to_condition(comparison_dict):
    """{"age": {">": 10, "<": 20}} as a condition: `age` > 10 AND `age` < 20."""
    if not isinstance(comparison_dict, dict) or not comparison_dict:
        raise ValueError(f"comparison_dict must be a dict of path: {{operator: constant}}. Got {comparison_dict!r}")
    conditions = []
    for path, comparisons in comparison_dict.items():
        if not isinstance(comparisons, dict) or not comparisons:
            raise ValueError(f"Comparisons of {path!r} must be a dict of operator: constant. Got {comparisons!r}")
        for operator, constant in comparisons.items():
            if operator not in _OPERATORS:
                raise ValueError(f"Operator is not known: {operator!r}. There are: {', '.join(_OPERATORS)}.")
            conditions.append(f"{path} {_OPERATORS[operator]} {_to_literal(constant)}")
    return " AND ".join(conditions)


def _to_literal(constant):
    if isinstance(constant, bool):
        return "1" if constant else "0"
    if isinstance(constant, str):
        return "'" + constant.replace("'", "''") + "'"
    if isinstance(constant, (int, float)):
        return repr(constant)
    raise ValueError(f"A constant must be a number or a text. Got {constant!r}")


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
