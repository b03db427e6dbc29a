"""What the transform classes have in common: they can be called, and describe themselves."""


class Parameter:
    """One parameter of a transform, for its description."""

    def __init__(self, name, type, description, optional=False, default=None):
        self.name = name
        self.type = type
        self.description = description
        self.optional = optional
        self.default = default


COMMON = (
    Parameter("transformation_ctx", "String", "A unique string that identifies state of this step", True, ""),
    Parameter("info", "String", "Any string to be attached to error records of this step", True, ""),
    Parameter("stageThreshold", "Integer", "Errors of this step at which it fails; 0 for never", True, 0),
    Parameter("totalThreshold", "Integer", "Errors up to and in this step at which it fails; 0 for never", True, 0),
)


class GlueTransform:
    """A subclass gives __call__, PARAMETERS, DESCRIPTION, RETURNS and ERRORS."""

    PARAMETERS = ()
    DESCRIPTION = ""
    RETURNS = ("DynamicFrame", "A new DynamicFrame")
    ERRORS = ()

    @classmethod
    def apply(cls, *args, **kwargs):
        return cls()(*args, **kwargs)

    @classmethod
    def name(cls):
        return cls.__name__

    @classmethod
    def describeArgs(cls):
        return [{"name": p.name, "type": p.type, "description": p.description, "optional": p.optional,
                 "defaultValue": p.default} for p in (*cls.PARAMETERS, *COMMON)]

    @classmethod
    def describeReturn(cls):
        return {"type": cls.RETURNS[0], "description": cls.RETURNS[1]}

    @classmethod
    def describeTransform(cls):
        return cls.DESCRIPTION

    @classmethod
    def describeErrors(cls):
        return [{"type": kind, "description": text} for kind, text in cls.ERRORS]

    @classmethod
    def describe(cls):
        return {"transform": {"name": cls.name(), "args": cls.describeArgs(), "returns": cls.describeReturn(),
                              "description": cls.describeTransform(), "raises": cls.describeErrors()}}
