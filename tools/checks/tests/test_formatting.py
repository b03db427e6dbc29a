import shutil

import pytest

from checks import formatting

needs_program = pytest.mark.skipif(shutil.which(formatting.PROGRAM) is None, reason="clang-format-14 is not installed")


@needs_program
def test_layout_is_found_and_mended(tree):
    root = tree({".clang-format": "BasedOnStyle: Google\n", "a.cc": "int x;\n\nint   y;\n", "b.cc": "int x;\n"})
    (finding,) = formatting.find(root)
    assert (finding.path, finding.line, finding.fix) == ("a.cc", 3, "run ./dev fmt")
    assert formatting.apply(root) == 1
    assert (root / "a.cc").read_text() == "int x;\n\nint y;\n"
    assert formatting.find(root) == []
