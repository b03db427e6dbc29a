#include "object_store/local_store.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LocalStoreTest : public ::testing::Test {
 protected:
  LocalStoreTest() {
    std::string name = std::filesystem::temp_directory_path().string() + "/tenon-store-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~LocalStoreTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  void Put(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(Path(name)).parent_path());
    std::ofstream(Path(name), std::ios::binary) << content;
  }
  Result<StagedObject> StageText(const std::string& name, const std::string& text) {
    TENON_ASSIGN_OR_RETURN(const auto writer, store_.Stage(Path("tmp/" + name), Path(name)));
    for (const char& c : text) {
      TENON_RETURN_IF_ERROR(writer->Append({reinterpret_cast<const uint8_t*>(&c), 1}));
    }
    return writer->Finish();
  }
  std::vector<std::string> List(bool recurse) {
    std::vector<std::string> names;
    const auto enter = [&](const std::string&) { return recurse; };
    EXPECT_THAT(store_.List(folder_, enter,
                            [&](const ObjectInfo& info) {
                              names.push_back(info.path.substr(folder_.size() + 1));
                              return Status::Ok();
                            }),
                IsOk());
    return names;
  }

  LocalStore store_;
  std::string folder_;
};

TEST_F(LocalStoreTest, FilesThatAreNotWantedAreLeftOutByTheirNames) {
  Put("a", "1");
  Put("b", "22");
  Put("folder/c", "333");
  ASSERT_EQ(::symlink(Path("folder").c_str(), Path("link").c_str()), 0);
  ASSERT_EQ(::symlink(Path("a").c_str(), Path("other").c_str()), 0);
  std::vector<std::string> asked, visited;
  const auto name = [&](const std::string& path) { return path.substr(folder_.size() + 1); };
  EXPECT_THAT(store_.ListWanted(
                  folder_, [&](const std::string& path) { return name(path) == "link"; },
                  [&](const std::string& path) {
                    asked.push_back(name(path));
                    return name(path) != "a";
                  },
                  [&](const ObjectInfo& info) {
                    visited.push_back(name(info.path) + "=" + std::to_string(info.bytes));
                    return Status::Ok();
                  }),
              IsOk());
  EXPECT_THAT(asked, ElementsAre("a", "b", "link/c", "other"));
  EXPECT_THAT(visited, ElementsAre("b=2", "link/c=3", "other=1"));
}

TEST_F(LocalStoreTest, ListsSortedAndByLevels) {
  Put("b", "1");
  Put("a/y", "1");
  Put("a/x/z", "1");
  Put("c", "1");
  EXPECT_THAT(List(false), ElementsAre("b", "c"));
  EXPECT_THAT(List(true), ElementsAre("a/x/z", "a/y", "b", "c"));
}

TEST_F(LocalStoreTest, ReadsRangesAndStopsAtTheEnd) {
  Put("a", "0123456789");
  ASSERT_OK_AND_ASSIGN(const auto reader, store_.OpenRead(Path("a")));
  std::vector<uint8_t> bytes(4);
  EXPECT_THAT(reader->ReadAt(3, bytes), IsOkAndHolds(4u));
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "3456");
  EXPECT_THAT(reader->ReadAt(8, bytes), IsOkAndHolds(2u));
  EXPECT_THAT(reader->ReadAt(10, bytes), IsOkAndHolds(0u));
  EXPECT_THAT(store_.OpenRead(Path("none")),
              IsError(StatusCode::kNotFound, HasSubstr("path=" + Path("none"))));
  EXPECT_THAT(store_.Stat(Path("none")), IsError(StatusCode::kNotFound, HasSubstr("path=")));
}

TEST_F(LocalStoreTest, AListedFileIsReadAsItWasListedOrNotAtAll) {
  Put("a", "0123456789");
  ASSERT_OK_AND_ASSIGN(ObjectInfo listed, store_.Stat(Path("a")));
  ASSERT_OK_AND_ASSIGN(const auto reader, store_.OpenRead(listed));
  // What somebody adds from now on is not seen.
  std::ofstream(Path("a"), std::ios::app) << "more";
  std::vector<uint8_t> bytes(12);
  EXPECT_THAT(reader->ReadAt(2, bytes), IsOkAndHolds(8u));
  EXPECT_THAT(reader->ReadAt(11, bytes), IsOkAndHolds(0u));
  EXPECT_THAT(store_.OpenRead(listed),
              IsError(StatusCode::kDataError,
                      HasSubstr("File has changed since the read began: path=" + Path("a") +
                                " bytes=10 now=14")));
  listed.bytes = 14;
  EXPECT_THAT(store_.OpenRead(listed), IsError(StatusCode::kDataError, HasSubstr("has changed")));
  // Without a time nothing is known of it.
  listed.modified_ns = 0;
  EXPECT_TRUE(store_.OpenRead(listed).ok());
  ASSERT_THAT(store_.Remove(Path("a")), IsOk());
  listed.modified_ns = 1;
  EXPECT_THAT(store_.OpenRead(listed), IsError(StatusCode::kNotFound, HasSubstr("path=")));
}

TEST_F(LocalStoreTest, NamesAreSortedByAllTheirBytes) {
  for (const char* name :
       {"part-00010", "part-00002", "part-0", "part-\xc3\xbc", "part-00002x", "p"})
    Put(name, "1");
  EXPECT_THAT(List(false), ElementsAre("p", "part-0", "part-00002", "part-00002x", "part-00010",
                                       "part-\xc3\xbc"));
}

TEST_F(LocalStoreTest, AStagedObjectIsInvisibleUntilItIsPublishedOnce) {
  ASSERT_OK_AND_ASSIGN(const StagedObject object, StageText("a", "hello"));
  EXPECT_EQ(object.bytes, 5);
  EXPECT_FALSE(std::filesystem::exists(Path("a")));
  EXPECT_THAT(VerifyStaged(object), IsOk());
  EXPECT_THAT(store_.Publish(object), IsOkAndHolds(true));
  EXPECT_THAT(store_.Publish(object), IsOkAndHolds(false));
  EXPECT_TRUE(std::filesystem::exists(Path("a")));
}

TEST_F(LocalStoreTest, ATargetFolderThatIsGoneIsNoPublishing) {
  ASSERT_OK_AND_ASSIGN(StagedObject object, StageText("a", "hello"));
  object.final = Path("missing/a");
  EXPECT_THAT(store_.Publish(object),
              IsError(StatusCode::kNotFound, HasSubstr("File cannot be published")));
}

TEST_F(LocalStoreTest, VerifyFindsEveryChange) {
  ASSERT_OK_AND_ASSIGN(const StagedObject object, StageText("a", "hello, world"));
  Put("tmp/a", "hello, worle");
  EXPECT_THAT(VerifyStaged(object),
              IsError(StatusCode::kDataError, HasSubstr("bytes=12 expected=12")));
  Put("tmp/a", "hello, worl");
  EXPECT_THAT(VerifyStaged(object),
              IsError(StatusCode::kDataError, HasSubstr("bytes=11 expected=12")));
}

TEST_F(LocalStoreTest, DoesNotWriteOverATemporaryObject) {
  Put("tmp/a", "x");
  EXPECT_THAT(StageText("a", "y"),
              IsError(StatusCode::kAlreadyExists, HasSubstr("File is there already")));
}

TEST_F(LocalStoreTest, RenamesAFolderOnceAndNeverOverContent) {
  Put("from/a", "1");
  Put("full/b", "2");
  EXPECT_THAT(RenameFolder(Path("from"), Path("full")),
              IsError(StatusCode::kAlreadyExists, HasSubstr(Path("full"))));
  EXPECT_THAT(RenameFolder(Path("from"), Path("to")), IsOkAndHolds(true));
  EXPECT_THAT(RenameFolder(Path("from"), Path("to")), IsOkAndHolds(false));
  EXPECT_THAT(List(true), ElementsAre("full/b", "to/a"));
}

TEST_F(LocalStoreTest, RemovingWhatIsGoneIsFine) {
  Put("a/b", "1");
  EXPECT_THAT(store_.Remove(Path("a/b")), IsOk());
  EXPECT_THAT(store_.Remove(Path("a/b")), IsOk());
  EXPECT_THAT(RemoveFolder(Path("a")), IsOk());
  EXPECT_THAT(RemoveFolder(Path("a")), IsOk());
}

TEST_F(LocalStoreTest, ChecksumDoesNotDependOnThePieces) {
  std::vector<uint8_t> bytes(1000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 31);
  Checksum64 whole;
  whole.Add(bytes);
  for (size_t piece = 1; piece < 40; ++piece) {
    Checksum64 pieces;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      pieces.Add(std::span<const uint8_t>(bytes).subspan(at, std::min(piece, bytes.size() - at)));
    }
    EXPECT_EQ(pieces.value(), whole.value()) << piece;
  }
  bytes[500] ^= 1;
  Checksum64 other;
  other.Add(bytes);
  EXPECT_NE(other.value(), whole.value());
}

}  // namespace
}  // namespace tenon::object_store
