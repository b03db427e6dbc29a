"""The transforms that choose, rename and convert fields."""

from awsglue.transforms.transform import GlueTransform, Parameter

_FRAME = Parameter("frame", "DynamicFrame", "The frame to transform")


class ApplyMapping(GlueTransform):
    """Fields as the mappings say, in their order; others are dropped."""

    DESCRIPTION = "Maps fields to new names, places and types"
    PARAMETERS = (
        _FRAME,
        Parameter("mappings", "List", "Tuples of source path, source type, target path, target type"),
        Parameter("case_sensitive", "Boolean", "Whether the names of source fields are compared with case", True, False),
    )
    ERRORS = (("ValueError", "A mapping tuple is not of length 2, 3 or 4"), ("TypeError", "A mapping is no tuple"))

    def __call__(self, frame, mappings, case_sensitive=False, transformation_ctx="", info="", stageThreshold=0,
                 totalThreshold=0):
        return frame.apply_mapping(mappings, case_sensitive, transformation_ctx, info, stageThreshold, totalThreshold)


class SelectFields(GlueTransform):
    """Only the named top-level fields."""

    DESCRIPTION = "Keeps the named top-level fields"
    PARAMETERS = (_FRAME, Parameter("paths", "List", "Names of the fields to keep"))

    def __call__(self, frame, paths, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame.select_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)


class DropFields(GlueTransform):
    """All fields but the named ones."""

    DESCRIPTION = "Drops the named fields, nested ones by their path"
    PARAMETERS = (_FRAME, Parameter("paths", "List", "Paths of the fields to drop"))

    def __call__(self, frame, paths, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame.drop_fields(paths, transformation_ctx, info, stageThreshold, totalThreshold)


class RenameField(GlueTransform):
    """One field under another path."""

    DESCRIPTION = "Renames or moves one field"
    PARAMETERS = (_FRAME, Parameter("old_name", "String", "Path of the field"),
                  Parameter("new_name", "String", "Its new path"))

    def __call__(self, frame, old_name, new_name, transformation_ctx="", info="", stageThreshold=0, totalThreshold=0):
        return frame.rename_field(old_name, new_name, transformation_ctx, info, stageThreshold, totalThreshold)


class ResolveChoice(GlueTransform):
    """Columns of several types become columns of one."""

    DESCRIPTION = "Resolves the columns that have more than one type"
    PARAMETERS = (
        _FRAME,
        Parameter("specs", "List", "Tuples of path and action: cast:type, project:type, make_cols, make_struct", True),
        Parameter("choice", "String", "One action for all choice columns", True, ""),
        Parameter("database", "String", "For the action match_catalog", True),
        Parameter("table_name", "String", "For the action match_catalog", True),
    )
    ERRORS = (("Exception", "Neither or both of specs and choice are given"),)

    def __call__(self, frame, specs=None, choice="", database=None, table_name=None, transformation_ctx="", info="",
                 stageThreshold=0, totalThreshold=0, catalog_id=None):
        return frame.resolveChoice(specs, choice, database, table_name, transformation_ctx, info, stageThreshold,
                                   totalThreshold, catalog_id)
