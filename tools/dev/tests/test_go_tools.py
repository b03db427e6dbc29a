import pathlib

import pytest

from dev import environment, go_tools, paths


def pretend_go(monkeypatch, tmp_path, version):
    monkeypatch.setattr(paths, "DEPS", tmp_path / "deps")
    (tmp_path / "deps" / "go").mkdir(parents=True)
    monkeypatch.setattr(go_tools, "version_on_path", lambda: go_tools.parts(version))


def module_cache(tmp_path):
    """A toolchain as the module cache holds it: nothing may be written, nothing run."""
    module = tmp_path / "module"
    for name in ("bin/go", "pkg/tool/linux_amd64/compile", "src/fmt/print.go"):
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text("#!/bin/sh\n")
        (module / name).chmod(0o444)
    (module / "bin").chmod(0o555)
    return module


@pytest.mark.parametrize("text, numbers", [("go1.19.8", (1, 19, 8)), ("1.25.4", (1, 25, 4)), ("go1.26rc1", (1, 26)),
                                           ("go1.26.8 X:nocoverageredesign\n", (1, 26, 8))])
def test_versions_are_compared_as_numbers(text, numbers):
    assert go_tools.parts(text) == numbers


def test_a_go_that_is_new_enough_is_taken(monkeypatch, tmp_path):
    pretend_go(monkeypatch, tmp_path, "go1.26")
    monkeypatch.setattr(environment, "download_go_module", lambda *args: pytest.fail("asked the proxy"))
    assert go_tools.compiler("1.25.4") == pathlib.Path("go")


def test_an_older_go_fetches_a_toolchain_once_that_can_be_run(monkeypatch, tmp_path):
    pretend_go(monkeypatch, tmp_path, "go1.19.8")
    asked = []

    def download(module, what, empty):
        asked.append(module)
        return module_cache(tmp_path)

    monkeypatch.setattr(environment, "download_go_module", download)
    program = go_tools.compiler("1.25.4")
    assert program == paths.DEPS / "go" / "toolchain-1.25.4" / "bin" / "go"
    assert go_tools.compiler("1.25.4") == program
    assert len(asked) == 1 and asked[0].startswith("golang.org/toolchain@v0.0.1-go1.25.4.linux-")
    modes = {name: (program.parents[1] / name).stat().st_mode & 0o111 for name in
             ("bin/go", "pkg/tool/linux_amd64/compile", "src/fmt/print.go")}
    assert modes == {"bin/go": 0o111, "pkg/tool/linux_amd64/compile": 0o111, "src/fmt/print.go": 0}
    (program.parent / "new").write_text("")  # The folders can be written, so that they can be removed.


def test_pins_carry_a_toolchain():
    assert go_tools.parts(environment.load_pins()["go_toolchain"]["version"]) >= (1, 25)
