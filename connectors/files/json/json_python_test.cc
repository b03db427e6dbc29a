// Two thousand generated files, read by us and by Python's own parser in one process, compared value by value and type
// by type.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "connectors/files/json/json_documents_test.h"
#include "connectors/files/json/json_oracle_test.h"
#include "testing/matchers.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;
using ::testing::IsEmpty;

const char kCompare[] = R"python(
import json, sys

folder, count = sys.argv[1], int(sys.argv[2])

class Whole(str):
    pass

def text_of(text):
    text = "".join("\ufffd" if 0xd800 <= ord(c) < 0xe000 else c for c in text)
    return '"' + "".join(f"\\x{ord(c):02x}" if ord(c) < 0x20 or c in '"\\' else c for c in text) + '"'

def typed(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Whole):
        digits, number = len(value.lstrip("-")), int(value) if len(value) < 50 else None
        if digits > 38:
            return typed(float(value))
        if -2**31 <= number < 2**31:
            return f"int {number}"
        return f"long {number}" if -2**63 <= number < 2**63 else f"decimal {number}"
    if isinstance(value, float):
        return "double " + value.hex()
    if isinstance(value, str):
        return "string " + text_of(value)
    if isinstance(value, list):
        return "[" + ",".join(map(typed, value)) + "]"
    members = {}
    for name, member in value.items():
        members["".join("\ufffd" if 0xd800 <= ord(c) < 0xe000 else c for c in name)] = typed(member)
    return "{" + ",".join(text_of(name) + ":" + members[name] for name in sorted(members, key=lambda n: n.encode())
                          if members[name] != "null") + "}"

def hexes(text):
    """Ours are C's: no trailing zeros, subnormals by another exponent."""
    words = text.split("double ")
    out = [words[0]]
    for word in words[1:]:
        end = next((i for i, c in enumerate(word) if c in ",]}"), len(word))
        out.append(float.fromhex(word[:end]).hex() + word[end:])
    return "double ".join(out)

decoder = json.JSONDecoder(parse_int=Whole)
bad = 0
for number in range(count):
    text = open(f"{folder}/{number}.json", encoding="utf-8", newline="").read()
    wanted, at = [], 0
    while True:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        if at == len(text):
            break
        record, at = decoder.raw_decode(text, at)
        wanted += record if isinstance(record, list) else [record]
    found = open(f"{folder}/{number}.found", encoding="utf-8", newline="\n").read().split("\n")[:-1]
    wanted = [typed(record) for record in wanted]
    if [hexes(row) for row in found] != wanted:
        bad += 1
        if bad < 4:
            print(number, len(found), len(wanted))
            print(*(f" ours   {a}\n theirs {b}\n" for a, b in zip(found, wanted) if hexes(a) != b))
print("files", count, "differences", bad)
sys.exit(bad != 0)
)python";

// One file's text, in one of the ways in which records stand in files.
std::string FileOf(DocumentMaker& maker, bool documents) {
  const bool array = documents && maker.Below(2) == 0;
  const char* const between = array ? "," : documents ? "" : maker.Below(4) == 0 ? "\r\n" : "\n";
  std::string text = array ? "[" : "";
  for (uint64_t rows = maker.Below(maker.Below(20) == 0 ? 400 : 12), i = 0; i < rows; ++i) {
    if (i > 0) text += between;
    std::string line = maker.Line();
    // A newline may stand wherever a blank may; these blanks never are in strings of the maker.
    for (size_t at = 0; documents && (at = line.find(",\"", at)) != std::string::npos; ++at) {
      if (maker.Below(8) == 0) line.insert(at + 1, "\n  ");
    }
    text += line;
  }
  return text + (array ? "]\n" : maker.Below(2) == 0 ? "\n" : "");
}

TEST(JsonPythonTest, TwoThousandFilesHaveTheValuesAndTypesThatPythonReads) {
  constexpr int kFiles = 2000;
  const uint64_t seed = testing::Seed();
  DocumentMaker maker(seed);
  std::string folder = std::filesystem::temp_directory_path().string() + "/tenon-json-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  for (int i = 0; i < kFiles; ++i) {
    const bool documents = i % 4 == 3;
    const std::string text = FileOf(maker, documents);
    const ReadRows read =
        ReadText(text, {.limits = {.max_rows = 1 + i % 50},
                        .sizes = {.read_bytes = 1 << 16, .window_bytes = size_t{64} << i % 8},
                        .documents = documents});
    ASSERT_THAT(read.status, IsOk()) << text;
    ASSERT_THAT(read.errors, IsEmpty()) << text;
    const std::string path = folder + "/" + std::to_string(i);
    std::ofstream(path + ".json", std::ios::binary) << text;
    std::ofstream found(path + ".found", std::ios::binary);
    for (const std::string& row : read.rows) found << row << '\n';
  }
  std::ofstream(folder + "/compare.py") << kCompare;
  const std::string command = std::string(TENON_PYTHON) + " " + folder + "/compare.py " + folder +
                              " " + std::to_string(kFiles);
  const int outcome = std::system(command.c_str());
  EXPECT_EQ(outcome, 0) << "files in " << folder;
  if (outcome == 0) std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tenon::files
