#include "catalog/connection_store.h"

#include <sys/stat.h>

#include "testing/home_folder.h"
#include "testing/killed_process.h"
#include "testing/matchers.h"

namespace tenon::catalog {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::HomeFolder;
using ::testing::IsEmpty;
using testing::IsErrorNumber;
using testing::IsOk;
using ::testing::SizeIs;

Status PutNamed(const std::filesystem::path& home, const std::string& name,
                const std::string& description) {
  ConnectionStore store(home);
  TENON_ASSIGN_OR_RETURN(Connection connection,
                         ParseConnection(name, "JDBC", Secret(R"({"USERNAME": "ada"})")));
  connection.description = description;
  TENON_ASSIGN_OR_RETURN(const auto lock, store.Lock());
  return store.Put(*lock, connection);
}

class ConnectionStoreTest : public ::testing::Test {
 protected:
  Status Put(const std::string& name, const std::string& description = "") {
    return PutNamed(home_.path(), name, description);
  }

  HomeFolder home_;
  ConnectionStore store_{home_.path()};
};

TEST_F(ConnectionStoreTest, GivesBackWhatWasPutUnderAnyName) {
  const std::vector<std::string> names = {".hidden", "../up", "Kunden & Aufträge", "a/b", "orders"};
  for (const std::string& name : names) ASSERT_THAT(Put(name, "of " + name), IsOk());
  for (const std::string& name : names) {
    ASSERT_OK_AND_ASSIGN(const Connection connection, store_.Get(name));
    EXPECT_EQ(connection.name, name);
    EXPECT_EQ(connection.description, "of " + name);
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<Connection> all, store_.List());
  ASSERT_THAT(all, SizeIs(5));
  EXPECT_EQ(all[0].name, "../up");
  EXPECT_EQ(FileNameOf("../up"), "%2E.%2Fup.json");
  EXPECT_THAT(home_.Files(".json"), SizeIs(5));
}

TEST_F(ConnectionStoreTest, AnUnknownNameGetsTheNearest) {
  EXPECT_THAT(store_.Get("orders"), IsErrorNumber(1200, HasSubstr("tenon conn create NAME")));
  ASSERT_THAT(Put("orders"), IsOk());
  EXPECT_THAT(store_.Get("ordres"),
              IsErrorNumber(1200, AllOf(HasSubstr("name=ordres"), HasSubstr("mean orders?"))));
  EXPECT_THAT(store_.Get("a\nb"), IsErrorNumber(1200, HasSubstr("name=a\\x0Ab")));
  ASSERT_OK_AND_ASSIGN(const auto lock, store_.Lock());
  EXPECT_THAT(store_.Delete(*lock, "order"), IsErrorNumber(1200, HasSubstr("mean orders?")));
  ASSERT_THAT(store_.Delete(*lock, "orders"), IsOk());
  EXPECT_THAT(home_.Files(".json"), IsEmpty());
}

TEST_F(ConnectionStoreTest, ADamagedFileIsNamed) {
  ASSERT_THAT(Put("orders"), IsOk());
  const auto file = home_.Files(".json").at(0);
  const std::string whole = HomeFolder::Read(file);
  for (const std::string& text : {std::string(), whole.substr(0, 40), std::string("[]"),
                                  std::string("{}"), std::string("\xff")}) {
    HomeFolder::Write(file, text);
    EXPECT_THAT(store_.Get("orders"),
                IsErrorNumber(1206, AllOf(HasSubstr(file.string()), HasSubstr("--replace"))));
  }
  EXPECT_THAT(Put("orders"), IsOk());
  EXPECT_THAT(store_.Get("orders"), IsOk());
}

TEST_F(ConnectionStoreTest, WritersExcludeEachOtherAndReadersWaitForNobody) {
  ASSERT_THAT(Put("orders"), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto lock, store_.Lock());
  EXPECT_THAT(store_.Lock(std::chrono::milliseconds(1)),
              IsErrorNumber(1224, HasSubstr("Connections are locked by another process")));
  EXPECT_THAT(store_.Get("orders"), IsOk());
}

TEST_F(ConnectionStoreTest, OthersMayReadNothing) {
  ASSERT_THAT(Put("orders"), IsOk());
  struct stat facts;
  ASSERT_EQ(stat(home_.Files(".json").at(0).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0600u);
  ASSERT_EQ(stat((home_.path() / "connections").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0700u);
}

#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS
TEST_F(ConnectionStoreTest, DISABLED_Writer) {
  static_cast<void>(PutNamed(testing::WordOfTest(), "orders", "new"));
}

TEST_F(ConnectionStoreTest, AKilledWriterLeavesTheOldOneOrTheNewOne) {
  ASSERT_THAT(Put("orders", "old"), IsOk());
  const std::string writer = "ConnectionStoreTest.DISABLED_Writer";
  ASSERT_TRUE(testing::KilledAt("S01", writer, home_.path()));
  ASSERT_OK_AND_ASSIGN(const Connection before, store_.Get("orders"));
  EXPECT_EQ(before.description, "old");
  ASSERT_TRUE(testing::KilledAt("S02", writer, home_.path()));
  ASSERT_OK_AND_ASSIGN(const Connection after, store_.Get("orders"));
  EXPECT_EQ(after.description, "new");
  ASSERT_OK_AND_ASSIGN(const auto lock, store_.Lock());
  EXPECT_THAT(home_.Files(".unfinished"), IsEmpty());
}
#endif

}  // namespace
}  // namespace tenon::catalog
