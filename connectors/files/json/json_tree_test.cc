#include "connectors/files/json/json_tree.h"

#include <memory>

#include "testing/matchers.h"

namespace tenon::files {
namespace {

class JsonTreeTest : public ::testing::Test {
 protected:
  // Appends rows whose only field is a text of so many bytes.
  void AppendTexts(int rows, int32_t bytes) {
    for (int i = 0; i < rows; ++i) {
      tree_.Prepare(node_, tree_.rows(), kString);
      tree_.ReserveText(node_, static_cast<size_t>(bytes));
      node_.text_bytes += bytes;
      node_.slots[kString].buffer.as<int32_t>()[tree_.rows() + 1] = node_.text_bytes;
      tree_.EndRow();
    }
  }

  RowDomain rows_;
  JsonTree tree_{std::make_shared<BufferPool>(size_t{1} << 20)};
  JsonNode& node_ = tree_.FindOrAdd(*tree_.root().fields, "text", &rows_)->node;
};

TEST_F(JsonTreeTest, TextOfTheFirstBatchIsForeseenByALittleOfIt) {
  tree_.ExpectRows(2000);
  AppendTexts(100, 1000);  // 100 kB of 2 MB.
  EXPECT_GE(node_.text.capacity(), 2'000'000u);
  EXPECT_LE(node_.text.capacity(), 4u << 20);
}

TEST_F(JsonTreeTest, FewLongTextsTellOfTheOthers) {
  tree_.ExpectRows(100);
  AppendTexts(20, 64 << 10);  // 1.3 MB of 6.5 MB.
  EXPECT_GE(node_.text.capacity(), 100u * (64 << 10));
}

TEST_F(JsonTreeTest, FewShortTextsTellNothing) {
  tree_.ExpectRows(1'000'000);
  AppendTexts(30, 1000);
  EXPECT_LE(node_.text.capacity(), 100'000u);
}

TEST_F(JsonTreeTest, NothingIsForeseenBeyondABound) {
  tree_.ExpectRows(1'000'000);
  AppendTexts(200, 10'000);
  EXPECT_LE(node_.text.capacity(), 32u << 20);
}

}  // namespace
}  // namespace tenon::files
