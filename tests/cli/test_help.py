"""Help, completion and the list for programs all come from one table and agree."""

import shutil
import subprocess

import pytest


def listing(tenon):
    commands, options = [], {}
    for line in tenon("help", "--machine").out.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "command":
            commands.append(rest)
        else:
            command, _, option = rest.rpartition(" ")
            options.setdefault(command, []).append(option)
    return commands, options


def test_every_command_has_help_that_names_every_option(tenon):
    commands, options = listing(tenon)
    assert {"run", "run list", "run recover", "run forget", "explain", "copy", "preview", "schema", "conn", "conn create",
            "conn list", "conn show", "conn delete", "secret", "secret create", "secret list", "secret delete", "doctor", "help", "completion",
            "version"} == set(commands)
    for command in commands:
        text = tenon(*command.split(), "--help")
        assert text.code == 0 and text.out.startswith(f"usage: tenon {command}")
        assert tenon("help", *command.split()).out == text.out
        for option in options[command]:
            assert option in text.out


def test_help_is_not_wider_than_a_terminal(tenon):
    for command in listing(tenon)[0]:
        for line in tenon("help", *command.split()).out.splitlines():
            assert len(line) <= 96, line


def test_overview_lists_every_command(tenon):
    overview = tenon("help").out
    assert tenon("--help").out == overview and tenon("-h").out == overview
    for command in listing(tenon)[0]:
        assert f"  {command}" in overview


def test_version(tenon):
    assert tenon("version").out == tenon("--version").out == tenon("-V").out
    assert tenon("version").out.startswith("tenon 0.")


def complete_bash(tenon, tmp_path, *words):
    script = tmp_path / "completion.bash"
    script.write_text(tenon("completion", "bash").out)
    program = f"source {script}; COMP_WORDS=({' '.join(words)} ''); COMP_CWORD={len(words)}; _tenon; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_options_and_values(tenon, tmp_path):
    (tmp_path / "job.py").write_text("")
    assert {"run", "doctor", "explain"} <= set(complete_bash(tenon, tmp_path, "tenon"))
    assert {"--resume", "list", "recover", "job.py"} <= set(complete_bash(tenon, tmp_path, "tenon", "run"))
    assert complete_bash(tenon, tmp_path, "tenon", "run", "--progress") == ["auto", "plain", "json", "none"]
    assert complete_bash(tenon, tmp_path, "tenon", "preview", "a.json", "-o") == ["table", "csv", "json", "arrow"]
    assert complete_bash(tenon, tmp_path, "tenon", "schema", "--output") == ["tree", "json", "ddl"]
    assert {"--where", "job.py"} <= set(complete_bash(tenon, tmp_path, "tenon", "copy"))
    assert "--json" in complete_bash(tenon, tmp_path, "tenon", "run", "list")
    assert {"bash", "zsh", "fish"} <= set(complete_bash(tenon, tmp_path, "tenon", "completion"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_parse(tenon, tmp_path, shell):
    text = tenon("completion", shell).out
    assert "tenon" in text
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(text)
        assert subprocess.run([shell, "-n", str(script)]).returncode == 0
