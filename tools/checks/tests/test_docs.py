from checks import docs


def test_architecture_names_only_what_exists(tree):
    root = tree({"ARCHITECTURE.md": "See `src/base/json.h`,\n`src/gone/x.cc` and `std::string`.\n", "src/base/json.h": ""})
    (finding,) = docs.check_architecture(root)
    assert (finding.line, finding.message) == (2, "A file is named that does not exist: path=src/gone/x.cc")


def test_every_error_is_documented_and_no_other(tree):
    root = tree({
        docs.CATALOG: "inline constexpr int kErrUnknownOption = 1001;\ninline constexpr int kErrBadRow = 2002;\n",
        docs.ERRORS: "# Errors\n\n## TN1001 Unknown option\n\n| `TN9999` | x |\n",
    })
    assert sorted(finding.message for finding in docs.check_errors(root)) == [
        "An error does not exist: number=TN9999", "An error is not documented: number=TN2002"]


def test_a_catalog_without_a_page_is_reported(tree):
    (finding,) = docs.check_errors(tree({docs.CATALOG: "constexpr int kErrX = 1001;\n"}))
    assert finding.fix == "write docs/errors.md"


def test_every_command_and_option_is_documented():
    listing = "command run\ncommand run list\noption run --memory\noption run --job-name\n"
    found = docs.check_commands(listing, ["`tenon run SCRIPT --memory 1GiB`"])
    assert [finding.message for finding in found] == [
        "A command is not documented: command=tenon run list",
        "An option is not documented: option=run --job-name"]


def test_the_program_must_list_its_commands(tree):
    root = tree({"tenon": "#!/bin/sh\nexit 2\n"})
    (root / "tenon").chmod(0o755)
    (finding,) = docs.check_cli(root, root / "tenon")
    assert "does not list its commands" in finding.message


def test_the_index_reaches_every_page(tree):
    root = tree({"docs/README.md": "[errors](errors.md)\n", "docs/errors.md": "", "docs/lost.md": ""})
    (finding,) = docs.check_index(root)
    assert finding.message == "A page is not listed: page=docs/lost.md"
