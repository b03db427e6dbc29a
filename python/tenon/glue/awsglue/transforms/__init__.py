"""The transforms as classes: Name.apply(frame=…, …)."""

from awsglue.transforms.collections import (FlatMap, MapToCollection, Relationalize, SelectFromCollection, SplitFields,
                                            SplitRows)
from awsglue.transforms.fields import ApplyMapping, DropFields, RenameField, ResolveChoice, SelectFields
from awsglue.transforms.records import (Coalesce, DropNullFields, ErrorsAsDynamicFrame, Filter, Join, Map, Repartition, Spigot,
                                        Unbox, Union, UnnestFrame)
from awsglue.transforms.transform import GlueTransform, Parameter

_WORKING = [ApplyMapping, Coalesce, DropFields, DropNullFields, ErrorsAsDynamicFrame, Filter, FlatMap, Join, Map,
            MapToCollection, Relationalize, RenameField, Repartition, ResolveChoice, SelectFields,
            SelectFromCollection, Spigot, SplitFields, SplitRows, Unbox, Union, UnnestFrame]


__all__ = sorted(kind.__name__ for kind in _WORKING)


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
