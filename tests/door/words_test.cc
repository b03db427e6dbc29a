// D1 and D2: connectors in the words of Spark, Athena and JDBC, loaded as an engine loads them. Every test here runs on
// all of them and knows none.
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "connector/checked.h"
#include "connector/plugin_import.h"
#include "tenon/check_connector.h"
#include "testing/matchers.h"
#include "tests/door/reading.h"

namespace tenon {
namespace {

using ::testing::AllOf;
using testing::Ask;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;
using testing::Longs;
using ::testing::Not;
using testing::PlanScan;
using testing::Range;
using ::testing::StartsWith;

constexpr char kCanary[] = "canary-51c9";

struct Sample {
  const char* name;
  const char* library;
  Options options;  // Of ten rows in two partitions.
};

void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

Result<std::unique_ptr<Connector>> Load(const std::string& path) {
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Status::NotFound(dlerror());
  auto init =
      reinterpret_cast<tenon_connector_init_function>(dlsym(library, "tenon_connector_init"));
  if (init == nullptr) return Status::NotFound("no entry point");
  return connector::ImportConnector(init, path);
}

class WordsTest : public ::testing::TestWithParam<Sample> {
 protected:
  void SetUp() override {
    options_ = GetParam().options;
    options_.SetSecret("password", Secret(kCanary));
    ASSERT_OK_AND_ASSIGN(std::unique_ptr<Connector> connector, Load(GetParam().library));
    // As an engine in tests has it: every rule of the contract is looked at.
    connector_ = connector::Checked(std::move(connector), connector::CheckLevel::kFull);
  }

  Options options_;
  std::shared_ptr<Connector> connector_;
};

TEST_P(WordsTest, D1TenRowsComeFromTwoPartitions) {
  EXPECT_EQ(connector_->info().name, GetParam().name);
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*connector_, options_));
  ASSERT_EQ(open.partitions.size(), 2u);
  std::vector<int64_t> ids;
  for (const Partition& partition : open.partitions) {
    ASSERT_OK_AND_ASSIGN(auto batches, testing::ReadPartition(*open.readers, partition));
    EXPECT_EQ(testing::CountRows(batches), 5);
    for (const int64_t id : Longs(batches)) ids.push_back(id);
    for (const RecordBatch& batch : batches) {
      EXPECT_THAT(batch.schema().ToString(), StartsWith("struct<id:long,name:string"));
      EXPECT_EQ(BatchView(batch).column(1).GetString(0), "name " + std::to_string(ids.size() - 5));
    }
  }
  EXPECT_EQ(ids, Range(0, 10));
}

// What a worker elsewhere has: options, the scan's state, a partition. It writes its ids.
[[noreturn]] void ReadInChild(Connector& connector, const Options& options, const ScanState& state,
                              const Partition& partition, int out) {
  const auto readers = connector.OpenReaders(options, state, {});
  if (!readers.ok()) _exit(2);
  const auto batches = testing::ReadPartition(**readers, partition);
  if (!batches.ok()) _exit(3);
  for (const int64_t id : Longs(*batches)) {
    if (write(out, &id, sizeof(id)) != sizeof(id)) _exit(4);
  }
  _exit(0);
}

TEST_P(WordsTest, D1TheSameRowsComeInAForkedProcess) {
  ASSERT_TRUE(connector_->info().can.remote);
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*connector_, options_));
  std::vector<int64_t> ids;
  for (const Partition& partition : open.partitions) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) ReadInChild(*connector_, options_, open.scan->state(), partition, ends[1]);
    close(ends[1]);
    for (int64_t id = 0; read(ends[0], &id, sizeof(id)) == sizeof(id);) ids.push_back(id);
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(ids, Range(0, 10));
}

TEST_P(WordsTest, D2TheConformanceChecksFindNothing) {
  const ConnectorCheck check = CheckConnector(*connector_, options_);
  EXPECT_THAT(check.findings, ElementsAre());
  EXPECT_EQ(check.rows, 10);
  EXPECT_EQ(check.partitions, 2);
}

TEST_P(WordsTest, D4ThePasswordIsInNothingThatTravels) {
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*connector_, options_));
  EXPECT_THAT(open.scan->state().bytes, Not(HasSubstr(kCanary)));
  for (const Partition& partition : open.partitions) {
    EXPECT_THAT(partition.payload, Not(HasSubstr(kCanary)));
  }
}

TEST_P(WordsTest, D3AMistypedOptionIsNamedWithTheNearestOne) {
  options_.Set("pasword", "x");
  EXPECT_THAT(
      connector_->OpenSource(options_, {}),
      IsError(StatusCode::kInvalidArgument, AllOf(HasSubstr("Option is not known: option=pasword"),
                                                  HasSubstr("Did you mean password?"))));
}

TEST_P(WordsTest, R9APartitionThatIsNotItsOwnIsAnError) {
  ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*connector_, options_));
  for (size_t cut = 0; cut < open.partitions[0].payload.size(); ++cut) {
    Partition partition;
    partition.payload = open.partitions[0].payload.substr(0, cut);
    EXPECT_THAT(testing::ReadPartition(*open.readers, partition),
                IsError(StatusCode::kInvalidArgument, ::testing::_))
        << cut;
  }
}

TEST_P(WordsTest, R4BatchesOutliveEverything) {
  std::vector<RecordBatch> batches;
  {
    ASSERT_OK_AND_ASSIGN(auto open, PlanScan(*connector_, options_));
    connector_ = nullptr;
    ASSERT_OK_AND_ASSIGN(batches, testing::ReadPartition(*open.readers, open.partitions[0]));
  }
  EXPECT_EQ(Longs(batches), Range(0, 5));
}

TEST_P(WordsTest, ItCannotWriteAndSaysSo) {
  EXPECT_FALSE(connector_->info().can.write);
  EXPECT_THAT(connector_->OpenSink(options_, {}, {}),
              IsError(StatusCode::kUnsupported, HasSubstr("cannot write")));
}

TEST_P(WordsTest, D1TheSampleIsShortAndIncludesOneHeaderOfTenon) {
  std::ifstream text(std::string(TENON_SAMPLES) + "/" + GetParam().name + ".cc");
  int lines = 0, includes = 0;
  for (std::string line; std::getline(text, line); ++lines) {
    includes += line.starts_with("#include \"");
    EXPECT_THAT(line, Not(HasSubstr("Arrow")));
  }
  EXPECT_GT(lines, 0);
  EXPECT_LE(lines, 80);
  EXPECT_EQ(includes, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Words, WordsTest,
    ::testing::Values(Sample{"spark_minimal", TENON_SPARK_MINIMAL, Ask({{"partitions", "2"}})},
                      Sample{"jdbc_minimal", TENON_JDBC_MINIMAL,
                             Ask({{"url", "jdbc:people:"},
                                  {"dbTable", "people"},
                                  {"partitionColumn", "id"},
                                  {"lowerBound", "0"},
                                  {"upperBound", "10"},
                                  {"numPartitions", "2"}})},
                      Sample{"athena_minimal", TENON_ATHENA_MINIMAL,
                             Ask({{"schemaName", "main"}, {"tableName", "people"}})}),
    [](const auto& sample) { return std::string(sample.param.name); });

}  // namespace
}  // namespace tenon
