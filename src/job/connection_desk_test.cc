#include "job/connection_desk.h"

#include "job/secret_options.h"
#include "testing/home_folder.h"
#include "testing/killed_process.h"
#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon::job {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::HomeFolder;
using ::testing::IsEmpty;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kCanary = "canary-9d2b";

Status CreateNamed(const std::filesystem::path& home, const std::string& properties,
                   IfThere if_there) {
  TENON_ASSIGN_OR_RETURN(catalog::Connection connection,
                         catalog::ParseConnection("orders", "CUSTOM", Secret(properties)));
  const auto connector = testing::MakeFakeConnector(std::make_shared<testing::FakeStore>());
  return ConnectionDesk(home).Create(std::move(connection), {connector}, if_there).status();
}

class ConnectionDeskTest : public ::testing::Test {
 protected:
  Status Create(const std::string& properties, IfThere if_there = IfThere::kFail) {
    return CreateNamed(home_.path(), properties, if_there);
  }
  // Of the stored connection, unsealed.
  std::string Property(const std::string& name) {
    Result<catalog::Connection> connection = desk_.Get("orders");
    if (!connection.ok()) return connection.status().ToString();
    const Status unsealed = UnsealProperties(*sealed_, &*connection);
    const Result<Secret> value = connection->properties.GetSecret(name);
    return unsealed.ok() && value.ok() ? std::string(value->Reveal()) : unsealed.ToString();
  }
  std::vector<std::filesystem::path> Sealed() {
    return HomeFiles(home_.path() / "secrets" / "connection");
  }
  static std::vector<std::filesystem::path> HomeFiles(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      files.push_back(entry.path());
    return files;
  }

  HomeFolder home_;
  ConnectionDesk desk_{home_.path()};
  const std::unique_ptr<secret::SecretStore> sealed_ = OpenSealedProperties(home_.path());
};

TEST_F(ConnectionDeskTest, SecretPropertiesAreSealedAndComeBack) {
  ASSERT_THAT(Create(R"({"USERNAME": "ada", "PASSWORD": "canary-9d2b", "apiKey": "canary-9d2b",
                         "JDBC_CONNECTION_URL": "jdbc:x://ada:canary-9d2b@h/d",
                         "note": "${password}"})"),
              IsOk());
  for (const auto& file : home_.Files())
    EXPECT_THAT(HomeFolder::Read(file), Not(HasSubstr(kCanary))) << file;
  ASSERT_OK_AND_ASSIGN(const catalog::Connection stored, desk_.Get("orders"));
  EXPECT_THAT(stored.properties.Get("USERNAME"), IsOkAndHolds("ada"));
  EXPECT_THAT(stored.properties.Get("note"), IsOkAndHolds("${password}"));
  for (const char* name : {"PASSWORD", "apiKey", "JDBC_CONNECTION_URL"})
    EXPECT_TRUE(stored.properties.IsSecret(name)) << name;
  EXPECT_EQ(Property("PASSWORD"), kCanary);
  EXPECT_EQ(Property("JDBC_CONNECTION_URL"), "jdbc:x://ada:canary-9d2b@h/d");
  EXPECT_EQ(Property("USERNAME"), "ada");
}

TEST_F(ConnectionDeskTest, AUrlWithPlaceholdersIsNoSecret) {
  ASSERT_THAT(
      Create(R"({"JDBC_CONNECTION_URL": "jdbc:x://${user}:${password}@h?password=${password}"})"),
      IsOk());
  ASSERT_OK_AND_ASSIGN(const catalog::Connection stored, desk_.Get("orders"));
  EXPECT_FALSE(stored.properties.IsSecret("JDBC_CONNECTION_URL"));
  EXPECT_FALSE(std::filesystem::exists(home_.path() / "secret.key"));
}

TEST_F(ConnectionDeskTest, IsReplacedOnlyWhenAskedAndTheOldSealGoes) {
  ASSERT_THAT(Create(R"({"PASSWORD": "old"})"), IsOk());
  EXPECT_THAT(
      Create(R"({"PASSWORD": "new"})"),
      IsErrorNumber(1201, AllOf(HasSubstr("already: name=orders"), HasSubstr("--replace"))));
  EXPECT_EQ(Property("PASSWORD"), "old");
  ASSERT_THAT(Create(R"({"PASSWORD": "new"})", IfThere::kReplace), IsOk());
  EXPECT_EQ(Property("PASSWORD"), "new");
  EXPECT_THAT(Sealed(), SizeIs(1));
  ASSERT_THAT(Create(R"({"USERNAME": "ada"})", IfThere::kReplace), IsOk());
  EXPECT_THAT(Sealed(), IsEmpty());
}

TEST_F(ConnectionDeskTest, WhatWasSealedGoesWithTheConnection) {
  ASSERT_THAT(Create(R"({"PASSWORD": "x"})"), IsOk());
  EXPECT_THAT(desk_.Delete("order"), IsErrorNumber(1200, HasSubstr("mean orders?")));
  ASSERT_THAT(desk_.Delete("orders"), IsOk());
  EXPECT_THAT(Sealed(), IsEmpty());
}

TEST_F(ConnectionDeskTest, ASealThatIsGoneOrChangedIsToldAtTheConnection) {
  ASSERT_THAT(Create(R"({"PASSWORD": "canary-9d2b"})"), IsOk());
  const auto file = Sealed().at(0);
  HomeFolder::Write(file, "{}");
  EXPECT_THAT(Property("PASSWORD"),
              AllOf(HasSubstr("damaged"), HasSubstr("connection=orders"), Not(HasSubstr(kCanary))));
  std::filesystem::remove(file);
  EXPECT_THAT(Property("PASSWORD"), HasSubstr("Secret is not known"));
  ASSERT_OK_AND_ASSIGN(const catalog::Connection stored, desk_.Get("orders"));
  ASSERT_THAT(sealed_->Put(stored.sealed_name, Secret(R"({"PASSWORD": 1})"), IfThere::kFail),
              IsOk());
  EXPECT_THAT(Property("PASSWORD"), HasSubstr("Sealed properties do not fit the connection"));
}

#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS
TEST_F(ConnectionDeskTest, DISABLED_Writer) {
  static_cast<void>(
      CreateNamed(testing::WordOfTest(), R"({"PASSWORD": "new"})", IfThere::kReplace));
}

TEST_F(ConnectionDeskTest, AKilledWriterLeavesAWholeConnectionAndTheNextSweeps) {
  ASSERT_THAT(Create(R"({"PASSWORD": "old"})"), IsOk());
  const std::string writer = "ConnectionDeskTest.DISABLED_Writer";
  const std::pair<std::string, std::string> cuts[] = {
      {"S01", "old"}, {"S02", "old"}, {"S03", "old"}, {"S04", "new"}};
  for (const auto& [point, wanted] : cuts) {
    ASSERT_TRUE(testing::KilledAt(point, writer, home_.path())) << point;
    EXPECT_EQ(Property("PASSWORD"), wanted) << point;
  }
  ASSERT_THAT(Create(R"({"PASSWORD": "last"})", IfThere::kReplace), IsOk());
  EXPECT_THAT(Sealed(), SizeIs(1));
  EXPECT_THAT(home_.Files(".unfinished"), IsEmpty());
}
#endif

TEST(SecretOptionsTest, AreToldByDeclarationNameAndUrl) {
  const std::string schema = R"({"properties": {"pin": {"type": "string", "writeOnly": true},
                                                "user": {"type": "string"}}})";
  EXPECT_TRUE(IsSecretOption(schema, "PIN", "1"));
  EXPECT_FALSE(IsSecretOption(schema, "user", "ada"));
  EXPECT_TRUE(IsSecretOption(schema, "password", "x"));
  EXPECT_TRUE(IsSecretOption("", "url", "jdbc:x://h/d?user=a&password=b"));
  EXPECT_FALSE(IsSecretOption("", "url", "jdbc:x://h/d?user=a&password=${p}"));
  EXPECT_FALSE(IsSecretOption("", "query", "select 1 where password='b'"));
  EXPECT_EQ(DeclaredAs(schema, "Pin"), Declared::kSecret);
  EXPECT_EQ(DeclaredAs(schema, "user"), Declared::kPlain);
  EXPECT_EQ(DeclaredAs(schema, "else"), Declared::kNo);
  EXPECT_EQ(DeclaredAs("no json", "user"), Declared::kNo);
}

}  // namespace
}  // namespace tenon::job
