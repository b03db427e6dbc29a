#include "tenon/row_reader.h"

#include <utility>

#include "tenon/column_view.h"
#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::HasSubstr;
using testing::IsError;

SchemaPtr Numbers() { return std::make_shared<const Schema>(Schema({{"n", DataType::Long()}})); }

class Counting : public RowReader {
 public:
  Counting(const TaskContext& context, int64_t end) : RowReader(Numbers(), context), end_(end) {}
  int64_t asked = 0;

 protected:
  Result<bool> NextRow(BatchBuilder& row) override {
    ++asked;
    if (next_ == end_) return false;
    row.Append(next_++);
    return true;
  }

 private:
  int64_t next_ = 0, end_;
};

class LimitingHost : public TaskHost {
 public:
  BatchLimits Limits() override { return limits; }
  void AddError(ErrorRecord) override {}
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }
  BatchLimits limits;
};

TEST(RowReaderTest, RowsBecomeBatchesOfTheLimitAsItIs) {
  LimitingHost host;
  host.limits.max_rows = 4;
  Counting reader(TaskContext(&host, {}), 10);
  ASSERT_OK_AND_ASSIGN(auto first, reader.Next());
  EXPECT_EQ(first->num_rows(), 4);
  host.limits.max_rows = 2;  // Memory is short.
  ASSERT_OK_AND_ASSIGN(auto second, reader.Next());
  EXPECT_EQ(second->num_rows(), 2);
  EXPECT_EQ(BatchView(*second).column(0).GetLong(1), 5);
}

TEST(RowReaderTest, TheEndIsForGood) {
  Counting reader(TaskContext(), 3);
  ASSERT_OK_AND_ASSIGN(auto batch, reader.Next());
  EXPECT_EQ(batch->num_rows(), 3);
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(auto end, reader.Next());
    EXPECT_FALSE(end.has_value());
  }
  EXPECT_EQ(reader.asked, 4);
  Counting empty(TaskContext(), 0);
  ASSERT_OK_AND_ASSIGN(auto end, empty.Next());
  EXPECT_FALSE(end.has_value());
}

TEST(RowReaderTest, ACancelledTaskStopsReading) {
  std::stop_source stop;
  Counting reader(TaskContext(nullptr, stop.get_token()), 1 << 30);
  stop.request_stop();
  EXPECT_THAT(reader.Next(), IsError(StatusCode::kCancelled, HasSubstr("cancelled")));
}

class Forgetful : public RowReader {
 public:
  Forgetful() : RowReader(Numbers(), TaskContext()) {}

 protected:
  Result<bool> NextRow(BatchBuilder&) override { return true; }
};

TEST(RowReaderTest, TrueWithoutARowIsAnErrorAndNoLoop) {
  EXPECT_THAT(Forgetful().Next(),
              IsError(StatusCode::kInternal, HasSubstr("did not append exactly one row: rows=0")));
}

}  // namespace
}  // namespace tenon
