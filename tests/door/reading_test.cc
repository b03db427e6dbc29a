// R2, R3, R4, R8, R9: giving away, cancelling, dropping early, reading again, and junk.
#include "tests/door/reading.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "connectors/memory/memory.h"
#include "connectors/sequence/sequence.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using testing::Ask;
using ::testing::HasSubstr;
using testing::IsError;
using testing::Range;
using testing::ReadAll;

unsigned Seed() {
  const char* given = std::getenv("TENON_TEST_SEED");
  return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                          : std::random_device()();
}

// R2 at the level of readers: a worker is always idle, takes what it is given most of the time, and every attempt that
// gave something away may fail afterwards; its retry starts from `mine`.
TEST(ReadingTest, R2EveryRowComesOnceWhateverIsGivenAwayAndRetried) {
  const unsigned seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  auto connector = MakeSequenceConnector();
  ASSERT_OK_AND_ASSIGN(auto open,
                       testing::PlanScan(*connector, Ask({{"rows", "1000"}, {"batch_rows", "7"}})));
  std::deque<Partition> waiting(open.partitions.begin(), open.partitions.end());
  std::vector<int64_t> all;
  int given_away = 0, retried = 0;
  while (!waiting.empty()) {
    const Partition partition = waiting.front();
    waiting.pop_front();
    testing::RecordingHost host;
    host.wanted = true;
    host.takes = given_away == 0 || random() % 4 != 0;  // The first gift at least is taken.
    ASSERT_OK_AND_ASSIGN(auto reader, open.readers->Open(partition, TaskContext(&host, {})));
    std::vector<int64_t> rows;
    bool fails = false;
    while (true) {
      const size_t rest_before = host.rest.size();
      ASSERT_OK_AND_ASSIGN(auto batch, reader->Next());
      if (!batch) break;
      BatchView view(*batch);
      for (int64_t i = 0; i < batch->num_rows(); ++i) rows.push_back(view.column(0).GetLong(i));
      if (host.rest.size() > rest_before && random() % 3 == 0) {
        fails = true;  // The attempt ends here: its rows do not count.
        break;
      }
    }
    given_away += static_cast<int>(host.rest.size());
    for (const Partition& rest : host.rest) waiting.push_back(rest);
    if (fails) {
      ++retried;
      waiting.push_back(*host.mine);
    } else {
      all.insert(all.end(), rows.begin(), rows.end());
    }
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, Range(0, 1000));
  EXPECT_GT(given_away, 0);
  RecordProperty("given_away", given_away);
  RecordProperty("retried", retried);
}

TEST(ReadingTest, R3AHungCallEndsSoonAfterTheStop) {
  auto connector = MakeSequenceConnector();
  for (const char* call : {"schema", "plan", "open", "next"}) {
    SCOPED_TRACE(call);
    std::stop_source stop;
    const TaskContext context(nullptr, stop.get_token());
    const Options options = Ask({{"rows", "1"}, {"fail_in", call}, {"fail_code", "hang"}});
    std::chrono::steady_clock::time_point stopped;
    std::thread canceller([&] {
      stopped = std::chrono::steady_clock::now();
      stop.request_stop();
    });
    ASSERT_OK_AND_ASSIGN(auto source, connector->OpenSource(options, context));
    Status status = source->schema(context).status();
    if (status.ok()) status = ReadAll(*connector, options, {}, context).status();
    const auto ended = std::chrono::steady_clock::now();
    canceller.join();
    EXPECT_THAT(status, IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
    EXPECT_LT(ended - stopped, std::chrono::seconds(2));
  }
}

TEST(ReadingTest, R3CancelMayRaceWithTheEnd) {
  auto connector = MakeSequenceConnector();
  ASSERT_OK_AND_ASSIGN(auto open,
                       testing::PlanScan(*connector, Ask({{"rows", "2"}, {"delay_ms", "0"}})));
  constexpr int kRaces = 2000;
  for (int race = 0; race < kRaces; ++race) {
    std::stop_source stop;
    std::thread canceller([&] { stop.request_stop(); });
    const Status status = testing::ReadPartition(*open.readers, open.partitions[0],
                                                 TaskContext(nullptr, stop.get_token()))
                              .status();
    canceller.join();
    ASSERT_TRUE(status.ok() || status.code() == StatusCode::kCancelled) << status.ToString();
  }
}

TEST(ReadingTest, R4ABatchOutlivesAReaderAndAScanThatAreDroppedEarly) {
  for (const bool reuse : {false, true}) {
    std::optional<RecordBatch> kept;
    {
      auto connector = MakeSequenceConnector();
      const Options options = Ask({{"rows", "1000"},
                                   {"batch_rows", "10"},
                                   {"types", "long,string"},
                                   {"reuse", reuse ? "true" : "false"}});
      ASSERT_OK_AND_ASSIGN(auto open, testing::PlanScan(*connector, options));
      ASSERT_OK_AND_ASSIGN(auto reader, open.readers->Open(open.partitions[0], {}));
      ASSERT_OK_AND_ASSIGN(kept, reader->Next());
    }
    EXPECT_EQ(BatchView(*kept).column(1).GetString(9), "row-9");
  }
}

TEST(ReadingTest, R8APartitionReadsTheSameTwiceAndInAnyOrder) {
  auto connector = MakeSequenceConnector();
  const Options options = Ask({{"rows", "100"}, {"partitions", "4"}, {"types", "long,string"}});
  ASSERT_OK_AND_ASSIGN(auto open, testing::PlanScan(*connector, options));
  MemoryChecksum forth, back;
  for (auto partition = open.partitions.begin(); partition != open.partitions.end(); ++partition) {
    ASSERT_OK_AND_ASSIGN(auto batches, testing::ReadPartition(*open.readers, *partition));
    for (const RecordBatch& batch : batches) forth.Add(batch);
  }
  // As another process would: from options, state and payloads alone.
  ASSERT_OK_AND_ASSIGN(auto elsewhere,
                       MakeSequenceConnector()->OpenReaders(options, open.scan->state(), {}));
  for (auto partition = open.partitions.rbegin(); partition != open.partitions.rend();
       ++partition) {
    ASSERT_OK_AND_ASSIGN(auto batches, testing::ReadPartition(*elsewhere, *partition));
    for (const RecordBatch& batch : batches) back.Add(batch);
  }
  EXPECT_EQ(forth, back);
}

TEST(ReadingTest, R9JunkPayloadsAreErrorsOfOpen) {
  const unsigned seed = Seed();
  SCOPED_TRACE("TENON_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  auto connector = MakeSequenceConnector();
  const Options options = Ask({{"rows", "100"}, {"types", "long,string"}});
  ScanRequest request;
  request.columns = {"value_2", "value"};
  ASSERT_OK_AND_ASSIGN(auto open, testing::PlanScan(*connector, options, request));
  const auto damage = [&random](std::string bytes) {
    bytes.resize(random() % (bytes.size() + 1));
    for (unsigned flips = random() % 4; flips > 0 && !bytes.empty(); --flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1u << random() % 8);
    }
    return bytes;
  };
  for (int round = 0; round < 5000; ++round) {
    const Partition partition{.payload = damage(open.partitions[0].payload)};
    const Status status = open.readers->Open(partition, {}).status();
    ASSERT_TRUE(status.ok() || status.code() == StatusCode::kInvalidArgument) << status.ToString();
    const Status state =
        connector->OpenReaders(options, {damage(open.scan->state().bytes), {}}, {}).status();
    ASSERT_TRUE(state.ok() || state.code() == StatusCode::kInvalidArgument) << state.ToString();
  }
}

}  // namespace
}  // namespace tenon
