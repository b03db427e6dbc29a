"""tenon conn and tenon secret: what they store, what they show, and the words about what is wrong."""

import json
import os
import re
import stat
import subprocess

PROGRAM = os.environ.get("TENON_PROGRAM", "")
CANARY = "canary-3f7a91"


def home(tmp_path):
    return tmp_path / "home"


def ask(tenon, tmp_path, *words, **variables):
    return tenon(*words, TENON_HOME=str(home(tmp_path)), **variables)


def put(tmp_path, name, content):
    (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return name


def everything_but_sealed(tmp_path):
    return "".join(path.read_text(errors="replace") for path in home(tmp_path).rglob("*")
                   if path.is_file() and "secrets" not in path.parts)


def test_a_secret_is_stored_listed_replaced_and_removed(tenon, tmp_path):
    put(tmp_path, "value.json", {"user": "ada", "password": CANARY})
    made = ask(tenon, tmp_path, "secret", "create", "shop/db", "--file", "value.json")
    assert (made.code, made.out, made.err) == (0, "Secret is stored: name=shop/db\n", "")
    again = ask(tenon, tmp_path, "secret", "create", "shop/db", "--file", "value.json")
    assert (again.code, again.err) == (
        2, "error[TN1211]: Secret is there already: name=shop/db\n"
           "  hint: Give --replace to put this value in its place.\n")
    assert ask(tenon, tmp_path, "secret", "create", "shop/db", "--file", "value.json", "--replace").code == 0
    listed = ask(tenon, tmp_path, "secret", "list")
    assert re.fullmatch(r"NAME     CREATED              CHANGED\nshop/db  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  .*\n", listed.out)
    assert [entry["name"] for entry in json.loads(ask(tenon, tmp_path, "secret", "list", "--json").out)] == ["shop/db"]
    wrong = ask(tenon, tmp_path, "secret", "delete", "shop/bd")
    assert wrong.code == 2 and wrong.err.startswith("error[TN1210]: Secret is not known: name=shop/bd folder=")
    assert wrong.err.endswith("  hint: Did you mean shop/db?\n")
    gone = ask(tenon, tmp_path, "secret", "delete", "shop/db")
    assert (gone.code, gone.out) == (0, "Secret is removed: name=shop/db\n")
    assert ask(tenon, tmp_path, "secret", "list").out == f"No secrets in {home(tmp_path)}\n"
    assert json.loads(ask(tenon, tmp_path, "secret", "list", "--json").out) == []


def test_a_secret_comes_from_stdin(tmp_path):
    env = {"PATH": os.environ["PATH"], "TENON_HOME": str(home(tmp_path))}
    done = subprocess.run([PROGRAM, "secret", "create", "a", "--file", "-"], input=CANARY, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Secret is stored: name=a\n", "")
    assert stat.S_IMODE((home(tmp_path) / "secret.key").stat().st_mode) == 0o600
    assert CANARY not in everything_but_sealed(tmp_path)
    assert all(CANARY not in path.read_text() for path in (home(tmp_path) / "secrets").rglob("*.json"))


def test_what_cannot_be_a_secret_is_told_without_showing_it(tenon, tmp_path):
    put(tmp_path, "empty", "\n")
    put(tmp_path, "broken.json", '{"password": ' + CANARY)
    put(tmp_path, "long", CANARY * 6000)
    (tmp_path / "folder").mkdir()
    for words, text in (
            (["a", "--file", "empty"], "error[TN1213]: Value of a secret cannot be stored: name=a reason=empty\n"),
            (["a", "--file", "broken.json"],
             "error[TN1213]: Value of a secret cannot be stored: name=a reason=not JSON byte=14\n"),
            (["a", "--file", "long"], "error[TN1213]: Value of a secret cannot be stored: name=a reason=too long\n"),
            (["a b", "--file", "long"],
             "error[TN1212]: Name of a secret is wrong: name=a b\n"
             "  hint: Take 1 to 512 letters, digits and the signs / _ + = . @ -\n"),
            (["a"], "error[TN1103]: Option is missing: option=--file command=secret create\n"
                    "  hint: Give --file FILE, or --file - for stdin.\n"),
            (["a", "--file", "gone"],
             "error[TN1103]: File cannot be read: path=gone error=No such file or directory\n  where: option=--file\n"),
            (["a", "--file", "folder"],
             "error[TN1103]: Is a folder and no file: path=folder\n  where: option=--file\n")):
        answer = ask(tenon, tmp_path, "secret", "create", *words)
        assert (answer.code, answer.out) == (2, "") and answer.err.startswith(text), answer.err
        assert CANARY not in answer.err
    assert not home(tmp_path).exists()


PROPERTIES = {"CONNECTOR_TYPE": "Spark", "CONNECTOR_CLASS_NAME": "sequence", "rows": "10", "PASSWORD": CANARY}


def test_a_connection_is_stored_shown_replaced_and_removed(tenon, tmp_path):
    put(tmp_path, "orders.json", PROPERTIES)
    words = ["conn", "create", "orders", "--type", "custom", "--properties-file", "orders.json", "--description", "of the shop"]
    made = ask(tenon, tmp_path, *words)
    assert (made.code, made.out, made.err) == (0, "Connection is stored: name=orders type=CUSTOM sealed=PASSWORD\n", "")
    again = ask(tenon, tmp_path, *words)
    assert (again.code, again.err) == (
        2, "error[TN1201]: Connection is there already: name=orders\n  hint: Give --replace to put this one in its place.\n")
    assert ask(tenon, tmp_path, *words, "--replace").code == 0
    shown = ask(tenon, tmp_path, "conn", "show", "orders").out
    for line in ("Name                  orders\n", "ConnectionType        CUSTOM\n", "Description           of the shop\n",
                 "CONNECTOR_CLASS_NAME  sequence\n", "PASSWORD              ***\n"):
        assert line in shown
    document = json.loads(ask(tenon, tmp_path, "conn", "show", "orders", "--output", "json").out)
    assert document["ConnectionProperties"] == {**PROPERTIES, "PASSWORD": "***"}
    assert json.loads(ask(tenon, tmp_path, "conn", "list", "--json").out) == [document]
    assert re.match(r"NAME    TYPE    UPDATED              DESCRIPTION\norders  CUSTOM  .*  of the shop\n",
                    ask(tenon, tmp_path, "conn", "list").out)
    assert CANARY not in everything_but_sealed(tmp_path)
    wrong = ask(tenon, tmp_path, "conn", "show", "ordres")
    assert wrong.code == 2 and wrong.err.startswith("error[TN1200]: Connection is not known: name=ordres folder=")
    assert wrong.err.endswith("  hint: Did you mean orders?\n")
    gone = ask(tenon, tmp_path, "conn", "delete", "orders")
    assert (gone.code, gone.out) == (0, "Connection is removed: name=orders\n")
    assert ask(tenon, tmp_path, "conn", "list").out == f"No connections in {home(tmp_path)}\n"
    assert not list((home(tmp_path) / "secrets").rglob("*.json"))


def test_what_cannot_be_a_connection_is_told_without_showing_it(tenon, tmp_path):
    put(tmp_path, "good.json", PROPERTIES)
    put(tmp_path, "broken.json", '{"PASSWORD": "' + CANARY)
    put(tmp_path, "other.json", {"Name": "others", "ConnectionProperties": {"PASSWORD": CANARY}})
    create = ["conn", "create", "orders"]
    for words, text in (
            ([*create, "--properties-file", "good.json"],
             "error[TN1103]: Option is missing: option=--type command=conn create\n"
             "  hint: Give --type CUSTOM for a connector, --type JDBC for a database.\n"),
            ([*create, "--type", "CUSTOM"],
             "error[TN1103]: Option is missing: option=--properties-file command=conn create\n"
             "  hint: Give --properties-file FILE, or --properties-file - for stdin.\n"),
            ([*create, "--type", "JDCB", "--properties-file", "good.json"],
             "error[TN1202]: Type of a connection is not known: type=JDCB\n  hint: Did you mean JDBC?\n"),
            ([*create, "--type", "CUSTOM", "--properties-file", "broken.json"],
             "error[TN1204]: File of a connection cannot be used: reason=not JSON byte="),
            ([*create, "--type", "CUSTOM", "--properties-file", "other.json"],
             "error[TN1204]: File of a connection cannot be used: path=$.Name file=others given=orders\n")):
        answer = ask(tenon, tmp_path, *words)
        assert (answer.code, answer.out) == (2, "") and answer.err.startswith(text), answer.err
        assert CANARY not in answer.err
    assert not home(tmp_path).exists()


def test_a_group_of_commands_by_itself_shows_them(tenon):
    for group, command in (("conn", "tenon conn show NAME"), ("secret", "tenon secret delete NAME")):
        answer = tenon(group)
        assert answer.code == 2 and answer.out == tenon("help", group).out
        assert command in answer.out and "completion" not in answer.out


def test_a_key_that_is_open_to_others_or_gone_is_exit_4(tenon, tmp_path):
    put(tmp_path, "value", CANARY)
    ask(tenon, tmp_path, "secret", "create", "a", "--file", "value")
    key = home(tmp_path) / "secret.key"
    key.chmod(0o644)
    answer = ask(tenon, tmp_path, "secret", "create", "b", "--file", "value")
    assert answer.code == 4 and answer.err.startswith(f"error[TN1221]: Key file is open to others: file={key}\n")
    key.unlink()
    answer = ask(tenon, tmp_path, "secret", "create", "b", "--file", "value")
    assert answer.code == 4 and answer.err.startswith(f"error[TN1220]: Key of the sealed secrets is not there: file={key}\n")
