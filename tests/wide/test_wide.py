"""Runs the cases of *.test in this folder; the format is in README.md."""

import json
import os
import pathlib
import sys

import pytest
import tenon
from tenon import runtime
from tenon.testing import make_frame, records_of, types_of

GLUE = os.path.join(os.path.dirname(os.path.abspath(tenon.__file__)), "glue")
if GLUE not in sys.path:
    sys.path.insert(0, GLUE)

WORDS = ("frame", "function", "call", "apply", "names", "types", "output", "printed", "errors", "error")


def read_cases(path):
    """(name, [(word, rest, lines)]) of each case of a file."""
    cases = []
    for line in path.read_text().splitlines():
        word, _, rest = line.partition(" ")
        if word == "case":
            cases.append((rest, []))
        elif word in WORDS:
            cases[-1][1].append((word, rest, []))
        elif line and not line.startswith("#"):
            cases[-1][1][-1][2].append(line)
    return cases


CASES = [pytest.param(sections, id=f"{path.stem}: {name}")
         for path in sorted(pathlib.Path(__file__).parent.glob("*.test")) for name, sections in read_cases(path)]


@pytest.fixture
def context(tmp_path):
    from awsglue.context import GlueContext
    own = runtime.Runtime(runtime.RunSettings(name="wide", state_folder=str(tmp_path)))
    before = runtime.install(own)
    yield GlueContext()
    own.end(clean=False)
    runtime.install(before)


def argument(text, frames):
    return frames[text[1:]] if text.startswith("$") else json.loads(text)


def declared(text):
    """{field: type} of "id int, m map<string,int>"; None of nothing: types are found."""
    fields = (field.split(" ") for field in text.split(", ") if field)
    return {name: kind for name, kind in fields} or None


def result_of(context, sections):
    from awsglue import transforms
    frames, functions, result = {}, {}, None
    for word, rest, lines in sections:
        if word == "frame":
            name, _, types = rest.partition(" ")
            frames[name] = make_frame(context, [json.loads(line) for line in lines], declared(types), name)
        elif word == "function":
            name, _, source = rest.partition(" ")
            functions[name] = eval(source)
        elif word in ("call", "apply"):
            name, *arguments = rest.split(" ")
            result = next(iter(frames.values())) if result is None else result
            values = [argument(text, {**frames, **functions}) for text in arguments]
            result = getattr(result, name)(*values) if word == "call" else getattr(transforms, name).apply(result, *values)
    return result


def texts(records):
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def check(result, word, rest, lines):
    name, _, more = rest.partition(" ")
    is_collection = hasattr(result, "keys")
    if word == "names":
        assert list(result.keys()) == rest.split(" ")
    elif word == "output":
        assert texts(records_of(result[rest] if is_collection else result)) == texts(map(json.loads, lines))
    elif word == "types":
        frame, wanted = (result[name], more) if is_collection else (result, rest)
        assert ", ".join(f"{field}:{kind}" for field, kind in types_of(frame).items()) == wanted
    elif word == "errors":
        result.count()
        assert result.errorsCount() == int(rest)


@pytest.mark.parametrize("sections", CASES)
def test_case(context, sections, capsys):
    wanted_errors = [text for word, _, lines in sections if word == "error" for text in lines]
    assert {"output", "names", "error"} & {word for word, _, _ in sections}, "The case states no answer"
    if wanted_errors:
        with pytest.raises(Exception) as error:
            result_of(context, sections).count()
        for text in wanted_errors:
            assert text in str(error.value)
        return
    result = result_of(context, sections)
    printed = capsys.readouterr().out.splitlines()
    for word, rest, lines in sections:
        if word == "printed":
            assert printed == lines
        check(result, word, rest, lines)
