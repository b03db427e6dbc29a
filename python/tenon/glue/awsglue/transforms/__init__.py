"""The transforms as classes: Name.apply(frame=…, …)."""

from awsglue._later import TRANSFORMS, later_method
from awsglue.transforms.collections import (FlatMap, MapToCollection, Relationalize, SelectFromCollection, SplitFields,
                                            SplitRows)
from awsglue.transforms.fields import ApplyMapping, DropFields, RenameField, ResolveChoice, SelectFields
from awsglue.transforms.records import (Coalesce, DropNullFields, Filter, Join, Map, Repartition, Union, UnnestFrame)
from awsglue.transforms.transform import GlueTransform, Parameter

_WORKING = [ApplyMapping, Coalesce, DropFields, DropNullFields, Filter, FlatMap, Join, Map, MapToCollection, Relationalize,
            RenameField, Repartition, ResolveChoice, SelectFields, SelectFromCollection, SplitFields, SplitRows, Union,
            UnnestFrame]


def _later(name, hint):
    refuse = classmethod(lambda cls, *args, **kwargs: later_method(name, "apply", hint)())
    return type(name, (GlueTransform,), {"__doc__": f"Not in this version. {hint}", "apply": refuse, "__call__": refuse,
                                         "__module__": __name__, "later": True})


for _name, _hint in TRANSFORMS.items():
    globals()[_name] = _later(_name, _hint)

__all__ = sorted([kind.__name__ for kind in _WORKING] + list(TRANSFORMS))


def get_transforms():
    """The transform classes that can be applied."""
    return list(_WORKING)


def get_transform(name):
    """The transform of this name, in any case; None when there is none."""
    for kind in _WORKING:
        if kind.__name__.lower() == name.lower():
            return kind
    return None


def describe_transform(name):
    """The description of a transform as JSON text."""
    kind = get_transform(name)
    if kind is None:
        from difflib import get_close_matches
        known = [each.__name__ for each in _WORKING]
        near = get_close_matches(name, known, 1)
        raise ValueError(f"Transform is not known: name={name}." + (f" Did you mean {near[0]}?" if near else ""))
    import json
    return json.dumps(kind.describe())
