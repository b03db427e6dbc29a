"""What unbox and the transforms of DynamoDB's JSON do to one record."""

import json

from tenon.errors import NotAvailable


def unboxer(path, format):
    """A function that replaces the text at a path of a record by what it says."""
    if str(format).lower() != "json":
        raise NotAvailable(f"unbox(format={format!r})", "There is: json.")
    steps = _steps(path)

    def unbox(record):
        holder = record
        for step in steps[:-1]:
            holder = holder.get(step)
            if not isinstance(holder, dict):
                return record
        text = holder.get(steps[-1])
        if isinstance(text, (str, bytes)):
            try:
                holder[steps[-1]] = json.loads(text)
            except ValueError as error:
                raise ValueError(f"Text of {path} is no JSON: {error}") from None
        return record

    return unbox


def _steps(path):
    """The names of a path: dots part them, backticks quote one that has dots."""
    steps, name, quoted = [], "", False
    for character in path:
        if character == "`":
            quoted = not quoted
        elif character == "." and not quoted:
            steps.append(name)
            name = ""
        else:
            name += character
    return [*steps, name]


_TAGS = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"}


def _tag_of(value):
    """The type tag of a value of DynamoDB's JSON, else None."""
    if isinstance(value, dict) and len(value) == 1:
        tag = next(iter(value))
        if tag in _TAGS:
            return tag
    return None


def unnest_item(record):
    """The record without the wrapper "Item" and without the type tags of its own values. Lists of tagged values stay."""
    item = record.get("Item")
    if not isinstance(item, dict):
        item = record
    return {name: _untagged(value) for name, value in item.items()}


def _untagged(value):
    tag = _tag_of(value)
    if tag is None:
        return value
    return None if tag == "NULL" else value[tag]


def simplify_item(record):
    """The record without type tags at any depth; lists whose elements are maps, or of several types, stay as they are."""
    return {name: _simple(value) for name, value in record.items()}


def _simple(value):
    tag = _tag_of(value)
    if tag is None:
        return simplify_item(value) if isinstance(value, dict) else value
    inner = value[tag]
    if tag == "NULL":
        return None
    if tag == "M" and isinstance(inner, dict):
        return simplify_item(inner)
    if tag == "L" and isinstance(inner, (list, tuple)):
        tags = {_tag_of(element) for element in inner}
        if len(tags) == 1 and tags <= {"S", "N", "B", "BOOL"}:
            return [_simple(element) for element in inner]
    return inner
