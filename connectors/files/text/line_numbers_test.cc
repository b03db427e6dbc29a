#include "connectors/files/text/line_numbers.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <span>
#include <string>

#include "testing/matchers.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOkAndHolds;
using tenon::testing::Seed;

// A file of this content, which counts what is read of it.
class Text : public object_store::RangeReader {
 public:
  Text(const std::string& text, int64_t* read) : text_(text), read_(read) {}
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    const size_t at = std::min(static_cast<size_t>(offset), text_.size());
    const size_t got = std::min(out.size(), text_.size() - at);
    std::memcpy(out.data(), text_.data() + at, got);
    *read_ += static_cast<int64_t>(got);
    return got;
  }

 private:
  const std::string& text_;
  int64_t* const read_;
};

class LineNumbersTest : public ::testing::Test {
 protected:
  LineNumbers Numbers() {
    return {[this](const std::string&) -> Result<std::unique_ptr<object_store::RangeReader>> {
              return std::make_unique<Text>(text_, &read_);
            },
            "file", marks_};
  }

  // Lines of up to so many bytes.
  void MakeText(size_t bytes, size_t longest) {
    std::mt19937_64 random(seed_);
    while (text_.size() < bytes) text_ += std::string(random() % longest, 'x') + "\n";
  }
  int64_t Expected(int64_t byte) const {
    return 1 + std::count(text_.begin(), text_.begin() + byte, '\n');
  }

  const uint64_t seed_ = Seed();
  std::string text_;
  int64_t read_ = 0;
  std::shared_ptr<LineMarks> marks_ = std::make_shared<LineMarks>();
};

TEST_F(LineNumbersTest, BytesInAnyOrderHaveTheirLines) {
  MakeText(3 << 20, 200);
  LineNumbers numbers = Numbers();
  std::mt19937_64 random(seed_);
  EXPECT_THAT(numbers.At(0), IsOkAndHolds(1));
  for (int i = 0; i < 30; ++i) {
    const auto byte = static_cast<int64_t>(random() % text_.size());
    EXPECT_THAT(numbers.At(byte), IsOkAndHolds(Expected(byte)));
    EXPECT_THAT(numbers.At(byte), IsOkAndHolds(Expected(byte)));
  }
}

TEST_F(LineNumbersTest, LinesOfNothingButNewlinesAreCounted) {
  text_.assign(100'000, '\n');
  LineNumbers numbers = Numbers();
  for (const int64_t byte : {1, 15, 16, 17, 4079, 4080, 4081, 99'999}) {
    EXPECT_THAT(numbers.At(byte), IsOkAndHolds(byte + 1));
  }
}

TEST_F(LineNumbersTest, AscendingBytesReadAFileOnce) {
  MakeText(2 << 20, 60);
  LineNumbers numbers = Numbers();
  for (int64_t byte = 0; byte < static_cast<int64_t>(text_.size()); byte += 997) {
    ASSERT_THAT(numbers.At(byte), IsOkAndHolds(Expected(byte)));
  }
  EXPECT_LE(read_, static_cast<int64_t>(text_.size()));
}

TEST_F(LineNumbersTest, OneReaderGoesOnWhereAnotherHasCounted) {
  MakeText(12 << 20, 5000);
  LineNumbers first = Numbers();
  EXPECT_THAT(first.At(8 << 20), IsOkAndHolds(Expected(8 << 20)));
  read_ = 0;
  LineNumbers second = Numbers();
  EXPECT_THAT(second.At(9 << 20), IsOkAndHolds(Expected(9 << 20)));
  EXPECT_LT(read_, 4 << 20);
}

TEST_F(LineNumbersTest, AFileThatHasBecomeShorterEndsTheCount) {
  text_ = "a\nb\n";
  EXPECT_THAT(Numbers().At(1000), IsOkAndHolds(3));
}

TEST_F(LineNumbersTest, AFileThatCannotBeOpenedIsAnError) {
  LineNumbers numbers(
      [](const std::string& path) -> Result<std::unique_ptr<object_store::RangeReader>> {
        return Status::NotFound("Path does not exist: path=" + path);
      },
      "gone", marks_);
  EXPECT_THAT(numbers.At(7),
              tenon::testing::IsError(StatusCode::kNotFound, ::testing::HasSubstr("path=gone")));
}

}  // namespace
}  // namespace tenon::files
