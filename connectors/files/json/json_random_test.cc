// Random documents through the reader of JSON lines, compared with the slow reader of json_oracle_test.h.
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "connectors/files/json/json_documents_test.h"
#include "connectors/files/json/json_oracle_test.h"
#include "testing/matchers.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;
using tenon::testing::Seed;

TEST(JsonRandomTest, AgreesWithASlowReaderOnRandomDocuments) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  DocumentMaker maker(seed);
  for (int round = 0; round < 40; ++round) {
    std::string text;
    std::vector<std::string> expected;
    for (int i = 0; i < 200; ++i) {
      const std::string line = maker.Line();
      text += line + "\n";
      expected.push_back(ExpectedRow(line));
      ASSERT_NE(expected.back(), "bad") << line;
    }
    const ReadRows read = ReadText(text, {.limits = {.max_rows = 1 + round * 7 % 300}});
    ASSERT_THAT(read.status, IsOk());
    ASSERT_EQ(read.errors.size(), 0u) << read.errors[0].message << ": " << read.errors[0].input;
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_EQ(read.rows[i], expected[i]);
  }
}

// Bytes changed at random: never a crash, and whatever is read is what the slow reader reads.
TEST(JsonRandomTest, AgreesWithASlowReaderOnDamagedDocuments) {
  const uint64_t seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  DocumentMaker maker(seed, false);
  std::mt19937_64 random(seed + 1);
  for (int round = 0; round < 2000; ++round) {
    std::string text, clean;
    for (int i = 0; i < 5; ++i) text += maker.Line() + "\n";
    for (uint64_t i = 1 + random() % 3; i > 0; --i) {
      static const char kBytes[] = "\"\\{}[]:,0-.\n \x80\xff\x01tnf";
      text[random() % text.size()] = kBytes[random() % (sizeof(kBytes) - 1)];
    }
    const ReadRows read = ReadText(text);
    ASSERT_THAT(read.status, IsOk());
    std::vector<std::string> expected;
    size_t bad = 0, told_apart = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      const std::string line = text.substr(at, end - at);
      at = end + 1;
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      const ExpectedRecords records = ExpectedOf(line);
      expected.insert(expected.end(), records.rows.begin(), records.rows.end());
      if (records.bad) ++bad;
      if (records.beyond_double || (records.bad && !records.rows.empty())) ++told_apart;
    }
    // Records before damage on their own line are read or not: it depends on what the damage is.
    if (told_apart > 0) continue;
    ASSERT_EQ(read.rows, expected) << text;
    ASSERT_EQ(read.errors.size(), bad) << text;
  }
}

}  // namespace
}  // namespace tenon::files
