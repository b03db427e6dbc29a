// Every kernel against the state machine on random text, and the state machine against the slow reader.
#include "connectors/files/csv/csv_split.h"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "connectors/files/csv/csv_oracle_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

struct Found {
  std::vector<uint32_t> ends;
  CsvSplit split;
  CsvExactSplit exact;
};

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

Found Exactly(const CsvDialect& dialect, std::string text) {
  const size_t size = text.size();
  text.append(64, '\0');
  Found found;
  found.ends.resize(CsvEndsRoom(dialect, Bytes(text), size));
  found.exact = SplitExactly(dialect, Bytes(text), size, false, found.ends.data());
  found.ends.resize(found.exact.ends);
  return found;
}

Found By(CsvKernel kernel, const CsvDialect& dialect, std::string text) {
  const size_t size = text.size();
  text.append(64, '"');  // Bytes behind the text must not matter.
  Found found;
  found.ends.resize(CsvEndsRoom(dialect, Bytes(text), size));
  found.split = SplitCsv(dialect, kernel, Bytes(text), size, found.ends.data());
  found.ends.resize(found.split.ends);
  return found;
}

// Up to the end of the last record.
size_t RecordsSize(const std::string& text, const std::vector<uint32_t>& ends) {
  const auto newline = [&](uint32_t end) { return text[end] == '\n'; };
  const auto last = std::find_if(ends.rbegin(), ends.rend(), newline);
  return last == ends.rend() ? 0 : *last + size_t{1};
}

std::vector<CsvDialect> Dialects() {
  std::vector<CsvDialect> dialects;
  for (const bool multi_line : {false, true}) {
    dialects.push_back({.multi_line = multi_line});
    dialects.push_back({.escaper = '\\', .multi_line = multi_line});
    dialects.push_back({.separator = '|', .quote = '\'', .multi_line = multi_line});
    dialects.push_back({.quote = std::nullopt, .multi_line = multi_line});
    dialects.push_back({.quote = std::nullopt, .escaper = '\\', .multi_line = multi_line});
  }
  return dialects;
}

std::string RandomText(std::mt19937_64& random, const CsvDialect& dialect, bool tidy) {
  const std::string separator(1, static_cast<char>(dialect.separator));
  const std::string quote = dialect.quote ? std::string(1, static_cast<char>(*dialect.quote)) : "";
  const std::string escaper =
      dialect.escaper ? std::string(1, static_cast<char>(*dialect.escaper)) : "";
  std::string text;
  const size_t pieces = random() % (random() % 20 == 0 ? 400 : random() % 2 == 0 ? 5 : 40);
  for (size_t i = 0; i < pieces; ++i) {
    switch (random() % (tidy ? 8 : 14)) {
      case 0:
      case 1: text += separator; break;
      case 2: text += random() % 4 == 0 ? "\r\n" : "\n"; break;
      case 3: text += std::string(random() % (random() % 8 == 0 ? 90 : 9), 'x'); break;
      case 4:
        // A quoted field where it may stand.
        if (text.empty() || text.back() == '\n' || text.back() == separator[0]) {
          text += quote;
          for (size_t n = random() % 6; n > 0; --n) {
            const char* const inside[] = {"a", ",", "|", "\n", "bb"};
            text += random() % 4 == 0 ? quote + quote : inside[random() % 5];
          }
          text += quote + (random() % 2 == 0 ? separator : "\n");
        }
        break;
      case 5: text += "\xc3\xa4"; break;
      case 6: text += escaper + "n"; break;
      case 7: text += "1.5"; break;
      case 8: text += quote; break;
      case 9: text += "\r"; break;
      case 10: text += escaper; break;
      case 11: text += '\0'; break;
      case 12: text += quote + quote; break;
      default: text += escaper + escaper + quote; break;
    }
  }
  return text;
}

TEST(CsvSplitTest, KernelsAgreeWithTheStateMachineOnRandomText) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  int clean = 0, unclean = 0;
  for (int round = 0; round < 3000; ++round) {
    for (const CsvDialect& dialect : Dialects()) {
      const std::string text = RandomText(random, dialect, round % 2 == 0);
      const Found exact = Exactly(dialect, text);
      for (const CsvKernel kernel : CsvKernels()) {
        const Found found = By(kernel, dialect, text);
        ASSERT_EQ(found.split.clean, By(CsvKernel::kScalar, dialect, text).split.clean) << text;
        const CsvSkim skim =
            SkimCsv(dialect, kernel, Bytes(text + std::string(64, '"')), text.size());
        ASSERT_EQ(skim.clean, found.split.clean) << text;
        if (!found.split.clean) {
          ++unclean;
          continue;
        }
        ++clean;
        ASSERT_EQ(found.ends, exact.ends) << text;
        ASSERT_EQ(skim.records_size, RecordsSize(text, exact.ends)) << text;
        ASSERT_TRUE(exact.exact.bad.empty()) << text;
        ASSERT_EQ(found.split.newlines,
                  std::count_if(exact.ends.begin(), exact.ends.end(),
                                [&](uint32_t end) { return text[end] == '\n'; }));
        ASSERT_EQ(found.split.has_carriage, text.find('\r') != std::string::npos);
        ASSERT_EQ(found.split.has_high, text.find('\xc3') != std::string::npos);
      }
    }
  }
  EXPECT_GT(clean, 10'000);
  EXPECT_GT(unclean, 5'000);
}

// Records whose quotes all stand where they may.
std::string TidyRecords(std::mt19937_64& random, const CsvDialect& dialect, size_t size) {
  const std::string separator(1, static_cast<char>(dialect.separator));
  const std::string quote = dialect.quote ? std::string(1, static_cast<char>(*dialect.quote)) : "";
  const std::string line = dialect.quote && dialect.multi_line ? "\r\n" : " ";
  std::string text;
  while (text.size() < size) {
    for (size_t field = random() % 12; field > 0; --field) {
      if (random() % 3 == 0 && dialect.quote) {
        text += quote;
        for (size_t n = random() % (random() % 50 == 0 ? 200 : 5); n > 0; --n) {
          const std::string inside[] = {"x", separator, line, quote + quote, "words "};
          text += inside[random() % 5];
        }
        text += quote;
      } else {
        text += std::string(random() % (random() % 30 == 0 ? 150 : 12), 'y');
        if (random() % 8 == 0 && dialect.escaper) {
          text += std::string(1, static_cast<char>(*dialect.escaper)) + separator;
        }
      }
      text += separator;
    }
    text += random() % 4 == 0 ? "\r\n" : "\n";
  }
  return text;
}

// Text of many blocks, cut at and beside their edges.
TEST(CsvSplitTest, SkimsLongTextAsTheStateMachineSplitsIt) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  int ended = 0;
  for (int round = 0; round < 40; ++round) {
    for (const CsvDialect& dialect : Dialects()) {
      std::string text = TidyRecords(random, dialect, 20'000);
      text.resize(64 * (1 + random() % 300) + random() % 3 - 1);
      const Found exact = Exactly(dialect, text);
      ASSERT_TRUE(exact.exact.bad.empty()) << text;
      const std::string padded = text + std::string(64, '"');
      for (const CsvKernel kernel : CsvKernels()) {
        const CsvSkim skim = SkimCsv(dialect, kernel, Bytes(padded), text.size());
        ASSERT_TRUE(skim.clean) << text;
        ASSERT_EQ(skim.records_size, RecordsSize(text, exact.ends)) << text;
        ended += skim.records_size > 64;
      }
      if (!dialect.quote) continue;
      // Text behind a quote is seen wherever in a block it stands.
      const std::string quote(1, static_cast<char>(*dialect.quote));
      const std::string wrong = quote + std::string(random() % 200, 'z') + quote + "z\n" + text;
      ASSERT_FALSE(Exactly(dialect, wrong).exact.bad.empty()) << wrong;
      const std::string padded_wrong = wrong + std::string(64, ' ');
      for (const CsvKernel kernel : CsvKernels()) {
        ASSERT_FALSE(SkimCsv(dialect, kernel, Bytes(padded_wrong), wrong.size()).clean) << wrong;
      }
    }
  }
  EXPECT_GT(ended, 500);
}

// Text whose quotes all stand where they may must not need the slow way.
TEST(CsvSplitTest, KernelsTakeWellFormedText) {
  const std::string text =
      "a,b,c\n\"x\",\"y,z\",\"\"\n\"with \"\"quotes\"\"\",\"\"\"\",1\n,\"a\r\nb\",\r\n\"last\"\r\n";
  for (const CsvKernel kernel : CsvKernels()) {
    EXPECT_TRUE(By(kernel, {.multi_line = true}, text).split.clean);
  }
}

TEST(CsvSplitTest, TheStateMachineAgreesWithTheSlowReader) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 3000; ++round) {
    for (const CsvDialect& dialect : Dialects()) {
      const std::string text = RandomText(random, dialect, false) + "\n";
      const Found exact = Exactly(dialect, text);
      if (exact.exact.in_quotes) continue;
      if (exact.ends.empty() || exact.ends.back() + 1 != text.size()) continue;
      const std::vector<OracleRecord> records = OracleRecords(dialect, text);
      size_t ends = 0, bad = 0;
      for (const OracleRecord& record : records) {
        ends += record.fields.size();
        bad += !record.bad.empty();
      }
      ASSERT_EQ(exact.ends.size(), ends) << text;
      ASSERT_EQ(exact.exact.bad.size(), bad) << text;
    }
  }
}

TEST(CsvSplitTest, SaysWhatIsWrongAndWhere) {
  const Found behind = Exactly({}, "a,\"b\"c,d\n1,2,3\n");
  ASSERT_EQ(behind.exact.bad.size(), 1u);
  EXPECT_EQ(behind.exact.bad[0].record, 0u);
  EXPECT_EQ(behind.exact.bad[0].at, 5u);
  EXPECT_STREQ(behind.exact.bad[0].why, "there is text behind a closing quote");

  const Found open = Exactly({}, "1\n\"2\n3\n");
  ASSERT_EQ(open.exact.bad.size(), 1u);
  EXPECT_EQ(open.exact.bad[0].record, 1u);
  EXPECT_STREQ(open.exact.bad[0].why, "a quoted value is not closed on its line");
  EXPECT_TRUE(Exactly({.multi_line = true}, "1\n\"2\n3\n").exact.in_quotes);
}

}  // namespace
}  // namespace tenon::files
