#include "connectors/files/format/head_kept.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "connectors/files/format/file_range.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A file of this text, which notes where it is read; "" cannot be read.
class Text : public object_store::RangeReader {
 public:
  Text(std::string text, std::vector<int64_t>* reads) : text_(std::move(text)), reads_(reads) {}
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    if (text_.empty()) return Status::Unavailable("Store does not answer");
    reads_->push_back(offset);
    const size_t at = std::min(static_cast<size_t>(offset), text_.size());
    const size_t got = std::min(out.size(), text_.size() - at);
    std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(at), got, out.begin());
    return got;
  }
  void Expect(int64_t begin, int64_t) override { reads_->push_back(-1 - begin); }

 private:
  const std::string text_;
  std::vector<int64_t>* const reads_;
};

class HeadKeptTest : public ::testing::Test {
 protected:
  std::unique_ptr<HeadKept> Keep(const std::string& text, int64_t file_bytes) {
    auto kept = HeadKept::Read(std::make_unique<Text>(text, &reads_), file_bytes, 4);
    EXPECT_THAT(kept, tenon::testing::IsOk());
    EXPECT_THAT(reads_, ElementsAre(0));
    reads_.clear();
    return *std::move(kept);
  }
  static std::string ReadAt(HeadKept& kept, int64_t offset, size_t size) {
    std::vector<uint8_t> out(size);
    const size_t got = kept.ReadAt(offset, out).value();
    return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(got)};
  }

  std::vector<int64_t> reads_;
};

TEST_F(HeadKeptTest, ASmallFileIsReadOnce) {
  for (const int64_t file_bytes : {int64_t{3}, kUnknownEnd}) {
    const auto kept = Keep("abc", file_bytes);
    EXPECT_EQ(kept->head(), "abc");
    EXPECT_EQ(ReadAt(*kept, 0, 10), "abc");
    EXPECT_EQ(ReadAt(*kept, 1, 1), "b");
    EXPECT_EQ(ReadAt(*kept, 3, 5), "");
    kept->Expect(0, 3);
    EXPECT_THAT(reads_, IsEmpty());
  }
}

TEST_F(HeadKeptTest, WhatIsBehindTheHeadComesFromTheFile) {
  const auto kept = Keep("abcdefgh", 8);
  EXPECT_EQ(kept->head(), "abcd");
  EXPECT_EQ(ReadAt(*kept, 1, 3), "bcd");
  EXPECT_THAT(reads_, IsEmpty());
  EXPECT_EQ(ReadAt(*kept, 2, 5), "cdefg");
  EXPECT_EQ(ReadAt(*kept, 5, 9), "fgh");
  kept->Expect(2, 8);
  EXPECT_THAT(reads_, ElementsAre(4, 5, -3));
}

TEST_F(HeadKeptTest, AFileOfJustTheHeadIsKnownToEnd) {
  const auto kept = Keep("abcd", 4);
  EXPECT_EQ(ReadAt(*kept, 0, 9), "abcd");
  EXPECT_THAT(reads_, IsEmpty());
}

TEST_F(HeadKeptTest, AFileThatCannotBeReadIsAnError) {
  EXPECT_THAT(HeadKept::Read(std::make_unique<Text>("", &reads_), 4, 4),
              IsError(StatusCode::kUnavailable, HasSubstr("Store does not answer")));
}

}  // namespace
}  // namespace tenon::files
