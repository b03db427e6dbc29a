#include "connectors/files/csv/csv_lanes.h"

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "connectors/files/csv/csv_oracle_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using ::testing::ElementsAre;
using ::testing::Gt;

// A column of text as a kernel sees it: values with others beside them.
class Column {
 public:
  explicit Column(const std::vector<std::string>& values) : text_(64, '7') {
    for (const std::string& value : values) {
      begins_.push_back(text_.size());
      text_ += value + ",";
      ends_.push_back(static_cast<uint32_t>(text_.size() - 1));
      text_ += "-31.5\n";
      ends_.push_back(static_cast<uint32_t>(text_.size() - 1));
    }
    sizes_ = values;
    text_.append(64, '1');
    ends_.insert(ends_.begin(), 63);
  }
  csv::LaneRun run() const {
    return {.text = bytes(),
            .end = ends_.data() + 1,
            .stride = 2,
            .records = static_cast<uint32_t>(begins_.size())};
  }
  const uint8_t* at(size_t i) const { return bytes() + begins_[i]; }
  size_t size(size_t i) const { return sizes_[i].size(); }

 private:
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(text_.data()); }

  std::string text_;
  std::vector<size_t> begins_;
  std::vector<std::string> sizes_;
  std::vector<uint32_t> ends_;
};

class CsvLanesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    lanes_ = csv::LanesOf(FastestCsvKernel(), {});
    if (lanes_ == nullptr) GTEST_SKIP() << "This machine has no lanes";
  }

  std::string Digits(size_t count) {
    std::string digits;
    while (count-- > 0) digits += static_cast<char>('0' + random_() % 10);
    return digits;
  }
  std::string Sign() { return random_() % 3 == 0 ? "-" : ""; }
  std::string Any(const std::vector<std::string>& some) { return some[random_() % some.size()]; }

  // Reads 300 columns made of `usual` values, nulls and, in most of them, now and then one of `others`. What the kernel
  // takes is what `read` reads, and of usual values it takes all but the last ones.
  template <typename T>
  void Compare(const std::function<std::string()>& usual, const std::vector<std::string>& others,
               const std::function<uint32_t(const csv::LaneRun&, T*, csv::LaneNulls*)>& kernel,
               const std::function<bool(const uint8_t*, size_t, T*)>& read) {
    uint64_t compared = 0;
    for (int round = 0; round < 300; ++round) {
      std::vector<std::string> values(1 + random_() % 40);
      for (std::string& value : values) {
        value = random_() % 10 == 0 ? "" : usual();
        if (round % 4 != 0 && random_() % 15 == 0) value = Any(others);
      }
      const Column column(values);
      std::vector<T> out(values.size() + 4, T{77});
      std::vector<uint32_t> nulls(values.size());
      csv::LaneNulls found{nulls.data()};
      const uint32_t taken = kernel(column.run(), out.data(), &found);
      if (round % 4 == 0) {
        ASSERT_GT(taken + 4, values.size()) << ::testing::PrintToString(values);
      }
      uint32_t null = 0;
      for (uint32_t i = 0; i < taken; ++i, ++compared) {
        T expected{};
        if (values[i].empty()) {
          ASSERT_LT(null, found.count);
          ASSERT_EQ(nulls[null++], i);
        } else {
          ASSERT_TRUE(read(column.at(i), column.size(i), &expected)) << values[i];
        }
        ASSERT_TRUE(out[i] == expected) << values[i];
      }
      ASSERT_EQ(null, found.count);
      if (taken < values.size()) {
        ASSERT_TRUE(out[taken] == T{77}) << "behind what it took";
      }
    }
    EXPECT_THAT(compared, Gt(1000u));
  }

  const csv::LaneKernels* lanes_ = nullptr;
  const uint64_t seed_ = TestSeed();
  std::mt19937_64 random_{seed_};
  const ::testing::ScopedTrace trace_{__FILE__, __LINE__,
                                      "TENON_TEST_SEED=" + std::to_string(seed_)};
  const std::vector<std::string> others_ = {
      "-",    "x",          "1x",         ".",          "-.",     "+5",       "1.",
      ".5",   "--5",        "5-",         "\"12\"",     "1e5",    "\"\"",     "12345678901234567",
      "1:2",  "1/2",        "\xff\xfe",   "1.2.3",      "-1.2.3", "1.23456",  "2147483648",
      "2026", "2026-02-29", "2026-13-01", "0000-00-00", " 1",     "99999.99", "2026-01-31x"};
};

TEST_F(CsvLanesTest, WholeNumbersAreThoseReadSingly) {
  for (const size_t longest : {3, 8, 16}) {
    const auto usual = [&] { return Sign() + Digits(1 + random_() % (longest - 1)); };
    Compare<int64_t>(usual, others_, lanes_->longs, csv::ReadLong);
  }
  const auto usual = [&] { return Sign() + Digits(1 + random_() % 9); };
  Compare<int32_t>(usual, others_, lanes_->ints,
                   [](const uint8_t* text, size_t size, int32_t* out) {
                     int64_t value = 0;
                     const bool reads = csv::ReadLong(text, size, &value);
                     *out = static_cast<int32_t>(value);
                     return reads && *out == value;
                   });
}

TEST_F(CsvLanesTest, DecimalsAreThoseReadSingly) {
  for (int scale = 1; scale <= 13; ++scale) {
    const size_t least = static_cast<size_t>(scale);
    for (const size_t longest : {size_t{1}, std::max<size_t>(1, 14 - least)}) {
      const auto usual = [&] {
        return Sign() + Digits(1 + random_() % longest) + "." + Digits(least);
      };
      const int precision = static_cast<int>(longest + least);
      Compare<csv::Int128>(
          usual, others_,
          [&](const csv::LaneRun& run, csv::Int128* out, csv::LaneNulls* nulls) {
            return lanes_->decimals(run, precision, scale, out, nulls);
          },
          [&](const uint8_t* text, size_t size, csv::Int128* out) {
            return csv::ReadDecimalSlowly(text, size, precision, scale, out);
          });
    }
  }
}

TEST_F(CsvLanesTest, EveryDayIsTheOneReadSingly) {
  std::vector<std::string> values;
  for (int year = 0; year < 10'000; year += year % 400 < 8 || year % 100 > 96 ? 1 : 7) {
    for (int month = 1; month <= 12; ++month) {
      for (const int day : {1, 15, 28, 29, 30, 31}) {
        char text[32];
        std::snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
        int32_t days = 0;
        if (csv::ReadTenOfDate(reinterpret_cast<const uint8_t*>(text), &days)) {
          values.push_back(text);
        }
      }
    }
  }
  values.resize(values.size() / 4 * 4);
  const Column column(values);
  std::vector<int32_t> out(values.size());
  csv::LaneNulls none;
  ASSERT_EQ(lanes_->dates(column.run(), out.data(), &none), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    int32_t days = 0;
    ASSERT_TRUE(csv::ReadTenOfDate(column.at(i), &days));
    ASSERT_EQ(out[i], days) << values[i];
  }
}

TEST_F(CsvLanesTest, DatesAreThoseReadSingly) {
  const auto usual = [&] {
    return Digits(4) + "-0" + std::to_string(1 + random_() % 9) + "-" +
           std::to_string(10 + random_() % 19);
  };
  std::vector<std::string> others = others_;
  for (const char* wrong : {"2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-16-10",
                            "2026-10-00", "2026-10-32", "2026/10/01", "202a-10-01", "2026-1-010"}) {
    others.emplace_back(wrong);
  }
  Compare<int32_t>(usual, others, lanes_->dates,
                   [](const uint8_t* text, size_t size, int32_t* out) {
                     return size == 10 && csv::ReadTenOfDate(text, out);
                   });
}

// Each value that is no date stops the kernel, wherever it stands.
TEST_F(CsvLanesTest, WhatIsNoDateIsNotTaken) {
  for (const char* wrong : {"2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-13-10",
                            "2026-99-10", "2026-10-00", "2026-10-32", "2026/10/01", "202a-10-01",
                            "2026-1-010", "2026-10-1", "12026-10-01", "\"\"", "x"}) {
    for (size_t at = 0; at < 4; ++at) {
      std::vector<std::string> values(4, "2024-02-29");
      values[at] = wrong;
      EXPECT_EQ(lanes_->pass_dates(Column(values).run()), 0u) << wrong;
    }
  }
}

TEST_F(CsvLanesTest, TextsAreCopiedUntilOneHoldsItsQuote) {
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> values(1 + random_() % 20), expected;
    for (std::string& value : values) {
      value = std::string(random_() % (random_() % 8 == 0 ? 300 : 40), 'x');
      if (random_() % 3 == 0) value += "5\" wide";
      if (random_() % 3 == 0) value = "\"" + std::string(random_() % 200, 'q') + "\"";
      if (random_() % 20 == 0) value = "\"in\"\"side\"";
    }
    const Column column(values);
    std::string bytes(100'000, '\0');
    std::vector<int32_t> ends(values.size());
    std::vector<uint32_t> nulls(values.size());
    csv::LaneNulls found{nulls.data()};
    csv::LaneTexts texts{.bytes = reinterpret_cast<uint8_t*>(bytes.data()),
                         .used = 5,
                         .room = bytes.size() - 64,
                         .ends = ends.data()};
    const uint32_t taken = lanes_->texts(column.run(), '"', &texts, &found);
    ASSERT_TRUE(taken == values.size() || values[taken] == "\"in\"\"side\"");
    int32_t begin = 5;
    uint32_t null = 0;
    for (uint32_t i = 0; i < taken; ++i) {
      const bool quoted = values[i].starts_with('"');
      ASSERT_EQ(bytes.substr(static_cast<size_t>(begin), static_cast<size_t>(ends[i] - begin)),
                quoted ? values[i].substr(1, values[i].size() - 2) : values[i]);
      if (values[i].empty()) {
        ASSERT_EQ(nulls[null++], i);
      }
      begin = ends[i];
    }
    ASSERT_EQ(null, found.count);
    ASSERT_EQ(texts.used, static_cast<size_t>(begin));
  }
}

TEST_F(CsvLanesTest, TextsAreCopiedAsLongAsThereIsRoom) {
  const Column column({"four", "", "\"five5\"", "six666"});
  std::string bytes(100, '.');
  std::vector<int32_t> ends(4);
  std::vector<uint32_t> nulls(4);
  // Each text, with its quotes, must fit; a null always does.
  for (const auto& [room, taken] :
       {std::pair{3u, 0u}, {4u, 2u}, {10u, 2u}, {11u, 3u}, {14u, 3u}, {15u, 4u}}) {
    csv::LaneNulls found{nulls.data()};
    csv::LaneTexts texts{
        .bytes = reinterpret_cast<uint8_t*>(bytes.data()), .room = room, .ends = ends.data()};
    EXPECT_EQ(lanes_->texts(column.run(), '"', &texts, &found), taken) << room;
    EXPECT_EQ(texts.used, taken == 0 ? 0u : static_cast<size_t>(ends[taken - 1])) << room;
  }
  EXPECT_EQ(bytes.substr(0, 15), "fourfive5six666");
}

TEST_F(CsvLanesTest, NumbersAreSeenAsTheyAre) {
  csv::LaneNumbers seen;
  EXPECT_EQ(lanes_->pass_fixed(Column({"1.5", "-12.25", "", "0.125"}).run(), &seen), 4u);
  EXPECT_THAT((std::vector<uint32_t>{seen.whole_digits, seen.least_scale, seen.most_scale}),
              ElementsAre(2, 1, 3));
  EXPECT_EQ(lanes_->pass_fixed(Column({"", "", "", ""}).run(), &seen), 4u);
  EXPECT_EQ(lanes_->pass_fixed(Column({"1.5", "-12.25", "007.5", "0.125"}).run(), &seen), 0u);
  EXPECT_THAT((std::vector<uint32_t>{seen.whole_digits, seen.least_scale, seen.most_scale}),
              ElementsAre(2, 1, 3));
  for (const char* other : {"12", "1.", ".5", "01.5", "-0.5", "1.2.3", "1-2.3", "x", "-", "1.5 "}) {
    EXPECT_EQ(lanes_->pass_fixed(Column({"1.5", other, "", "2.5"}).run(), &seen), 0u) << other;
  }
  seen = {};
  EXPECT_EQ(lanes_->pass_wholes(Column({"0", "-12", "", "12345678"}).run(), false, &seen), 4u);
  EXPECT_EQ(seen.whole_digits, 8u);
  EXPECT_EQ(lanes_->pass_wholes(Column({"-2147483648", "2147483647", "", "5"}).run(), false, &seen),
            4u);
  EXPECT_EQ(seen.whole_digits, 10u);
  const Column longs({"1", "2147483648", "", "1234567890123456"});
  EXPECT_EQ(lanes_->pass_wholes(longs.run(), false, &seen), 0u);
  EXPECT_EQ(lanes_->pass_wholes(longs.run(), true, &seen), 4u);
  EXPECT_EQ(seen.whole_digits, 16u);
  for (const char* other : {"-0", "00", "-", "01", "1.5", "x", "-01", "012345678", "-0123456789",
                            "12345678901234567", "+1", "1234567890x"}) {
    EXPECT_EQ(lanes_->pass_wholes(Column({"1", other, "", "2"}).run(), true, &seen), 0u) << other;
  }
  EXPECT_EQ(seen.whole_digits, 16u);
}

TEST_F(CsvLanesTest, ADialectThatQuotesWithWhatNumbersAreMadeOfHasNone) {
  EXPECT_EQ(csv::LanesOf(FastestCsvKernel(), {.quote = '-'}), nullptr);
  EXPECT_EQ(csv::LanesOf(FastestCsvKernel(), {.escaper = '5'}), nullptr);
  EXPECT_NE(csv::LanesOf(FastestCsvKernel(), {.quote = std::nullopt, .escaper = '\\'}), nullptr);
  EXPECT_EQ(csv::LanesOf(CsvKernel::kScalar, {}), nullptr);
}

// Whole files of columns of each type, with values among them that are none: the same rows, types and errors.
TEST_F(CsvLanesTest, FilesAreReadAlikeWithAndWithoutLanes) {
  const std::vector<std::string> types = {"int",  "long",      "decimal(5,2)", "decimal(12,3)",
                                          "date", "timestamp", "double",       "string"};
  for (int round = 0; round < 60; ++round) {
    const size_t columns = 1 + random_() % 5;
    std::string text, declared;
    std::vector<size_t> kinds;
    for (size_t c = 0; c < columns; ++c) {
      kinds.push_back(random_() % types.size());
      const std::string name = "c" + std::to_string(c);
      declared += (c > 0 ? "," : "") + name + ":" + types[kinds.back()];
      text += (c > 0 ? "," : "") + name;
    }
    text += ",last\n";
    for (size_t rows = random_() % 200; rows > 0; --rows) {
      for (const size_t kind : kinds) {
        std::string value = kind < 2    ? Sign() + Digits(1 + random_() % 12)
                            : kind == 2 ? Sign() + Digits(1 + random_() % 3) + "." + Digits(2)
                            : kind == 3 ? Sign() + Digits(1 + random_() % 9) + "." + Digits(3)
                            : kind == 4 ? "19" + Digits(2) + "-0" + Digits(1) + "-1" + Digits(1)
                            : kind == 5 ? "2026-01-1" + Digits(1) + " 10:00:0" + Digits(1)
                            : kind == 6 ? Digits(2) + "." + Digits(1 + random_() % 3)
                                        : std::string(random_() % 80, 'z');
        if (random_() % 12 == 0) value = "";
        if (random_() % 12 == 0) value = "\"" + value + "\"";
        if (random_() % 400 == 0) value = Any(others_);
        text += value + ",";
      }
      text += "x\n";
    }
    CsvTerms terms{.options = {.with_header = true}};
    terms.options.types = round % 2 == 0 ? CsvTypes::kInfer : CsvTypes::kStrings;
    if (round % 2 == 1) {
      terms.options.declared =
          CheckCsvRead({.with_header = true, .columns = declared}).value().declared;
    }
    if (round % 3 == 0) terms.sizes.window_bytes = terms.sizes.read_bytes = 512;
    const CsvRead fast = ReadCsv(text, terms);
    terms.sizes.kernel = CsvKernel::kScalar;
    const CsvRead slow = ReadCsv(text, terms);
    ASSERT_EQ(fast.status.ToString(), slow.status.ToString()) << text;
    ASSERT_EQ(fast.schema.ToString(), slow.schema.ToString()) << text;
    ASSERT_EQ(fast.rows, slow.rows) << text;
    ASSERT_EQ(fast.errors.size(), slow.errors.size()) << text;
    for (size_t i = 0; i < fast.errors.size(); ++i) {
      ASSERT_EQ(fast.errors[i].message + fast.errors[i].where,
                slow.errors[i].message + slow.errors[i].where);
    }
  }
}

}  // namespace
}  // namespace tenon::files
