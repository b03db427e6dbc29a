"""The transforms that call functions of records, and those of whole frames."""

from awsglue.transforms.transform import GlueTransform, Parameter

_FRAME = Parameter("frame", "DynamicFrame", "The frame to transform")


class Filter(GlueTransform):
    """The records for which a function is true."""

    DESCRIPTION = "Keeps the records for which a function is true"
    PARAMETERS = (_FRAME, Parameter("f", "Function", "Takes a DynamicRecord, gives true or false"))

    def __call__(self, frame, f, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame.filter(f, transformation_ctx, info, stageThreshold, totalThreshold)


class Map(GlueTransform):
    """What a function makes of each record."""

    DESCRIPTION = "Applies a function to each record"
    PARAMETERS = (_FRAME, Parameter("f", "Function", "Takes a DynamicRecord, gives one"))

    def __call__(self, frame, f, preservesPartitioning=False, transformation_ctx="", info="", stageThreshold=0,
                 totalThreshold=0):
        return frame.map(f, preservesPartitioning, transformation_ctx, info, stageThreshold, totalThreshold)


class Join(GlueTransform):
    """The records of two frames whose keys are equal, side by side."""

    DESCRIPTION = "Joins two frames where their keys are equal"
    PARAMETERS = (Parameter("frame1", "DynamicFrame", "The left frame"), Parameter("frame2", "DynamicFrame", "The right frame"),
                  Parameter("keys1", "List", "Columns of the left frame"), Parameter("keys2", "List", "Columns of the right frame"))

    def __call__(self, frame1, frame2, keys1, keys2, transformation_ctx=""):
        return frame1.join(keys1, keys2, frame2, transformation_ctx)


class Union(GlueTransform):
    """All records of two frames."""

    DESCRIPTION = "All records of two frames"
    PARAMETERS = (Parameter("frame1", "DynamicFrame", "A frame"), Parameter("frame2", "DynamicFrame", "Another one"))

    def __call__(self, frame1, frame2, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame1.union(frame2, transformation_ctx, info, stageThreshold, totalThreshold)


class Coalesce(GlueTransform):
    """The records in fewer partitions."""

    DESCRIPTION = "Brings the records into fewer partitions"
    PARAMETERS = (_FRAME, Parameter("num_partitions", "Integer", "How many at most"),
                  Parameter("shuffle", "Boolean", "Whether all get as many records", True, False))

    def __call__(self, frame, num_partitions, shuffle=False, transformation_ctx="", info="", stageThreshold=0,
                 totalThreshold=0):
        return frame.coalesce(num_partitions, shuffle, transformation_ctx, info, stageThreshold, totalThreshold)


class Repartition(GlueTransform):
    """The records in so many partitions, as many in each."""

    DESCRIPTION = "Brings the records into so many partitions"
    PARAMETERS = (_FRAME, Parameter("num_partitions", "Integer", "How many"))

    def __call__(self, frame, num_partitions, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame.repartition(num_partitions, transformation_ctx, info, stageThreshold, totalThreshold)


class UnnestFrame(GlueTransform):
    """The fields of structs as columns named by their path."""

    DESCRIPTION = "Makes the fields of structs columns"
    PARAMETERS = (_FRAME,)

    def __call__(self, frame, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame.unnest(transformation_ctx, info, stageThreshold, totalThreshold)


class Unbox(GlueTransform):
    """The text of a field replaced by what it says."""

    DESCRIPTION = "Parses the text of a field"
    PARAMETERS = (_FRAME, Parameter("path", "String", "Path of the field"), Parameter("format", "String", "json"))

    def __call__(self, frame, path, format, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0, **options):
        return frame.unbox(path, format, transformation_ctx, info, stageThreshold, totalThreshold, **options)


class Spigot(GlueTransform):
    """Writes some of the records, and passes all on."""

    DESCRIPTION = "Writes a sample of the records as JSON"
    PARAMETERS = (_FRAME, Parameter("path", "String", "Where to"),
                  Parameter("options", "Dict", "topk: how many, 100; prob: with which probability each, 1"))

    def __call__(self, frame, path, options, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame.spigot(path, options, transformation_ctx, info, stageThreshold, totalThreshold)


class ErrorsAsDynamicFrame(GlueTransform):
    """The error records of a frame."""

    DESCRIPTION = "A frame of the error records"
    PARAMETERS = (_FRAME,)

    def __call__(self, frame):
        return frame.errorsAsDynamicFrame()


class DropNullFields(GlueTransform):
    """The frame without the fields that no record has a value of. Prints them."""

    DESCRIPTION = "Drops the fields whose type is null"
    PARAMETERS = (_FRAME,)

    def __call__(self, frame, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        paths = _null_paths(frame.schema(), "")
        print("null_fields", paths)
        return frame.drop_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold) if paths else frame


def _null_paths(structure, above):
    paths = []
    for field in structure.fields:
        path = above + (f"`{field.name}`" if "." in field.name else field.name)
        kind, inner = field.dataType, field.dataType
        if kind.typeName() == "array":
            inner = kind.elementType
        if kind.typeName() == "null":
            paths.append(path)
        elif inner.typeName() == "struct":
            paths += _null_paths(inner, path + ("[]." if inner is not kind else "."))
    return paths
