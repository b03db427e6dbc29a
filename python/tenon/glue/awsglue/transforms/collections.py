"""The transforms that make collections of frames, or work on them."""

from awsglue.transforms.transform import GlueTransform, Parameter

_FRAME = Parameter("frame", "DynamicFrame", "The frame to transform")
_COLLECTION = Parameter("dfc", "DynamicFrameCollection", "The collection")
_GIVES_COLLECTION = ("DynamicFrameCollection", "A new collection of frames")


class SplitFields(GlueTransform):
    """One frame with the named fields, one with the others."""

    DESCRIPTION = "Splits the fields of a frame over two frames"
    PARAMETERS = (_FRAME, Parameter("paths", "List", "Names of the fields of the first frame"),
                  Parameter("name1", "String", "Name of the first frame", True, None),
                  Parameter("name2", "String", "Name of the second frame", True, None))
    RETURNS = _GIVES_COLLECTION

    def __call__(self, frame, paths, name1=None, name2=None, transformation_ctx="", info="", stageThreshold=0,
                 totalThreshold=0):
        name = frame.name or "frame"
        return frame.split_fields(paths, name1 or name + "1", name2 or name + "2", transformation_ctx, info, stageThreshold,
                                  totalThreshold)


class SplitRows(GlueTransform):
    """One frame with the rows that meet all conditions, one with the others."""

    DESCRIPTION = "Splits the rows of a frame over two frames"
    PARAMETERS = (_FRAME, Parameter("comparison_dict", "Dict", "Per path: operators with the constants they compare with"),
                  Parameter("name1", "String", "Name of the frame of rows that match", True, "frame1"),
                  Parameter("name2", "String", "Name of the frame of all others", True, "frame2"))
    RETURNS = _GIVES_COLLECTION

    def __call__(self, frame, comparison_dict, name1="frame1", name2="frame2", transformation_ctx="", info="",
                 stageThreshold=0, totalThreshold=0):
        return frame.split_rows(comparison_dict, name1, name2, transformation_ctx, info, stageThreshold, totalThreshold)


class Relationalize(GlueTransform):
    """Flat tables: structs become columns, arrays tables of their own."""

    DESCRIPTION = "Takes nested records apart into flat tables"
    PARAMETERS = (_FRAME, Parameter("staging_path", "String", "Not needed: nothing is staged", True, None),
                  Parameter("name", "String", "Name of the root table", True, "roottable"),
                  Parameter("options", "Dict", "None is known", True, None))
    RETURNS = _GIVES_COLLECTION

    def __call__(self, frame, staging_path=None, name="roottable", options=None, transformation_ctx="", info="",
                 stageThreshold=0, totalThreshold=0):
        return frame.relationalize(name, staging_path, options or {}, transformation_ctx, info, stageThreshold, totalThreshold)


class SelectFromCollection(GlueTransform):
    """One frame of a collection."""

    DESCRIPTION = "Takes one frame out of a collection"
    PARAMETERS = (_COLLECTION, Parameter("key", "String", "Name of the frame"))

    def __call__(self, dfc, key, transformation_ctx=""):
        return dfc.select(key, transformation_ctx)


class MapToCollection(GlueTransform):
    """A function applied to each frame of a collection."""

    DESCRIPTION = "Applies a function to each frame of a collection"
    PARAMETERS = (_COLLECTION, Parameter("callable", "Function", "Takes a frame and a context, gives a frame"))
    RETURNS = _GIVES_COLLECTION

    def __call__(self, dfc, callable, transformation_ctx=""):
        return dfc.map(callable, transformation_ctx)


class FlatMap(GlueTransform):
    """A transform applied to each frame of a collection."""

    DESCRIPTION = "Applies a transform to each frame of a collection"
    PARAMETERS = (_COLLECTION, Parameter("BaseTransform", "GlueTransform", "The transform"),
                  Parameter("frame_name", "String", "The transform's parameter that takes the frame"),
                  Parameter("base_kwargs", "Dict", "The transform's other arguments", True, None))
    RETURNS = _GIVES_COLLECTION

    def __call__(self, dfc, BaseTransform, frame_name, transformation_ctx="", **base_kwargs):
        def apply(frame, ctx):
            return BaseTransform.apply(**{**base_kwargs, frame_name: frame, "transformation_ctx": ctx})
        return dfc.flatmap(apply, transformation_ctx)
