import pytest

from checks import check_layers

RULES = """
include/tenon:
src/door:
src/base: src/door
src/columnar: src/base
src/engine: src/*
connectors: connectors/*
connectors/memory:
connectors/files: src/base src/columnar
cli: src/base connectors
tests src/engine: connectors/memory
third arrow/: src/columnar
"""

LEGAL = {
    "tools/layers.txt": RULES,
    "include/tenon/status.h": "#include <string>\n",
    "include/tenon/result.h": '#include "tenon/status.h"\n',
    "src/door/status.cc": '#include "tenon/status.h"\n',
    "src/base/json.h": '#include "door/private.h"\n',
    "src/columnar/print.cc": '#include <arrow/api.h>\n#include "base/json.h"\n',
    "src/engine/local/engine.cc": '#include "columnar/print.h"\n#include "engine/plan.h"\n',
    "src/engine/plan.h": "",
    "src/columnar/print.h": "",
    "src/door/private.h": "",
    "connectors/builtin.cc": '#include "connectors/memory/memory.h"\n',
    "connectors/builtin.h": "",
    "connectors/memory/memory.h": '#include "tenon/status.h"\n#include "rows.h"\n',
    "connectors/memory/rows.h": "",
    "testing/matchers.h": '#include "base/json.h"\n#include <arrow/api.h>\n',
    "src/base/json_test.cc": '#include "testing/matchers.h"\n',
    "src/base/testing.h": '#include "testing/matchers.h"\n',
    "src/engine/local/engine_test.cc": '#include "connectors/memory/memory.h"\n',
    "cli/main.cc": '#include "connectors/builtin.h"\n#include "tenon/status.h"\n',
}


def test_a_tree_that_keeps_the_rules_passes(tree):
    assert check_layers.find(tree(LEGAL)) == []


@pytest.mark.parametrize(
    "source, include, words",
    [
        ("src/base/x.cc", '"columnar/print.h"', "src/base may not include src/columnar"),
        ("src/door/x.cc", '"base/json.h"', "src/door may not include src/base"),
        ("connectors/memory/x.cc", '"base/json.h"', "legal=include/tenon only"),
        ("connectors/memory/x.cc", '"connectors/files/reader.h"', "may not include connectors/files"),
        ("connectors/files/x.cc", '"engine/plan.h"', "may not include src/engine"),
        ("cli/x.cc", '"engine/plan.h"', "cli may not include src/engine"),
        ("src/engine/x.cc", '"connectors/memory/memory.h"', "src/engine may not include connectors/memory"),
        ("src/base/x.cc", '"testing/matchers.h"', "only tests may"),
        ("src/base/x.cc", "<arrow/type.h>", "Only src/columnar may include arrow/"),
        ("include/tenon/x.h", "<nlohmann/json.hpp>", "The door shows no third-party type"),
        ("include/tenon/x.h", '"base/json.h"', "include/tenon may not include src/base"),
    ],
)
def test_a_forbidden_include_is_named_with_file_and_line(tree, source, include, words):
    files = {**LEGAL, "connectors/files/reader.h": "", source: f"// first\n#include {include}\n"}
    (finding,) = check_layers.find(tree(files))
    assert (finding.path, finding.line) == (source, 2)
    assert words in finding.message
    assert finding.fix


def test_a_rule_that_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match="folder: folders"):
        check_layers.parse_rules("src/base src/door\n")


def test_the_most_specific_rule_wins():
    rules = check_layers.parse_rules("a: x\na/b: y\n")
    assert rules.home_of("a/b/c/d.cc") == "a/b"
    assert rules.home_of("a/z/d.cc") == "a"
    assert rules.home_of("b/d.cc") is None
