import pytest

from checks import tidy

HEADER = "// What it is.\n#pragma once\n"


def messages(findings):
    return [f"{finding.path}:{finding.line} {finding.message}" for finding in findings]


@pytest.mark.parametrize(
    "line, message",
    [
        ("  throw std::runtime_error(text);", "No exception leaves our code"),
        ("  Node* node = new Node(1);", "No bare new"),
        ("  delete node;", "No delete"),
        ("  delete[] nodes;", "No delete"),
        ('  std::cerr << "x";', "The library never prints"),
        ('  printf("%d", 1);', "The library never prints"),
        ("  std::abort();", "The library never ends the process"),
        ("  static int counter = 0;", "No mutable static"),
        ("static std::map<int, int> cache;", "No mutable static"),
        ("int* p = &g_counter;", "No mutable global"),
    ],
)
def test_forbidden_lines_are_found(line, message):
    assert messages(tidy.check_lines("src/base/x.cc", ["", line])) == [f"src/base/x.cc:2 {message}"]


@pytest.mark.parametrize(
    "line",
    [
        "  return std::unique_ptr<Node>(new Node(1));",
        "  std::unique_ptr<Node> node(new Node(1));",
        "  node_.reset(new Node(1));",
        "  Node(const Node&) = delete;",
        "  // We never throw, delete or printf here.",
        '  text = "throw new delete";',
        "  static const int kLimit = 3;",
        "  static constexpr std::string_view kName = \"x\";",
        "  static Result<int> Make(int size);",
        "  static_assert(sizeof(int) == 4);",
        "  renew Node;",
        "  std::abort();  // Tidy: the documented end of a broken contract",
        "  static Status Ok() { return Status(); }",
        "  snprintf(buffer, sizeof(buffer), \"%d\", 1);",
    ],
)
def test_legal_lines_pass(line):
    assert tidy.check_lines("src/base/x.cc", [line]) == []


def test_raw_strings_and_block_comments_are_not_code():
    lines = ['const char* text = R"(', "throw new delete", ')";', "/* throw", "   new X */", "int x;"]
    assert tidy.check_lines("src/base/x.cc", lines) == []


def test_surfaces_may_print_and_tests_may_not_sleep():
    assert tidy.check_lines("cli/main.cc", ['printf("x");']) == []
    assert tidy.check_lines("src/runstate/simulation/main.cc", ['printf("x");']) == []
    (finding,) = tidy.check_lines("src/base/x_test.cc", ["std::this_thread::sleep_for(1ms);"])
    assert finding.message == "A test does not sleep"


@pytest.mark.parametrize("name", ["src/base/string_utils.h", "src/common/x.cc", "tools/helpers.py", "src/job/job_manager.cc"])
def test_vague_file_names_are_found(name):
    assert len(tidy.check_names([name])) == 1


def test_names_that_only_contain_a_vague_word_pass():
    assert tidy.check_names(["src/base/utility.h", "docs/commonplace.md"]) == []


def test_vague_types_machine_paths_and_unfinished_work_are_found():
    lines = ["class JobManager {", "path = /ro" + "ot/x", "// TO" + "DO: later", "// FIX" + "ME",
             "see registry.npm" + "js.org"]
    found = [finding.line for finding in tidy.check_words("src/a.cc", lines)]
    assert found == [1, 2, 3, 4, 5]


def test_unfinished_work_may_name_its_condition():
    assert tidy.check_words("src/a.cc", ["// TO" + "DO(when g++ 13 is the oldest): use std::format."]) == []


def test_a_header_needs_its_contract_and_its_guard():
    findings = tidy.check_header("src/base/x.h", ["int f();", "using namespace std;"])
    assert [finding.line for finding in findings] == [1, 1, 2]
    assert tidy.check_header("src/base/x.h", HEADER.splitlines()) == []


def test_an_spi_class_has_at_most_seven_virtual_functions():
    lines = HEADER.splitlines() + ["class Source {"] + ["  virtual int f() = 0;"] * 7 + ["  virtual ~Source();", "};"]
    assert tidy.check_header("include/tenon/source.h", lines) == []
    lines.insert(4, "  virtual int g() = 0;")
    (finding,) = tidy.check_header("include/tenon/source.h", lines)
    assert finding.line == 3 and "class=Source" in finding.message


def test_the_length_of_functions_is_measured():
    lines = ["namespace tenon {", "int F(int a,", "      int b) {", "  if (a) {", "  }", "}", "class X {",
             "  int G() {", "    return 1;", "  }", "};", "}  // namespace"]
    assert tidy.function_lengths(lines) == [(2, 5), (8, 3)]


def test_sizes_are_limited_and_recorded_ones_may_only_shrink(tree):
    long_function = "int F() {\n" + "  Call();\n" * 80 + "}\n"
    root = tree({"src/a.cc": long_function, "src/b.h": HEADER + "\n" * 400})
    assert messages(tidy.check_sizes(root, ["src/a.cc", "src/b.h"])) == [
        "src/a.cc:1 A function is too long: lines=82 limit=70",
        "src/b.h:1 A file is too long: lines=402 limit=300",
    ]
    tree({tidy.LIMITS: "function src/a.cc 82\nfile src/b.h 410\nfile src/gone.h 500\n"})
    findings = tidy.check_sizes(root, ["src/a.cc", "src/b.h"])
    assert messages(findings) == [
        f"{tidy.LIMITS}:2 A recorded size shrank: file=src/b.h lines=402",
        f"{tidy.LIMITS}:3 A recorded file is gone: path=src/gone.h",
    ]
    assert findings[0].fix == "write 402"


def test_every_test_file_is_in_a_build(tree):
    root = tree({"src/a/x_test.cc": "", "src/b/x_test.cc": "", "src/b/CMakeLists.txt": "tenon_room(NAME b)\n"})
    (finding,) = tidy.check_tests_are_built(root, ["src/a/x_test.cc", "src/b/x_test.cc"])
    assert finding.path == "src/a/x_test.cc"


def test_the_whole_check_reads_the_files_of_a_tree(tree):
    root = tree({"src/base/x.h": HEADER + "int F();\n", "README.md": "Fine.\n"})
    assert tidy.find(root) == []
