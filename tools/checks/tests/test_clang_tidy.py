import json
import subprocess

from checks import clang_tidy


def git(root, *arguments):
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_what_changed_is_the_tree_else_the_last_commit(tree):
    root = tree({"a.cc": "1", "b.cc": "1"})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    tree({"a.cc": "2"})
    git(root, "commit", "-qam", "two")
    assert clang_tidy.changed_files(root) == ["a.cc"]
    tree({"b.cc": "2", "c.cc": "new"})
    assert clang_tidy.changed_files(root) == ["b.cc", "c.cc"]


def test_a_changed_header_brings_its_source_and_unbuilt_files_are_left(tree, monkeypatch):
    root = tree({"a.cc": "", "a.h": "", "x.cc": ""})
    tree({"compile_commands.json": json.dumps([{"file": str(root / "a.cc")}])})
    monkeypatch.setattr(clang_tidy, "changed_files", lambda _: ["a.h", "a.cc", "x.cc", "README.md"])
    assert clang_tidy.sources_to_check(root, root / "compile_commands.json") == ["a.cc"]


def test_reports_become_findings(tmp_path):
    output = f"{tmp_path}/src/a.cc:7:3: warning: use nullptr [modernize-use-nullptr,-warnings-as-errors]\nnoise\n"
    (finding,) = clang_tidy.parse_reports(tmp_path, output)
    assert str(finding) == "src/a.cc:7: use nullptr. Fix: see clang-tidy's check modernize-use-nullptr."


def test_headers_of_third_parties_are_not_ours(tmp_path):
    output = "".join(f"{path}:7:3: error: no definition found [bugprone-forward-declaration-namespace]\n"
                     for path in (tmp_path / ".deps/venv/include/arrow/type_fwd.h", "/usr/include/simdjson.h"))
    assert clang_tidy.parse_reports(tmp_path, output) == []
