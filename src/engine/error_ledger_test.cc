#include "engine/error_ledger.h"

#include <gtest/gtest.h>

#include "testing/matchers.h"

namespace tenon::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsErrorNumber;
using testing::IsOk;

internal::PlanNode NodeWith(const char* label, int64_t stage_threshold, int64_t total_threshold) {
  internal::PlanNode node;
  node.label = label;
  node.spec.stage_threshold = stage_threshold;
  node.spec.total_threshold = total_threshold;
  node.errors = std::make_shared<job::NodeErrors>();
  if (node.label != "read") node.input = std::make_shared<internal::PlanNode>();
  return node;
}

std::vector<ErrorRecord> Records(int count) {
  return std::vector<ErrorRecord>(static_cast<size_t>(count), ErrorRecord{.message = "torn"});
}

TEST(ErrorLedgerTest, WithoutThresholdsAnyNumberOfBadRowsIsTaken) {
  const auto source = NodeWith("read", 0, 0), map = NodeWith("map", 0, 0);
  ErrorLedger ledger({&source, &map, nullptr});
  ledger.Take(1, Records(3), 1'000'000);
  EXPECT_THAT(ledger.Check(1, 1'000'000, nullptr), IsOk());
  EXPECT_THAT(ledger.CheckAll(), IsOk());
}

TEST(ErrorLedgerTest, AStageFailsAtItsThreshold) {
  const auto source = NodeWith("read", 0, 0), map = NodeWith("map", 4, 0);
  ErrorLedger ledger({&source, &map, nullptr});
  // Bad rows of other steps do not count.
  ledger.Take(0, Records(100), 100);
  ledger.Take(1, Records(2), 2);
  EXPECT_THAT(ledger.Check(1, 1, nullptr), IsOk());
  EXPECT_THAT(ledger.Check(1, 2, nullptr),
              IsErrorNumber(2010, AllOf(HasSubstr("Too many bad rows"), HasSubstr("transform=map"),
                                        HasSubstr("stage_errors=4"), HasSubstr("threshold=4"))));
}

TEST(ErrorLedgerTest, ASourceThatMayHaveNoBadRowNamesItsFirst) {
  const auto strict = NodeWith("read", 1, 0), lenient = NodeWith("read", 3, 0);
  const ErrorRecord torn{
      .message = "Line is torn", .input = "{\"a\":", .where = "file=a.json line=7"};
  EXPECT_THAT(ErrorLedger({&strict, nullptr}).Check(0, 1, &torn),
              IsErrorNumber(2010, AllOf(HasSubstr("Bad row: Line is torn"),
                                        HasSubstr("file=a.json line=7 input={\"a\":"),
                                        HasSubstr("--skip-bad-rows"))));
  ErrorLedger ledger({&lenient, nullptr});
  EXPECT_THAT(ledger.Check(0, 2, &torn), IsOk());
  ledger.Take(0, {torn}, 2);
  EXPECT_THAT(
      ledger.Check(0, 1, nullptr),
      IsErrorNumber(2010, HasSubstr("Too many bad rows: bad_rows=3 allowed=2 first=Line is torn")));
}

TEST(ErrorLedgerTest, ATotalCountsAllStepsUpToItsOwnAndNoLaterOne) {
  const auto source = NodeWith("read", 0, 0), map = NodeWith("map", 0, 5),
             last = NodeWith("last", 0, 0);
  ErrorLedger ledger({&source, nullptr, &map, &last, nullptr});
  ledger.Take(0, Records(2), 2);
  ledger.Take(3, Records(50), 50);
  EXPECT_THAT(ledger.Check(2, 2, nullptr), IsOk());
  EXPECT_THAT(ledger.Check(3, 50, nullptr), IsOk());
  // The source's bad rows make the later step fail, while the source still reads.
  EXPECT_THAT(ledger.Check(0, 3, nullptr),
              IsErrorNumber(2010, AllOf(HasSubstr("transform=map"), HasSubstr("total_errors=5"),
                                        HasSubstr("threshold=5"))));
}

TEST(ErrorLedgerTest, BadRowsBeforeASpoolCountInTotalsOnly) {
  const auto map = NodeWith("map", 3, 5);
  EXPECT_THAT(ErrorLedger({nullptr, &map, nullptr}, 4).CheckAll(), IsOk());
  EXPECT_THAT(ErrorLedger({nullptr, &map, nullptr}, 5).CheckAll(),
              IsErrorNumber(2010, HasSubstr("total_errors=5")));
  EXPECT_THAT(ErrorLedger({nullptr, &map, nullptr}, 4).Check(1, 1, nullptr),
              IsErrorNumber(2010, HasSubstr("total_errors=5")));
}

TEST(ErrorLedgerTest, AttemptsThatPassAThresholdTogetherAreFoundAtTheEnd) {
  const auto source = NodeWith("read", 0, 0), map = NodeWith("map", 4, 0);
  ErrorLedger ledger({&source, &map, nullptr});
  // Each looked before the other was taken.
  EXPECT_THAT(ledger.Check(1, 2, nullptr), IsOk());
  EXPECT_THAT(ledger.Check(1, 2, nullptr), IsOk());
  ledger.Take(1, Records(2), 2);
  ledger.Take(1, Records(2), 2);
  EXPECT_THAT(ledger.CheckAll(), IsErrorNumber(2010, HasSubstr("stage_errors=4")));
}

TEST(ErrorLedgerTest, KeepPutsTheFiguresInPlaceOfThoseOfEarlierRuns) {
  const auto source = NodeWith("read", 0, 0), map = NodeWith("map", 0, 0);
  source.errors->count = 7;
  map.errors->count = 9;
  map.errors->records = Records(9);
  // The source was not read this time: its figures stay.
  ErrorLedger ledger({nullptr, &map, nullptr});
  ledger.Take(1, Records(2), 12'000);
  ledger.Keep();
  EXPECT_EQ(source.errors->count, 7);
  EXPECT_EQ(map.errors->count, 12'000);
  EXPECT_EQ(map.errors->records.size(), 2u);
}

TEST(ErrorLedgerTest, OnlySoManyRecordsAreKeptAndAllAreCounted) {
  const auto source = NodeWith("read", 0, 0);
  ErrorLedger ledger({&source, nullptr});
  for (int i = 0; i < 11; ++i) ledger.Take(0, Records(1000), 1000);
  ledger.Keep();
  EXPECT_EQ(source.errors->count, 11'000);
  EXPECT_EQ(source.errors->records.size(), ErrorLedger::kMaxRecords);
}

}  // namespace
}  // namespace tenon::engine
