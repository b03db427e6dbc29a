// Names that drift: rare ones become entries of a map, nothing is lost, and memory follows the values.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "connectors/files/json/json_oracle_test.h"
#include "testing/matchers.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Records with an id and `keys` of `names` names.
std::string Records(int rows, int names, int keys, uint64_t seed, bool nested = false) {
  std::mt19937_64 random(seed);
  std::string text;
  for (int row = 0; row < rows; ++row) {
    text += "{\"id\":" + std::to_string(row) + (nested ? ",\"p\":{" : "");
    for (int key = 0; key < keys; ++key) {
      if (key > 0 || !nested) text += ",";
      text += "\"name_" + std::to_string(random() % static_cast<uint64_t>(names)) +
              "\":" + std::to_string(random() % 1000);
    }
    text += nested ? "}}\n" : "}\n";
  }
  return text;
}

// The slow reader's row, with all but the id in a map.
std::string Gathered(std::string row, const std::string& into) {
  const size_t id = row.find("\"id\"");
  const size_t end = row.find(',', id);
  const std::string rest =
      end == std::string::npos ? "" : row.substr(end + 1, row.size() - end - 2);
  return row.substr(0, end == std::string::npos ? row.size() - 1 : end) +
         (rest.empty() ? "}" : ",\"" + into + "\":map {" + rest + "}}");
}

// The slow reader's row, with the struct p as a map.
std::string WithMap(std::string row) {
  const size_t at = row.find("\"p\":{");
  return at == std::string::npos ? row : row.insert(at + 4, "map ");
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST(JsonDriftTest, AThousandNamesAreColumns) {
  const ReadRows read = ReadText(Records(3000, 990, 5, 1), {.with_rows = false});
  ASSERT_THAT(read.status, IsOk());
  EXPECT_THAT(read.logs, IsEmpty());
  for (const std::string& schema : read.schemas) EXPECT_THAT(schema, Not(HasSubstr("map<")));
}

TEST(JsonDriftTest, RareFieldsOfRecordsGoIntoOneMap) {
  const std::string text = Records(5000, 100'000, 5, 2);
  const ReadRows read = ReadText(text);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_THAT(read.errors, IsEmpty());
  EXPECT_THAT(read.schemas, Each("struct<id:int,other_fields:map<string,int>>"));
  EXPECT_THAT(
      read.logs,
      ElementsAre(HasSubstr("Names of fields drift and are read as a map: path=$.other_fields")));
  const std::vector<std::string> lines = LinesOf(text);
  ASSERT_THAT(read.rows, SizeIs(lines.size()));
  for (size_t i = 0; i < lines.size(); ++i) {
    ASSERT_EQ(read.rows[i], Gathered(ExpectedRow(lines[i]), "other_fields")) << i;
  }
}

TEST(JsonDriftTest, AStructWhoseNamesDriftBecomesAMap) {
  const std::string text = Records(5000, 100'000, 5, 3, true);
  const ReadRows read = ReadText(text);
  ASSERT_THAT(read.status, IsOk());
  EXPECT_THAT(read.schemas, Each("struct<id:int,p:map<string,int>>"));
  EXPECT_THAT(read.logs, ElementsAre(HasSubstr("path=$.p names=1000")));
  const std::vector<std::string> lines = LinesOf(text);
  ASSERT_THAT(read.rows, SizeIs(lines.size()));
  for (size_t i = 0; i < lines.size(); ++i)
    ASSERT_EQ(read.rows[i], WithMap(ExpectedRow(lines[i]))) << i;
}

// Values of every kind move whole, whatever has several of them.
TEST(JsonDriftTest, ValuesOfAllKindsMove) {
  const uint64_t seed = testing::Seed();
  std::mt19937_64 random(seed);
  const char* const kValues[] = {"1",        "3000000000",
                                 "1.5",      "true",
                                 "\"text\"", "\"\"",
                                 "null",     "[1,\"x\",null,[2]]",
                                 "[]",       "{\"a\":1,\"b\":{\"c\":[{\"d\":true}]}}",
                                 "{}",       "12345678901234567890123"};
  for (const bool nested : {false, true}) {
    std::string text;
    for (int row = 0; row < 1500; ++row) {
      text += "{\"id\":" + std::to_string(row) + (nested ? ",\"p\":" : "");
      if (nested && row % 50 == 7) {
        text += kValues[random() % 8];
        text += "}\n";
        continue;
      }
      text += nested ? "{" : ",";
      for (int key = 0; key < 4; ++key) {
        text += (key > 0 ? ",\"k" : "\"k") + std::to_string(random() % 5000) +
                "\":" + kValues[random() % 11];
      }
      text += nested ? "}}\n" : "}\n";
      // A record that is bad in the middle of its map leaves nothing.
      if (row % 97 == 0)
        text += nested ? "{\"p\":{\"bad\":1,\"worse\":}}\n" : "{\"bad\":1,\"x\":}\n";
    }
    const ReadRows read = ReadText(text, {.limits = {.max_rows = 1100}});
    ASSERT_THAT(read.status, IsOk());
    EXPECT_THAT(read.logs, SizeIs(1));
    EXPECT_THAT(read.errors, SizeIs(16));
    size_t next = 0;
    for (const std::string& line : LinesOf(text)) {
      const std::string expected = ExpectedRow(line);
      if (expected == "bad") continue;
      ASSERT_LT(next, read.rows.size());
      ASSERT_EQ(read.rows[next++], nested ? WithMap(expected) : Gathered(expected, "other_fields"))
          << line;
    }
  }
}

TEST(JsonDriftTest, NullsInAMapArePassedOver) {
  const std::string text = Records(2000, 100'000, 5, 4) + "{\"id\":1,\"q\":null,\"r\":2}\n";
  const ReadRows read = ReadText(text);
  ASSERT_THAT(read.rows, SizeIs(2001));
  EXPECT_EQ(read.rows[2000], "{\"id\":int 1,\"other_fields\":map {\"r\":int 2}}");
}

TEST(JsonDriftTest, ANullInAMapTakesItsNamesValueAway) {
  std::string text = Records(2000, 100'000, 5, 4);
  text +=
      "{\"id\":1,\"q\":1,\"r\":2,\"q\":null}\n{\"id\":2,\"q\":null}\n{\"id\":3,\"q\":null,\"q\":4}\n";
  std::string many = "{\"id\":4";
  for (int i = 0; i < 50; ++i)
    many += ",\"q" + std::to_string(i % 20) + "\":" + (i % 3 == 0 ? "null" : std::to_string(i));
  const ReadRows read = ReadText(text + many + "}\n");
  ASSERT_THAT(read.rows, SizeIs(2004));
  EXPECT_EQ(read.rows[2000], "{\"id\":int 1,\"other_fields\":map {\"r\":int 2}}");
  EXPECT_EQ(read.rows[2001], "{\"id\":int 2}");
  EXPECT_EQ(read.rows[2002], "{\"id\":int 3,\"other_fields\":map {\"q\":int 4}}");
  EXPECT_EQ(read.rows[2003], Gathered(ExpectedRow(many + "}"), "other_fields"));
}

TEST(JsonDriftTest, OfEqualNamesInAMapTheLastCounts) {
  std::string text = Records(2000, 100'000, 5, 4);
  text += "{\"id\":1,\"q\":1,\"r\":[1,2],\"q\":\"x\",\"r\":3}\n";
  std::string many = "{\"id\":2";
  for (int i = 0; i < 50; ++i) many += ",\"q" + std::to_string(i % 20) + "\":" + std::to_string(i);
  const ReadRows read = ReadText(text + many + "}\n");
  ASSERT_THAT(read.rows, SizeIs(2002));
  EXPECT_EQ(read.rows[2000],
            Gathered(ExpectedRow("{\"id\":1,\"q\":\"x\",\"r\":3}"), "other_fields"));
  EXPECT_EQ(read.rows[2001], Gathered(ExpectedRow(many + "}"), "other_fields"));
}

// Many rows in a batch: a column for each name would hold rows times names.
TEST(JsonDriftTest, BatchesStayWholeHoweverManyNamesThereAre) {
  for (const int names : {1, 10, 100'000}) {
    const ReadRows read = ReadText(Records(20'000, names, 5, 5), {.with_rows = false});
    ASSERT_THAT(read.status, IsOk());
    EXPECT_THAT(read.batch_rows, SizeIs(1)) << names;
  }
  const ReadRows read = ReadText(Records(20'000, 990, 5, 5), {.with_rows = false});
  EXPECT_LT(read.batch_rows.size(), 40u);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// Of this process, from what a line of /proc/self/status says.
int64_t MemoryBytes(const std::string& line) {
  std::ifstream status("/proc/self/status");
  std::string text((std::istreambuf_iterator<char>(status)), {});
  return std::stoll(text.substr(text.find(line) + line.size())) << 10;
}

// What reading adds to the memory of a process of its own, at most.
int64_t PeakOfReading(const std::string& text) {
  int pipe_ends[2];
  EXPECT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    std::ofstream("/proc/self/clear_refs") << "5";  // The peak begins here.
    const int64_t before = MemoryBytes("VmRSS:");
    const ReadRows read = ReadText(text, {.with_rows = false});
    const int64_t peak = read.status.ok() ? MemoryBytes("VmHWM:") - before : -1;
    _exit(write(pipe_ends[1], &peak, sizeof(peak)) == sizeof(peak) ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  int64_t peak = -1;
  EXPECT_EQ(read(pipe_ends[0], &peak, sizeof(peak)), static_cast<ssize_t>(sizeof(peak)));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  return peak;
}

// Of the columns of a batch alone, rows times names would be some gigabytes.
TEST(JsonDriftTest, MemoryFollowsTheValuesNotTheNames) {
  const int64_t few = PeakOfReading(Records(100'000, 10, 5, 13));
  const int64_t many = PeakOfReading(Records(100'000, 100'000, 5, 13));
  const int64_t nested = PeakOfReading(Records(100'000, 100'000, 5, 13, true));
  EXPECT_GT(few, 0);
  EXPECT_GT(many, 0);
  EXPECT_GT(nested, 0);
  EXPECT_LT(few, 64 << 20);
  EXPECT_LT(many, 64 << 20);
  EXPECT_LT(nested, 64 << 20);
  // Just not too many for columns.
  EXPECT_LT(PeakOfReading(Records(30'000, 990, 5, 13)), 128 << 20);
}

#endif

// Readers of one scan.
TEST(JsonDriftTest, WhatDriftsInOnePartitionIsAMapInTheOthers) {
  const ReadTerms terms{.drift = std::make_shared<DriftNote>()};
  const ReadRows first = ReadText(Records(2000, 100'000, 5, 6), terms);
  EXPECT_THAT(first.schemas, Each("struct<id:int,other_fields:map<string,int>>"));
  EXPECT_THAT(first.logs, SizeIs(1));
  // Too few names and rows to find it alone.
  const std::string few = Records(20, 100'000, 5, 7);
  const ReadRows second = ReadText(few, terms);
  EXPECT_THAT(second.schemas, ElementsAre("struct<id:int,other_fields:map<string,int>>"));
  EXPECT_THAT(second.logs, IsEmpty());
  const std::vector<std::string> lines = LinesOf(few);
  ASSERT_THAT(second.rows, SizeIs(lines.size()));
  for (size_t i = 1; i < lines.size(); ++i)
    EXPECT_EQ(second.rows[i], Gathered(ExpectedRow(lines[i]), "other_fields"));
  // It finds it alone, but has nothing new to tell.
  const ReadRows third = ReadText(Records(2000, 100'000, 5, 8), terms);
  EXPECT_THAT(third.schemas, Each("struct<id:int,other_fields:map<string,int>>"));
  EXPECT_THAT(third.logs, IsEmpty());
}

TEST(JsonDriftTest, AStructThatDriftsInOnePartitionIsAMapInTheOthers) {
  const ReadTerms terms{.limits = {.max_rows = 20}, .drift = std::make_shared<DriftNote>()};
  const ReadRows first = ReadText(Records(2000, 100'000, 5, 9, true), terms);
  EXPECT_THAT(first.logs, ElementsAre(HasSubstr("path=$.p names=1000")));
  const std::string few = "{\"id\":1,\"p\":7}\n" + Records(30, 100'000, 5, 10, true) +
                          "{\"id\":1,\"p\":{}}\n{\"id\":1,\"p\":null}\n{\"id\":1}\n";
  const ReadRows second = ReadText(few, terms);
  EXPECT_THAT(second.schemas, ElementsAre("struct<id:int,p:choice<int,map<string,int>>>",
                                          "struct<id:int,p:map<string,int>>"));
  const std::vector<std::string> lines = LinesOf(few);
  ASSERT_THAT(second.rows, SizeIs(lines.size()));
  for (size_t i = 0; i < lines.size(); ++i)
    EXPECT_EQ(second.rows[i], WithMap(ExpectedRow(lines[i]))) << lines[i];
}

// A file of its own kind in a scan whose names drift.
TEST(JsonDriftTest, WhatIsFrequentInAPartitionStaysAColumnAndIsOneInTheNext) {
  const ReadTerms terms{.drift = std::make_shared<DriftNote>()};
  ReadText(Records(2000, 100'000, 5, 11), terms);
  std::string orders;
  for (int row = 0; row < 200; ++row) orders += "{\"order\":1,\"total\":2.5}\n";
  EXPECT_THAT(ReadText(orders, terms).schemas, ElementsAre("struct<order:int,total:double>"));
  EXPECT_THAT(ReadText("{\"order\":1,\"total\":2.5,\"once\":1}\n", terms).schemas,
              ElementsAre("struct<order:int,total:double,other_fields:map<string,int>>"));
}

TEST(JsonDriftTest, MapsInMapsAreFoundInTheOtherPartitionsToo) {
  const ReadTerms terms{.drift = std::make_shared<DriftNote>()};
  std::string text;
  std::mt19937_64 random(12);
  for (int row = 0; row < 3000; ++row) {
    text += "{\"a\":[{\"p\":{\"k" + std::to_string(random() % 50'000) + "\":{\"q" +
            std::to_string(random() % 50'000) + "\":1}}}]}\n";
  }
  const ReadRows first = ReadText(text, terms);
  EXPECT_THAT(first.logs,
              ElementsAre(HasSubstr("path=$.a[*].p names"), HasSubstr("path=$.a[*].p.* names")));
  const ReadRows second = ReadText("{\"a\":[{\"p\":{\"k\":{\"q\":1}}}]}\n", terms);
  EXPECT_THAT(second.schemas,
              ElementsAre("struct<a:array<struct<p:map<string,map<string,int>>>>>"));
  EXPECT_THAT(second.rows, ElementsAre("{\"a\":[{\"p\":map {\"k\":map {\"q\":int 1}}}]}"));
}

// However many others there are, and wherever it comes among them.
TEST(JsonDriftTest, AFieldThatIsAskedForByNameIsAColumn) {
  const ReadTerms terms{.columns = {.names = {{"id", "late"}}}};
  for (const int others : {10, 999, 1000, 1001, 3000}) {
    std::string text;
    for (int row = 0; row < others; ++row)
      text += "{\"other_" + std::to_string(row) + "\":1,\"id\":" + std::to_string(row) + "}\n";
    text += "{\"late\":\"here\",\"id\":-1}\n{\"id\":-2,\"late\":null}\n";
    const ReadRows read = ReadText(text, terms);
    ASSERT_THAT(read.status, IsOk());
    ASSERT_THAT(read.rows, SizeIs(others + 2)) << others;
    EXPECT_EQ(read.rows[0], "{\"id\":int 0}");
    EXPECT_THAT(read.rows[static_cast<size_t>(others)], HasSubstr("\"late\":string \"here\""))
        << others;
    EXPECT_THAT(read.rows[static_cast<size_t>(others)], Not(HasSubstr("other"))) << others;
    for (const std::string& schema : read.schemas) EXPECT_THAT(schema, Not(HasSubstr("map<")));
  }
}

}  // namespace
}  // namespace tenon::files
