// Files that are wrong: no crash, no hang, bounded memory, an error that names the file, and never a batch that breaks
// the contract.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "columnar/parquet_reader.h"
#include "columnar/validate.h"
#include "testing/matchers.h"
#include "testing/parquet/parquet_files.h"
#include "testing/seed.h"

namespace tenon::columnar {
namespace {

using tenon::testing::Bytes;
using tenon::testing::IsOk;
using tenon::testing::ParquetFolder;

constexpr int64_t kMemory = 64 << 20;
// What reading a wrong file may add to the process's peak.
#ifdef __SANITIZE_ADDRESS__
constexpr int64_t kMostGrowth = 8 * kMemory + (256 << 20);  // Freed memory stays in quarantine.
#else
constexpr int64_t kMostGrowth = 8 * kMemory;
#endif
constexpr int64_t kMostRows = 100'000'000;

// Reads all; every batch keeps the contract, however wrong the file is.
Status ReadAll(std::string bytes, bool far) {
  TENON_ASSIGN_OR_RETURN(const auto reader,
                         ParquetReader::Open(std::make_unique<Bytes>(std::move(bytes), far),
                                             {.memory_bytes = kMemory}));
  int64_t rows = 0;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next({}));
    if (!batch) return Status::Ok();
    const Status valid = ValidateFull(*batch);
    EXPECT_THAT(valid, IsOk());
    rows += batch->num_rows();
    if (rows > kMostRows) return Status::Internal("It never ends");
  }
}

void ExpectPlainError(const Status& status, const std::string& what) {
  if (status.ok()) return;
  EXPECT_TRUE(status.Is(StatusCode::kDataError) || status.Is(StatusCode::kUnsupported) ||
              status.Is(StatusCode::kResourceExhausted))
      << what << ": " << status.ToString();
  EXPECT_NE(status.ToString().find("path=bytes"), std::string::npos)
      << what << ": " << status.ToString();
}

int64_t PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} << 10;
}

TEST(ParquetDamageTest, FilesMadeWrongByHandAreErrorsThatNameTheFile) {
  const ParquetFolder folder;
  ASSERT_EQ(std::system(("'" TENON_PYTHON "' '" TENON_SOURCE "/testing/parquet/make_damaged.py' '" +
                         folder.path() + "'")
                            .c_str()),
            0);
  // What is harmless: what they lie about is not needed, or is right for all that they hold.
  const std::vector<std::string> readable = {"good",
                                             "no_row_groups_but_rows",
                                             "footer_huge_text",
                                             "root_alone",
                                             "deep_90",
                                             "map_without_key",
                                             "values_less",
                                             "group_without_children",
                                             "list_without_elements",
                                             "values_more",
                                             "dictionary_offset_beyond",
                                             "chunk_of_another_type",
                                             "unknown_repetition",
                                             "levels_packed_from_the_highest_bit"};
  const int64_t before = PeakBytes();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string name = entry.path().stem().string();
    const Status status = ReadAll(Bytes::Of(entry.path()), false);
    ++files;
    const bool harmless = std::find(readable.begin(), readable.end(), name) != readable.end();
    EXPECT_TRUE(harmless || !status.ok()) << name;
    ExpectPlainError(status, name);
  }
  EXPECT_GE(files, 60);
  EXPECT_LT(PeakBytes() - before, kMostGrowth);
}

TEST(ParquetDamageTest, FilesThatLostOrChangedBytesNeverBreakTheReader) {
  const ParquetFolder folder;
  const uint64_t seed = tenon::testing::Seed();
  constexpr int kFiles = 40;
  ASSERT_TRUE(folder.MakeFiles(seed, kFiles));
  std::mt19937_64 random(seed);
  const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  const int64_t before = PeakBytes();
  int mutated = 0, failed = 0;
  const auto try_one = [&](std::string bytes, const std::string& what) {
    const Status status = ReadAll(std::move(bytes), below(2) == 0);
    ExpectPlainError(status, what);
    ++mutated;
    failed += status.ok() ? 0 : 1;
  };
  for (int i = 0; i < kFiles; ++i) {
    const std::string whole = Bytes::Of(folder / (std::to_string(i) + ".parquet"));
    const std::string name = "seed=" + std::to_string(seed) + " file=" + std::to_string(i);
    if (i < 6) {
      for (size_t part = 0; part < 64; ++part)
        try_one(whole.substr(0, whole.size() * part / 64), name + " cut");
    }
    for (int turn = 0; turn < 24; ++turn) {
      std::string bytes = whole;
      // Anywhere, or in the footer, where everything hangs on it.
      const size_t from = turn % 2 == 0 ? 0 : bytes.size() - std::min<size_t>(bytes.size(), 600);
      for (size_t flips = 1 + below(4); flips > 0; --flips) {
        char& byte = bytes[from + below(bytes.size() - from)];
        byte = static_cast<char>(turn % 3 == 0 ? byte ^ (1 << below(8)) : below(256));
      }
      try_one(std::move(bytes), name + " turn=" + std::to_string(turn));
    }
  }
  EXPECT_GE(mutated, 1200);
  EXPECT_GT(failed, mutated / 4);
  EXPECT_LT(PeakBytes() - before, kMostGrowth);
}

}  // namespace
}  // namespace tenon::columnar
