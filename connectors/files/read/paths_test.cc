// Which files are read: globs, exclusions, hidden files, bounds, groups, packed files, columns of names.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "compression/compressor.h"
#include "connectors/files/read/file_pin.h"
#include "connectors/files/read/read_testing.h"
#include "connectors/files/scratch_folder_test.h"
#include "object_store/local_store.h"
#include "testing/seed.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Status OptionError(const Options& options) { return ParseReadOptions(options).status(); }

// The numbers of {"a":1}, … in the order in which they are read.
std::vector<int> NumbersOf(const Result<Read>& read) {
  EXPECT_THAT(read, IsOk());
  std::vector<int> numbers;
  if (!read.ok()) return numbers;
  for (const std::string& row : read->rows)
    numbers.push_back(std::stoi(row.substr(row.find("int ") + 4)));
  return numbers;
}

std::string Row(int number) { return "{\"a\":" + std::to_string(number) + "}\n"; }

class PathsTest : public ::testing::Test {
 protected:
  std::vector<int> Numbers(const std::string& path, bool recurse = false) {
    return NumbersOf(ReadAll(Reading(folder_ / path).Set("recurse", recurse ? "true" : "false")));
  }
  ScratchFolder folder_;
};

TEST_F(PathsTest, GlobsNameFilesAndFolders) {
  folder_.Put("in/a1.json", Row(1));
  folder_.Put("in/a2.json", Row(2));
  folder_.Put("in/b.json", Row(3));
  folder_.Put("in/x/a3.json", Row(4));
  folder_.Put("in/x/y/a4.json", Row(5));
  folder_.Put("in/_a5.json", Row(6));
  folder_.Put("in/.x/a6.json", Row(7));
  EXPECT_THAT(Numbers("in/a*.json"), ElementsAre(1, 2));
  EXPECT_THAT(Numbers("in/a[2-9].json"), ElementsAre(2));
  EXPECT_THAT(Numbers("in/a[!2].json"), ElementsAre(1));
  EXPECT_THAT(Numbers("in/{b,a1}.json"), ElementsAre(1, 3));
  EXPECT_THAT(Numbers("in/?.json"), ElementsAre(3));
  EXPECT_THAT(Numbers("in/**.json"), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(Numbers("in/**/a*.json"), ElementsAre(4, 5));
  EXPECT_THAT(Numbers("i*/x"), ElementsAre(4));
  EXPECT_THAT(Numbers("i*/x", true), ElementsAre(4, 5));
  EXPECT_THAT(Numbers("in/_a*"), ElementsAre(6));
}

TEST_F(PathsTest, AFileWhoseNameLooksLikeAGlobIsReadWhenItIsThere) {
  folder_.Put("in/a[1].json", Row(1));
  folder_.Put("in/a1.json", Row(2));
  EXPECT_THAT(Numbers("in/a[1].json"), ElementsAre(1));
  EXPECT_THAT(Numbers("in/a\\\\[1].json"), ElementsAre(1));
  EXPECT_THAT(Numbers("in/*[1].json"), ElementsAre(2));
}

TEST_F(PathsTest, AGlobThatNothingMatchesIsAnErrorThatSaysSo) {
  folder_.Put("in/a.json", Row(1));
  EXPECT_THAT(
      ReadAll(Reading(folder_ / "in/*.csv")),
      IsErrorNumber(2003, AllOf(HasSubstr("No file matches the path: path=" + folder_ / "in/*.csv"),
                                HasSubstr("** crosses levels"))));
  EXPECT_THAT(ReadAll(Reading(folder_ / "inn/*.csv")),
              IsErrorNumber(2003, AllOf(HasSubstr("Path is not there: path=" + folder_ / "inn/"),
                                        HasSubstr("Did you mean " + folder_ / "in?"))));
  EXPECT_THAT(ReadAll(Reading(folder_ / "in/[a.json")),
              IsError(StatusCode::kInvalidArgument, HasSubstr("has a [ without ]")));
}

TEST_F(PathsTest, ExclusionsAreRelativeToTheFolderOrToTheFoldersBeforeAGlob) {
  folder_.Put("in/a.json", Row(1));
  folder_.Put("in/x/b.json", Row(2));
  folder_.Put("in/x/c.json", Row(3));
  const auto without = [&](const std::string& path, const std::string& exclusion) {
    return NumbersOf(ReadAll(Reading(folder_ / path)
                                 .Set("recurse", "true")
                                 .Set("exclusions", "[\"" + exclusion + "\"]")));
  };
  EXPECT_THAT(without("in", "x/b*"), ElementsAre(1, 3));
  EXPECT_THAT(without("in", "b*"), ElementsAre(1, 2, 3));
  EXPECT_THAT(without("in", "**/*"), ElementsAre(1));
  EXPECT_THAT(without("in", "**"), IsEmpty());
  EXPECT_THAT(without("in/x/*.json", "c.json"), ElementsAre(2));
}

TEST_F(PathsTest, BoundsEndTheListInItsOrder) {
  for (int i = 1; i <= 5; ++i) folder_.Put("in/" + std::to_string(i) + ".json", Row(i));
  const Options all = Reading(folder_ / "in");
  EXPECT_THAT(NumbersOf(ReadAll(Options(all).Set("boundedFiles", "2"))), ElementsAre(1, 2));
  EXPECT_THAT(NumbersOf(ReadAll(Options(all).Set("boundedSize", "17"))), ElementsAre(1, 2, 3));
  EXPECT_THAT(NumbersOf(ReadAll(Options(all).Set("boundedSize", "1"))), ElementsAre(1));
  EXPECT_THAT(
      OptionError(Options(all).Set("boundedFiles", "1").Set("boundedSize", "1")),
      IsError(
          StatusCode::kInvalidArgument,
          HasSubstr(
              "Only one of these options may be given: option=boundedFiles option=boundedSize")));
  EXPECT_THAT(OptionError(Options(all).Set("boundedFiles", "0")),
              IsErrorNumber(1004, HasSubstr("boundedFiles")));
}

TEST_F(PathsTest, SmallFilesShareAPartitionUnlessTheyMustNot) {
  for (int i = 1; i <= 9; ++i) folder_.Put("in/" + std::to_string(i) + ".json", Row(i));
  const Options all = Reading(folder_ / "in");
  ASSERT_OK_AND_ASSIGN(const Read together, ReadAll(all));
  EXPECT_THAT(together.partitions, SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const Read alone, ReadAll(Options(all).Set("groupFiles", "none")));
  EXPECT_THAT(alone.partitions, SizeIs(9));
  ASSERT_OK_AND_ASSIGN(const Read pairs, ReadAll(Options(all).Set("groupSize", "40000")));
  EXPECT_THAT(pairs.partitions, SizeIs(5));
  EXPECT_EQ(alone.rows, together.rows);
  EXPECT_EQ(pairs.rows, together.rows);
  EXPECT_THAT(NumbersOf(alone), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_THAT(OptionError(Options(all).Set("groupFiles", "inPartitions")),
              IsErrorNumber(1004, AllOf(HasSubstr("groupFiles"), HasSubstr("inPartition"))));
  EXPECT_THAT(OptionError(Options(all).Set("groupSize", "many")),
              IsErrorNumber(1002, HasSubstr("groupSize")));
}

TEST_F(PathsTest, OptionsThatChangeNothingAreTakenAndChecked) {
  const Options good = Reading(folder_.Put("a.json", Row(1)));
  EXPECT_THAT(ReadAll(Options(good)
                          .Set("maxBand", "900000")
                          .Set("maxFilesInBand", "1000")
                          .Set("useS3ListImplementation", "true")
                          .Set("optimizePerformance", "true")
                          .Set("groupFiles", "INPARTITION")
                          .Set("excludeStorageClasses", "[\"GLACIER\"]")),
              IsOk());
  EXPECT_THAT(OptionError(Options(good).Set("maxBand", "-1")),
              IsErrorNumber(1004, HasSubstr("maxBand")));
  EXPECT_THAT(OptionError(Options(good).Set("attachFilename", "f").Set("attachTimestamp", "F")),
              IsError(StatusCode::kInvalidArgument, HasSubstr("Two options name the same column")));
  EXPECT_THAT(
      OptionError(Options(good).Set("exclusion", "x")),
      IsErrorNumber(1001, AllOf(HasSubstr("exclusion"), HasSubstr("Did you mean exclusions?"))));
  EXPECT_THAT(OptionError(Options(good).Set("multiLin", "x")),
              IsErrorNumber(1001, HasSubstr("Did you mean multiLine?")));
  EXPECT_THAT(OptionError(Options(good).Set("compressionType", "gzpi")),
              IsErrorNumber(1004, AllOf(HasSubstr("option=compressionType"),
                                        HasSubstr("Did you mean gzip?"))));
}

std::string Packed(compression::Codec codec, const std::string& text) {
  std::string packed;
  auto packer = compression::Compressor::Make(codec, [&](std::span<const uint8_t> bytes) {
                  packed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                  return Status::Ok();
                }).value();
  EXPECT_THAT(packer->Append({reinterpret_cast<const uint8_t*>(text.data()), text.size()}), IsOk());
  EXPECT_THAT(packer->Finish(), IsOk());
  return packed;
}

// Keeps the bad rows.
struct Errors : TaskHost {
  std::vector<ErrorRecord> errors;
  BatchLimits Limits() override { return {}; }
  void AddError(ErrorRecord record) override { errors.push_back(std::move(record)); }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return true; }
  bool GiveAway(const Partition&, const Partition&) override { return true; }
};

TEST_F(PathsTest, PackedFilesAreReadByTheirEndingOrAsTheOptionSays) {
  using compression::Codec;
  std::string text;
  for (int i = 0; i < 400'000; ++i)
    text += "{\"a\":" + std::to_string(i) + ",\"b\":\"some text\"}\n";
  folder_.Put("in/plain.json", text);
  ASSERT_OK_AND_ASSIGN(const Read plain, ReadAll(Reading(folder_ / "in/plain.json")));
  for (const Codec codec :
       {Codec::kGzip, Codec::kBzip2, Codec::kZstd, Codec::kSnappy, Codec::kLz4}) {
    const std::string path =
        folder_.Put("packed.json" + std::string(CodecEnding(codec)), Packed(codec, text));
    Errors host;
    ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(Reading(path), {}, &host));
    EXPECT_TRUE(read.rows == plain.rows) << path;
    EXPECT_THAT(read.partitions, SizeIs(1));
    const std::string other = folder_.Put("packed", Packed(codec, text));
    ASSERT_OK_AND_ASSIGN(const Read same, ReadAll(Reading(other).Set(
                                              "compressionType", std::string(CodecName(codec)))));
    EXPECT_TRUE(same.rows == plain.rows) << other;
  }
  const std::string misnamed = folder_.Put("misnamed.gz", Row(1));
  EXPECT_THAT(ReadAll(Reading(misnamed)),
              IsError(StatusCode::kDataError,
                      AllOf(HasSubstr("Compressed file is not gzip: file=" + misnamed + " byte=0"),
                            HasSubstr("set compressionType"))));
  EXPECT_THAT(NumbersOf(ReadAll(Reading(misnamed).Set("compressionType", "none"))), ElementsAre(1));
  EXPECT_THAT(ReadAll(Reading(folder_.Put("a.json.xz", "x"))),
              IsError(StatusCode::kUnsupported, HasSubstr("compression=xz")));
}

TEST_F(PathsTest, BadLinesOfPackedFilesHaveTheirPlaceInTheUnpackedText) {
  const std::string path = folder_.Put(
      "a.json.gz", Packed(compression::Codec::kGzip, "{\"a\":1}\n{\"a\":\n{\"a\":3}\n"));
  Errors host;
  EXPECT_THAT(NumbersOf(ReadAll(Reading(path), {}, &host)), ElementsAre(1, 3));
  ASSERT_THAT(host.errors, SizeIs(1));
  EXPECT_THAT(host.errors[0].where, HasSubstr("file=" + path + " line=2 byte="));
}

TEST_F(PathsTest, FailFastEndsAtTheFirstBadRow) {
  const std::string path = folder_.Put("a.json", "{\"a\":1}\nno\n{\"a\":3}\n");
  Errors host;
  EXPECT_THAT(ReadAll(Reading(path).Set("isFailFast", "true"), {}, &host),
              IsError(StatusCode::kDataError,
                      AllOf(HasSubstr("file=" + path + " line=2"), HasSubstr("isFailFast"))));
  EXPECT_THAT(host.errors, IsEmpty());
}

TEST_F(PathsTest, FileNamesAndTimesBecomeColumnsBehindTheOthers) {
  const std::string first = folder_.Put("in/a.json", "{\"f\":0,\"a\":1}\n{\"a\":2}\n");
  const std::string second = folder_.Put("in/b.json", Row(3));
  const auto at = std::filesystem::file_time_type::clock::now();
  for (const std::string& path : {first, second}) std::filesystem::last_write_time(path, at);
  ASSERT_OK_AND_ASSIGN(const Read read,
                       ReadAll(Reading(folder_ / "in").Set("attachFilename", "f")));
  EXPECT_THAT(read.rows, ElementsAre("{\"a\":int 1,\"f\":string \"" + first + "\"}",
                                     "{\"a\":int 2,\"f\":string \"" + first + "\"}",
                                     "{\"a\":int 3,\"f\":string \"" + second + "\"}"));
  EXPECT_THAT(read.partitions, SizeIs(1));
  EXPECT_THAT(read.detail, HasSubstr("adds=f"));
  ASSERT_OK_AND_ASSIGN(const Read timed,
                       ReadAll(Reading(folder_ / "in").Set("attachTimestamp", "when")));
  ASSERT_THAT(timed.schemas, ::testing::Not(IsEmpty()));
  EXPECT_THAT(timed.schemas.back(), HasSubstr("when:timestamp"));
}

TEST(FilePinTest, APinIsShortAndComesBackAsItWas) {
  std::vector<ListedFile> files;
  for (int64_t i = 0; i < 100'000; ++i) {
    files.push_back({.path = "/data/orders/year=2024/month=" + std::to_string(i % 12) + "/part-" +
                             std::to_string(1'000'000 + i) + ".json.gz",
                     .bytes = 1000 + i,
                     .modified_ns = 1'700'000'000'000'000'000 + i * 1'000'003});
  }
  files.push_back({.path = "/other/a b%\n\xc3\xa4\xff", .bytes = 0, .modified_ns = -5});
  const std::string pin = PinOf(files);
  EXPECT_LT(pin.size(), files.size() * 50);
  ASSERT_OK_AND_ASSIGN(const std::vector<ListedFile> back, ReadPin(pin));
  EXPECT_TRUE(back == files);
  ASSERT_OK_AND_ASSIGN(const std::vector<ListedFile> none, ReadPin(PinOf({})));
  EXPECT_TRUE(none.empty());
}

TEST(FilePinTest, WhatIsNotAPinIsRefused) {
  for (const std::string& wrong :
       {std::string(), std::string("{\"v\":1}"), std::string("files 2\n1 0 0 a\n"),
        std::string("files 2\n0 0 a\n"), std::string("files 2\n0 -1 0 a\n"),
        std::string("files 2\n0 1 0 %zz\n"), std::string("files 2\n0 1 0 %a\n"),
        std::string("files 2\n0 1 0 a")}) {
    EXPECT_THAT(ReadPin(wrong),
                IsError(StatusCode::kInvalidArgument, HasSubstr("Pin is not one of")))
        << wrong;
  }
}

TEST_F(PathsTest, TenThousandExcludedFilesAreListedQuicklyAndManyFilesAreReadInOrder) {
  for (int i = 0; i < 10'000; ++i)
    folder_.Put("in/part-" + std::to_string(100'000 + i) + ".json", Row(i));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(NumbersOf(ReadAll(Reading(folder_ / "in").Set("exclusions", "[\"**.json\"]"))),
              IsEmpty());
  const auto listed = std::chrono::steady_clock::now() - begin;
  // 60 ms when the machine is quiet; a bound on the order of growth here.
  EXPECT_LT(std::chrono::duration<double>(listed).count(), 5.0);
  const std::vector<int> numbers = NumbersOf(ReadAll(Reading(folder_ / "in")));
  ASSERT_THAT(numbers, SizeIs(10'000));
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
}

}  // namespace
}  // namespace tenon::files
