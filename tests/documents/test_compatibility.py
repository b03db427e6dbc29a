"""docs/compatibility.md is made from our signatures and the documented ones; TENON_UPDATE_DOCS=1 writes it anew."""

import importlib
import importlib.util
import inspect
import os
import pathlib
import sys

import pytest
import tenon

PAGE = pathlib.Path(os.environ["TENON_SOURCE"]) / "docs" / "compatibility.md"
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(tenon.__file__)), "glue"))
_spec = importlib.util.spec_from_file_location("tests_documents_documented", pathlib.Path(__file__).parent / "documented.py")
documented = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(documented)

HEAD = """# Compatibility

What of AWS Glue's Python library this version has. Made from the code by `tests/documents/test_compatibility.py`, which compares our
signatures with the documented ones. *works*: there, with the documented parameters. *later*: not in this version; a call says
so with error TN1110 and names what serves instead.

The `pyspark` module is a shim: SparkContext, SparkConf and SparkSession start nothing, and anything else of them says so.

## Versions of AWS Glue

`tenon run --glue-version`, else `$GLUE_VERSION`, says which version's ways to follow: 5.0, 5.1 or 6.0 (default). Between what they do
differently and what this version has, there is:

| what | 5.0 | 5.1 | 6.0 |
| --- | --- | --- | --- |
| names of arguments in `getResolvedOptions` | a unique beginning is enough | a unique beginning is enough | written out, unless `allow_abbrev=True` |
| `SparkContext.version`, `SparkSession.version` | 3.5.4 | 3.5.6 | 4.1.1 |

The interpreter is the one that is installed, for every version. What Spark 3.5 and 4.1 do differently with DataFrames cannot be met
yet: there are none.
"""


def parameters(function):
    """Our parameters as AWS writes them: without self, defaults of None for dicts shown as {}."""
    parts = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        text = str(parameter.replace(annotation=inspect.Parameter.empty)).replace("'", '"')
        parts.append(text)
    return ", ".join(parts)


def same(ours, wanted):
    return ours.replace("={}", "=None") == wanted.replace("={}", "=None")


def rows():
    """Section, name, parameters, state, hint."""
    for title, module, kind, members in documented.CLASSES:
        owner = getattr(importlib.import_module(module), kind)
        for name, wanted in members.items():
            function = inspect.getattr_static(owner, name)
            function = getattr(function, "__func__", function)
            later = getattr(function, "later", False) or (kind, name) in documented.REFUSED
            if not later:
                assert same(parameters(function), wanted), f"{title}.{name}: {parameters(function)} != {wanted}"
            yield title, name, wanted, later
    transforms = importlib.import_module("awsglue.transforms")
    for name in documented.TRANSFORMS:
        yield "awsglue.transforms", name, "", getattr(getattr(transforms, name), "later", False)
    for module, name, wanted in documented.FUNCTIONS:
        ours = parameters(getattr(importlib.import_module(module), name))
        assert same(ours, wanted), f"{module}.{name}: {ours} != {wanted}"
        yield "Functions", name, wanted, False


def page():
    text, section = [HEAD], None
    for title, name, wanted, later in rows():
        if title != section:
            text.append(f"\n## {title}\n\n| member | state |\n| --- | --- |\n")
            section = title
        call = f"`{name}({wanted})`" if title != "awsglue.transforms" else f"`{name}`"
        text.append(f"| {call} | {'later' if later else 'works'} |\n")
    return "".join(text)


def test_star_import_gives_the_documented_transforms():
    assert sorted(importlib.import_module("awsglue.transforms").__all__) == sorted(documented.TRANSFORMS)


def test_the_page_is_what_the_code_has():
    if os.environ.get("TENON_UPDATE_DOCS"):
        PAGE.write_text(page())
        pytest.skip("docs/compatibility.md was written anew")
    assert PAGE.read_text() == page(), "Run ./dev test documents with TENON_UPDATE_DOCS=1 and commit docs/compatibility.md"
