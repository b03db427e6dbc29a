#include "object_store/retention.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "object_store/local_store.h"
#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecondNs;

// A local folder that has storage classes, and removes all but what has "kept" in its name.
class Shelf : public LocalStore {
 public:
  Status List(const std::string& folder, const std::function<bool(const std::string&)>& enter,
              const std::function<Status(const ObjectInfo&)>& visit) override {
    return LocalStore::List(folder, enter, [&](ObjectInfo object) {
      object.storage_class = ClassOf(object.path);
      return visit(object);
    });
  }
  Status RemoveEach(std::span<const std::string> paths, const ItemFailed& failed) override {
    if (!answer.ok()) return answer;
    for (const std::string& path : paths) {
      if (path.find("odd") != std::string::npos) return Status::InvalidArgument("MalformedXML");
    }
    std::vector<std::string> gone;
    for (size_t i = 0; i < paths.size(); ++i) {
      if (paths[i].find("kept") == std::string::npos) {
        gone.push_back(paths[i]);
      } else {
        failed(i, Status::PermissionDenied("Store denies access"));
      }
    }
    batches.push_back(paths.size());
    return LocalStore::RemoveEach(gone, failed);
  }
  Status Remove(const std::string& path) override {
    if (removals_left-- == 0) return Status::Cancelled("Run is cancelled");
    if (path.find("odd") != std::string::npos) return Status::InvalidArgument("No such name");
    return LocalStore::Remove(path);
  }
  Status SetStorageClass(std::span<const ObjectInfo> objects, const std::string& storage_class,
                         const ItemFailed&) override {
    for (const ObjectInfo& object : objects) moved.push_back(object.path + " " + storage_class);
    return Status::Ok();
  }

  Status answer;
  int removals_left = INT_MAX;  // One by one.
  std::vector<size_t> batches;
  std::vector<std::string> moved;

 private:
  static std::string ClassOf(const std::string& path) {
    return path.find("cold") == std::string::npos ? "STANDARD" : "GLACIER";
  }
};

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() {
    std::string name = std::filesystem::temp_directory_path().string() + "/tenon-retention-XXXXXX";
    folder_ = mkdtemp(name.data());
    rule_.path = folder_ + "/data";
    rule_.keep_ns = 3600 * kSecondNs;
  }
  ~RetentionTest() override { std::filesystem::remove_all(folder_); }

  // `age_s`: before kNow.
  void Put(const std::string& name, int64_t age_s) const {
    const std::filesystem::path path = folder_ + "/data/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "12345";
    const time_t at = kNow / kSecondNs - age_s;
    const timespec times[2] = {{.tv_sec = at, .tv_nsec = 0}, {.tv_sec = at, .tv_nsec = 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }
  std::vector<std::string> Left() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ + "/data")) {
      if (entry.is_regular_file()) {
        names.push_back(entry.path().string().substr(folder_.size() + 6));
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string Content(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name);
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  Result<RetentionOutcome> Apply() { return ApplyRetention(store_, manifests_, rule_, kNow); }

  std::string folder_;
  Shelf store_;
  LocalStore manifests_;
  RetentionRule rule_;
};

TEST_F(RetentionTest, WhatIsOldEnoughGoesAtEveryLevelAndNothingElse) {
  Put("a", 3600);
  Put("b", 3599);
  Put(".hidden/deep/c", 100'000);
  Put("_d", -5);
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome, Apply());
  EXPECT_EQ(outcome.objects, 2);
  EXPECT_EQ(outcome.bytes, 10);
  EXPECT_EQ(outcome.failed, 0);
  EXPECT_THAT(Left(), ElementsAre("_d", "b"));
}

TEST_F(RetentionTest, StorageClassesThatAreExcludedStay) {
  Put("a", 9999);
  Put("cold", 9999);
  rule_.excluded_classes = {"GLACIER", "DEEP_ARCHIVE"};
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome, Apply());
  EXPECT_EQ(outcome.objects, 1);
  EXPECT_THAT(Left(), ElementsAre("cold"));
}

TEST_F(RetentionTest, ManifestsNameWhatWentAndWhatDidNot) {
  Put("a,b", 9999);
  Put("kept", 9999);
  rule_.manifest_folder = folder_ + "/manifest";
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome, Apply());
  EXPECT_EQ(outcome.objects, 1);
  EXPECT_EQ(outcome.failed, 1);
  EXPECT_THAT(outcome.first_failure, HasSubstr("Store denies access"));
  const std::string head = "path,bytes,lastModified,storageClass",
                    tail = ",5,2023-11-14T19:26:41.000Z,STANDARD";
  EXPECT_EQ(Content("manifest/Success.csv"), head + "\n\"" + folder_ + "/data/a,b\"" + tail + "\n");
  EXPECT_EQ(Content("manifest/Failed.csv"),
            head + ",error\n" + folder_ + "/data/kept" + tail + ",Store denies access\n");
  EXPECT_THAT(Left(), ElementsAre("kept"));
}

TEST_F(RetentionTest, ManifestsInThePathItselfAreNotTaken) {
  Put("a", 9999);
  Put("Success.csv", 9999);
  rule_.keep_ns = 0;
  rule_.manifest_folder = folder_ + "/data";
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome,
                       ApplyRetention(store_, manifests_, rule_, INT64_MAX / 2));
  EXPECT_EQ(outcome.objects, 1);
  EXPECT_THAT(Left(), ElementsAre("Failed.csv", "Success.csv"));
}

TEST_F(RetentionTest, ManyObjectsAreTakenAThousandAtATime) {
  for (int i = 0; i < 2001; ++i) Put("f" + std::to_string(i), 9999);
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome, Apply());
  EXPECT_EQ(outcome.objects, 2001);
  EXPECT_THAT(store_.batches, ElementsAre(1000, 1000, 1));
  EXPECT_THAT(Left(), IsEmpty());
}

TEST_F(RetentionTest, OneFileAndNothingArePathsToo) {
  Put("a", 9999);
  Put("b", 9999);
  rule_.path = folder_ + "/data/a";
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome one, Apply());
  EXPECT_EQ(one.objects, 1);
  EXPECT_THAT(Left(), ElementsAre("b"));
  rule_.path = folder_ + "/nothing";
  rule_.manifest_folder = folder_ + "/manifest";
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome none, Apply());
  EXPECT_EQ(none.objects, 0);
  EXPECT_EQ(Content("manifest/Success.csv"), "path,bytes,lastModified,storageClass\n");
}

TEST_F(RetentionTest, AStoreThatDoesNotAnswerEndsItAndTheManifestsAreThere) {
  Put("a", 9999);
  rule_.manifest_folder = folder_ + "/manifest";
  store_.answer = Status::Unavailable("Store cannot be reached");
  EXPECT_THAT(Apply(), IsError(StatusCode::kUnavailable, HasSubstr("Store cannot be reached")));
  EXPECT_THAT(Content("manifest/Failed.csv"), HasSubstr("/data/a,5,"));
  EXPECT_THAT(Left(), ElementsAre("a"));
}

TEST_F(RetentionTest, ANameThatTheStoreCannotReadKeepsNoOther) {
  for (const char* const name : {"a", "odd", "z"}) Put(name, 9999);
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome, Apply());
  EXPECT_EQ(outcome.objects, 2);
  EXPECT_EQ(outcome.failed, 1);
  EXPECT_THAT(outcome.first_failure, HasSubstr("No such name"));
  EXPECT_THAT(Left(), ElementsAre("odd"));
}

TEST_F(RetentionTest, WhatWasRemovedOneByOneBeforeAnEndIsNoFailure) {
  for (const char* const name : {"a", "b", "odd", "z"}) Put(name, 9999);
  rule_.manifest_folder = folder_ + "/manifest";
  store_.removals_left = 2;
  EXPECT_THAT(Apply(), IsError(StatusCode::kCancelled, HasSubstr("Run is cancelled")));
  ASSERT_EQ(Left().size(), 2U);
  const auto lines = [&](const std::string& name) {
    const std::string text = Content("manifest/" + name);
    return std::count(text.begin(), text.end(), '\n');
  };
  EXPECT_EQ(lines("Success.csv"), 1 + 2);
  EXPECT_EQ(lines("Failed.csv"), 1 + 2);
}

TEST_F(RetentionTest, APathWithASlashIsNoFile) {
  Put("logs", 9999);
  rule_.path = folder_ + "/data/logs";
  rule_.folder = true;
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome, Apply());
  EXPECT_EQ(outcome.objects, 0);
  EXPECT_THAT(Left(), ElementsAre("logs"));
}

TEST_F(RetentionTest, WhatAKilledPurgeLeftOfItsManifestsGoesAfterADay) {
  Put(".Failed.csv.tenon-0123abcd", 86'401);
  Put(".Failed.csv.tenon-89abcdef", 86'399);
  Put(".Failed.csv", 99'999);
  rule_.manifest_folder = folder_ + "/data";
  rule_.path = folder_ + "/nothing";
  EXPECT_THAT(Apply().status(), tenon::testing::IsOk());
  EXPECT_THAT(Left(), ElementsAre(".Failed.csv", ".Failed.csv.tenon-89abcdef", "Failed.csv",
                                  "Success.csv"));
}

TEST_F(RetentionTest, ObjectsMoveToAnotherStorageClassUnlessTheyHaveIt) {
  Put("a", 9999);
  Put("cold", 9999);
  rule_.to_class = "GLACIER";
  ASSERT_OK_AND_ASSIGN(const RetentionOutcome outcome, Apply());
  EXPECT_EQ(outcome.objects, 1);
  EXPECT_THAT(store_.moved, ElementsAre(folder_ + "/data/a GLACIER"));
  rule_.to_class = "GLACIR";
  EXPECT_THAT(Apply(),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("Storage class is not known: value=GLACIR known=STANDARD "),
                            HasSubstr("Did you mean GLACIER?"))));
}

TEST_F(RetentionTest, LocalFilesHaveNoStorageClasses) {
  Put("a", 9999);
  rule_.to_class = "GLACIER";
  LocalStore plain;
  EXPECT_THAT(ApplyRetention(plain, manifests_, rule_, kNow),
              IsError(StatusCode::kUnsupported, HasSubstr("Store has no storage classes: path=")));
}

}  // namespace
}  // namespace tenon::object_store
