// What the tests of the JSON reader share: reading text through it, and a slow reader of its own to
// compare with.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/json/json_lines_reader.h"

namespace tenon::files {

struct ReadRows {
  std::vector<std::string> rows;     // As testing::TypedRow.
  std::vector<std::string> texts;    // As columnar::JsonText without nulls.
  std::vector<std::string> schemas;  // Of each batch.
  std::vector<int64_t> batch_rows;
  std::vector<ErrorRecord> errors;
  std::vector<std::string> logs;
  Status status;  // What ended the read, if not its end.
};

struct ReadTerms {
  int64_t begin = 0;
  int64_t end = -1;  // -1: the text's.
  BatchLimits limits;
  WindowSizes sizes;
  JsonColumns columns;
  bool with_rows = true;             // Else schemas and counts alone.
  std::string path = "test.json";    // Its ending says how the text is packed.
  bool documents = false;            // By the reader of what is not one record a line.
  std::shared_ptr<DriftNote> drift;  // Shared with other reads of the scan; then one kernel reads.
};

// Reads lines [begin, end) of `text` as a file of that content. If it is not long, with every kernel: they must agree.
ReadRows ReadText(const std::string& text, const ReadTerms& terms = {});

// What the row of one line should be, by nlohmann's parser and rules written down here once more.
std::string ExpectedRow(std::string_view line);

// The records of a line, one or several, as the slow reader reads them; `bad`: something behind the last of them is
// wrong.
struct ExpectedRecords {
  std::vector<std::string> rows;
  bool bad = false;
  bool beyond_double =
      false;  // A number that the slow reader refuses, while it is infinite in truth.
};
ExpectedRecords ExpectedOf(const std::string& line);

}  // namespace tenon::files
