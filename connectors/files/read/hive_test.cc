// Folders named key=value: columns, types, pruning.
#include <set>
#include <string>
#include <vector>

#include "connectors/files/read/hive_folders.h"
#include "connectors/files/read/read_testing.h"
#include "connectors/files/scratch_folder_test.h"
#include "object_store/local_store.h"

namespace tenon::files {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(HiveFoldersTest, ValuesAreUnescapedAndTheDefaultIsNull) {
  EXPECT_THAT(HiveValuesOf("/data/year=2024/month=01/"),
              ElementsAre(HiveValue{"year", "2024"}, HiveValue{"month", "01"}));
  EXPECT_THAT(HiveValuesOf("/a=1/a=2"), ElementsAre(HiveValue{"a", "2"}));
  EXPECT_THAT(HiveValuesOf("/k%3Dx=a%2Fb%20c"), ElementsAre(HiveValue{"k=x", "a/b c"}));
  EXPECT_THAT(HiveValuesOf("/k=100%"), ElementsAre(HiveValue{"k", "100%"}));
  EXPECT_THAT(HiveValuesOf("/k=__HIVE_DEFAULT_PARTITION__"),
              ElementsAre(HiveValue{"k", std::nullopt}));
  EXPECT_THAT(HiveValuesOf("/k="), ElementsAre(HiveValue{"k", ""}));
  EXPECT_THAT(HiveValuesOf("/=x/.k=1/plain"), IsEmpty());
  EXPECT_THAT(HiveValuesOf("/k=%ff"), ElementsAre(HiveValue{"k", "\\xFF"}));
}

std::string TypeOf(const std::vector<std::string>& texts) {
  HiveColumns columns;
  for (const std::string& text : texts) columns.Add({HiveValue{"k", text}});
  columns.Add({HiveValue{"k", std::nullopt}});
  return columns.fields()[0].type.ToString();
}

TEST(HiveFoldersTest, TheTypeIsTheNarrowestThatAllTextsAre) {
  EXPECT_EQ(TypeOf({"1", "02", "-3"}), "int");
  EXPECT_EQ(TypeOf({"1", "3000000000"}), "long");
  EXPECT_EQ(TypeOf({"1", "1.5"}), "double");
  EXPECT_EQ(TypeOf({"2024-01-31", "2024-02-29"}), "date");
  EXPECT_EQ(TypeOf({"2024-01-31", "2024-02-30"}), "string");
  EXPECT_EQ(TypeOf({"2024-01"}), "string");
  EXPECT_EQ(TypeOf({"1", "x"}), "string");
  EXPECT_EQ(TypeOf({"nan"}), "string");
  EXPECT_EQ(TypeOf({"99999999999999999999"}), "double");
  EXPECT_EQ(TypeOf({}), "string");
}

bool MayHold(const Predicate& predicate, const std::string& folders, bool whole) {
  const HiveFilter filter({predicate}, {"year", "month"}, {});
  EXPECT_FALSE(filter.empty());
  const Result<bool> may = filter.MayHold(HiveValuesOf(folders), whole);
  EXPECT_THAT(may, IsOk());
  return may.ok() && *may;
}

TEST(HiveFoldersTest, AFilterKeepsWhatCouldBeTrue) {
  const Predicate y2024 = Predicate::Compare(Op::kEqual, "year", Literal::Int(2024));
  const Predicate y2023 = Predicate::Compare(Op::kEqual, "YEAR", Literal::Int(2023));
  const Predicate may = Predicate::Compare(Op::kGreater, "month", Literal::Int(4));
  EXPECT_TRUE(MayHold(y2024, "year=2024", false));
  EXPECT_FALSE(MayHold(y2024, "year=2023", false));
  EXPECT_TRUE(MayHold(y2023, "year=2023", false));
  EXPECT_TRUE(MayHold(may, "year=2024", false));
  EXPECT_FALSE(MayHold(may, "year=2024", true));
  EXPECT_FALSE(MayHold(may, "year=2024/month=04", true));
  const Predicate either = Predicate::Or({Predicate::And({y2024, may}), y2023});
  EXPECT_TRUE(MayHold(either, "year=2024", false));
  EXPECT_TRUE(MayHold(either, "year=2023", false));
  EXPECT_FALSE(MayHold(either, "year=2022", false));
  EXPECT_FALSE(MayHold(either, "year=2024/month=3", false));
  EXPECT_TRUE(MayHold(either, "year=2024/month=5", true));
  EXPECT_FALSE(MayHold(Predicate::Not(y2024), "year=2024", false));
  EXPECT_TRUE(MayHold(Predicate::Not(y2024), "year=2023", false));
  EXPECT_FALSE(MayHold(Predicate::Not(y2024), "year=__HIVE_DEFAULT_PARTITION__", false));
  EXPECT_TRUE(MayHold(Predicate::IsNull("year"), "year=__HIVE_DEFAULT_PARTITION__", false));
  EXPECT_FALSE(MayHold(Predicate::IsNull("year"), "year=1", false));
  EXPECT_TRUE(
      MayHold(Predicate::Compare(Op::kEqual, "month", Literal::String("04")), "month=04", true));
  EXPECT_FALSE(
      MayHold(Predicate::Compare(Op::kEqual, "month", Literal::String("4")), "month=04", true));
  EXPECT_TRUE(
      MayHold(Predicate::In("year", {Literal::Int(2023), Literal::Int(2024)}), "year=2024", true));
}

TEST(HiveFoldersTest, ConjunctsThatNameOtherColumnsAreNotDecided) {
  const Predicate mixed = Predicate::Or({Predicate::IsNull("year"), Predicate::IsNull("other")});
  EXPECT_FALSE(HiveFilter::Decides(mixed, {"year"}));
  EXPECT_TRUE(HiveFilter::Decides(mixed, {"year", "other"}));
  EXPECT_FALSE(HiveFilter::Decides(Predicate::Text("year = f(1)"), {"year"}));
  EXPECT_TRUE(HiveFilter({mixed}, {"year"}, {}).empty());
}

class HiveReadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* const year : {"2023", "2024", "__HIVE_DEFAULT_PARTITION__"}) {
      for (const char* const month : {"1", "2"}) {
        folder_.Put(std::string("in/year=") + year + "/month=" + month + "/a.json",
                    "{\"a\":1,\"year\":\"own\"}\n");
      }
    }
    options_ = Reading(folder_ / "in").Set("hivePartitioning", "true");
  }

  ScratchFolder folder_;
  Options options_;
};

TEST_F(HiveReadTest, FoldersBecomeColumnsOfJsonOnRequestAndHideThoseOfTheFile) {
  ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(options_));
  EXPECT_THAT(read.rows,
              ElementsAre("{\"a\":int 1,\"month\":int 1,\"year\":int 2023}",
                          "{\"a\":int 1,\"month\":int 2,\"year\":int 2023}",
                          "{\"a\":int 1,\"month\":int 1,\"year\":int 2024}",
                          "{\"a\":int 1,\"month\":int 2,\"year\":int 2024}",
                          "{\"a\":int 1,\"month\":int 1}", "{\"a\":int 1,\"month\":int 2}"));
  EXPECT_THAT(read.detail, AllOf(HasSubstr("adds=year"), HasSubstr("adds=month")));
  ASSERT_OK_AND_ASSIGN(const Read plain, ReadAll(Reading(folder_ / "in").Set("recurse", "true")));
  EXPECT_EQ(plain.rows[0], "{\"a\":int 1,\"year\":string \"own\"}");
}

TEST_F(HiveReadTest, ConjunctsOnFoldersAreAnsweredExactlyAndTheOthersAreNot) {
  ScanRequest request;
  request.where = {Predicate::Compare(Op::kEqual, "year", Literal::Int(2024)),
                   Predicate::Compare(Op::kEqual, "a", Literal::Int(7)),
                   Predicate::Compare(Op::kLess, "month", Literal::Int(2))};
  ASSERT_OK_AND_ASSIGN(const ReadOptions options, ParseReadOptions(options_));
  ASSERT_OK_AND_ASSIGN(const auto source, OpenFileSource(options));
  ASSERT_OK_AND_ASSIGN(const ScanOffer offer, source->Offer(request, TaskContext()));
  EXPECT_THAT(offer.where, ElementsAre(PushDown::kExact, PushDown::kNone, PushDown::kExact));
  ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(options_, request));
  EXPECT_THAT(read.rows, ElementsAre("{\"a\":int 1,\"month\":int 1,\"year\":int 2024}"));
}

TEST_F(HiveReadTest, NullFoldersAreFoundAndWrongValuesAreErrors) {
  ScanRequest request;
  request.where = {Predicate::IsNull("year")};
  ASSERT_OK_AND_ASSIGN(const Read read, ReadAll(options_, request));
  EXPECT_THAT(read.rows,
              ElementsAre("{\"a\":int 1,\"month\":int 1}", "{\"a\":int 1,\"month\":int 2}"));
  request.where = {Predicate::Compare(Op::kEqual, "year", Literal::Int(1999))};
  ASSERT_OK_AND_ASSIGN(const Read none, ReadAll(options_, request));
  EXPECT_THAT(none.rows, IsEmpty());
}

// Remembers which folders were listed.
class WatchedStore : public object_store::LocalStore {
 public:
  Status ListWanted(const std::string& folder, const std::function<bool(const std::string&)>& enter,
                    const std::function<bool(const std::string&)>& wants,
                    const std::function<Status(const object_store::ObjectInfo&)>& visit) override {
    return LocalStore::ListWanted(
        folder,
        [&](const std::string& each) {
          const bool entered = enter(each);
          if (entered) listed.insert(each.substr(each.rfind('/') + 1));
          return entered;
        },
        wants, visit);
  }
  std::set<std::string> listed;
};

TEST_F(HiveReadTest, FoldersThatAreRuledOutAreNeverListed) {
  WatchedStore store;
  ASSERT_OK_AND_ASSIGN(const ReadOptions options, ParseReadOptions(options_));
  const HiveFilter filter({Predicate::Compare(Op::kEqual, "year", Literal::Int(2024)),
                           Predicate::Compare(Op::kEqual, "month", Literal::Int(2))},
                          {"year", "month"}, {});
  ASSERT_OK_AND_ASSIGN(const std::vector<ListedFile> files,
                       ListFiles(store, options.selection, &filter));
  ASSERT_EQ(files.size(), 1u);
  EXPECT_THAT(files[0].path, HasSubstr("year=2024/month=2/a.json"));
  EXPECT_THAT(store.listed, ElementsAre("month=2", "year=2024"));
}

TEST_F(HiveReadTest, GlobsOverFoldersGiveTheirColumnsToo) {
  ASSERT_OK_AND_ASSIGN(
      const Read read,
      ReadAll(Reading(folder_ / "in/year=*/month=2").Set("hivePartitioning", "true")));
  EXPECT_THAT(read.rows, ElementsAre("{\"a\":int 1,\"month\":int 2,\"year\":int 2023}",
                                     "{\"a\":int 1,\"month\":int 2,\"year\":int 2024}",
                                     "{\"a\":int 1,\"month\":int 2}"));
}

}  // namespace
}  // namespace tenon::files
