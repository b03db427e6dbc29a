#include "job/named_options.h"

#include "job/connection_desk.h"
#include "testing/home_folder.h"
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
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class NamedOptionsTest : public ::testing::Test {
 protected:
  NamedOptionsTest() {
    EXPECT_TRUE(
        registry_.Add(testing::MakeFakeConnector(std::make_shared<testing::FakeStore>())).ok());
  }
  void Connection(const std::string& name, const std::string& kind, const std::string& text) {
    Result<catalog::Connection> connection = catalog::ParseConnection(name, kind, Secret(text));
    ASSERT_TRUE(connection.ok()) << connection.status().ToString();
    ASSERT_THAT(ConnectionDesk(home_.path()).Create(*connection, {}, IfThere::kFail), IsOk());
  }
  void StoreSecret(const std::string& name, const std::string& text) {
    ASSERT_THAT(OpenSecrets(home_.path())->Put(name, Secret(text), IfThere::kFail), IsOk());
  }
  Result<FilledOptions> Fill(const std::string& type, const Options& given) {
    return names_.Fill(registry_, type, given);
  }
  // "user=ada password=x", revealed; the error in its place.
  std::string Filled(const std::string& type, const Options& given) {
    const Result<FilledOptions> filled = Fill(type, given);
    if (!filled.ok()) return filled.status().ToString();
    std::string text;
    for (const std::string& name : filled->options.names()) {
      text += (text.empty() ? "" : " ") + name + "=" +
              std::string(filled->options.GetSecret(name)->Reveal());
    }
    return text;
  }

  HomeFolder home_;
  connector::Registry registry_;
  base::Redactor redactor_;
  const NamedOptions names_{home_.path(), redactor_};
};

TEST_F(NamedOptionsTest, OptionsThatNameNothingStayAsTheyAreAndTouchNothing) {
  EXPECT_EQ(Filled("custom.spark", Options().Set("path", "a${b}").Set("url", "x")),
            "path=a${b} url=x");
  EXPECT_THAT(home_.Files(), IsEmpty());
}

TEST_F(NamedOptionsTest, PropertiesOfAConnectionBecomeOptionsAndTheScriptsOwnGoFirst) {
  Connection("orders", "CUSTOM",
             R"({"CONNECTOR_TYPE": "Jdbc", "CONNECTOR_CLASS_NAME": "test.Fake",
                 "CONNECTOR_URL": "s3://b/x.jar", "JDBC_CONNECTION_URL": "jdbc:fake:a",
                 "USERNAME": "ada", "PASSWORD": "canary-1", "dbTable": "t", "fetchsize": "7",
                 "JDBC_ENFORCE_SSL": "false"})");
  const Options given = Options().Set("connectionName", "orders").Set("dbtable", "mine");
  EXPECT_EQ(
      Filled("custom.jdbc", given),
      "className=test.Fake url=jdbc:fake:a user=ada dbTable=mine fetchsize=7 password=canary-1");
  ASSERT_OK_AND_ASSIGN(const FilledOptions filled, Fill("custom.jdbc", given));
  EXPECT_TRUE(filled.options.IsSecret("password"));
  EXPECT_FALSE(filled.options.IsSecret("user"));
  EXPECT_TRUE(redactor_.HoldsSecret("canary-1"));
  EXPECT_EQ(Filled("custom.jdbc", Options(given).Set("password", "own").Set("user", "eve")),
            "className=test.Fake url=jdbc:fake:a user=eve dbTable=mine fetchsize=7 password=own");
}

TEST_F(NamedOptionsTest, TheScriptsSecretGoesBeforeTheConnectionsWhichGoesBeforeItsProperties) {
  StoreSecret("of-connection", R"({"username": "u-conn", "password": "p-conn"})");
  StoreSecret("of-script", R"({"User": "u-script", "PASSWORD": "p-script", "host": "ignored"})");
  Connection("plain", "CUSTOM", R"({"USERNAME": "u-prop", "PASSWORD": "p-prop", "url": "jdbc:f"})");
  Connection("both", "CUSTOM",
             R"({"USERNAME": "u-prop", "PASSWORD": "p-prop", "url": "jdbc:f",
                 "SECRET_ID": "of-connection"})");
  const auto filled = [&](const char* connection, const char* secret, bool own_password) {
    Options given;
    given.Set("connectionName", connection);
    if (*secret != 0) given.Set("secretId", secret);
    if (own_password) given.Set("password", "p-own");
    return Filled("custom.jdbc", given);
  };
  EXPECT_EQ(filled("plain", "", false), "user=u-prop url=jdbc:f password=p-prop");
  EXPECT_EQ(filled("both", "", false), "user=u-conn url=jdbc:f password=p-conn");
  EXPECT_EQ(filled("both", "of-script", false), "user=u-script url=jdbc:f password=p-script");
  EXPECT_EQ(filled("both", "of-script", true), "user=u-script url=jdbc:f password=p-own");
}

TEST_F(NamedOptionsTest, PlaceholdersOfTheUrlAreFilledAndNotSaidTwice) {
  StoreSecret("db", R"({"user": "ada", "Password": "canary-2", "Token": 42})");
  Connection("orders", "CUSTOM",
             R"({"JDBC_CONNECTION_URL": "jdbc:f:u=${user};p=${Password};t=${Token}",
                 "SECRET_ID": "db", "USERNAME": "other"})");
  const Options given = Options().Set("connectionName", "orders");
  EXPECT_EQ(Filled("custom.jdbc", given), "url=jdbc:f:u=ada;p=canary-2;t=42");
  ASSERT_OK_AND_ASSIGN(const FilledOptions filled, Fill("custom.jdbc", given));
  EXPECT_TRUE(filled.options.IsSecret("url"));
  EXPECT_TRUE(redactor_.HoldsSecret("x jdbc:f:u=ada;p=canary-2;t=42 y"));
  EXPECT_TRUE(redactor_.HoldsSecret("canary-2"));
  // What the URL says by itself stays what it is.
  EXPECT_EQ(Filled("custom.jdbc",
                   Options().Set("secretId", "db").Set("url", "jdbc:f?user=eve&password=x")),
            "url=jdbc:f?user=eve&password=x");
}

TEST_F(NamedOptionsTest, UserAndPasswordOfTheOptionsFillPlaceholdersToo) {
  EXPECT_EQ(Filled("custom.jdbc", Options()
                                      .Set("url", "jdbc:f:${user}/${password}")
                                      .Set("user", "ada")
                                      .Set("password", "x")),
            "url=jdbc:f:ada/x user=ada password=x");
}

TEST_F(NamedOptionsTest, ASparkConnectorGetsEveryKeyOfTheSecret) {
  StoreSecret("lake", R"({"sfUser": "ada", "sfPassword": "canary-3", "strict": true})");
  const Options given = Options().Set("secretId", "lake").Set("sfUser", "own");
  EXPECT_EQ(Filled("custom.spark", given), "sfUser=own sfPassword=canary-3 strict=true");
  ASSERT_OK_AND_ASSIGN(const FilledOptions filled, Fill("custom.spark", given));
  EXPECT_THAT(filled.from_secret, UnorderedElementsAre("sfPassword", "strict"));
  EXPECT_TRUE(filled.options.IsSecret("strict"));
}

TEST_F(NamedOptionsTest, AnEncodedUrlOfAConnectorIsRead) {
  Connection("template", "CUSTOM", R"({"JDBC_CONNECTION_URL": "[[\"default=jdbc:f:a\"], \",\"]"})");
  EXPECT_EQ(Filled("custom.jdbc", Options().Set("connectionName", "template")), "url=jdbc:f:a");
}

TEST_F(NamedOptionsTest, WhatIsNotThereIsToldAtItsPlace) {
  Connection("orders", "CUSTOM", R"({"SECRET_ID": "gone", "url": "jdbc:f:${password}"})");
  StoreSecret("plain", "canary-4");
  StoreSecret("nested", R"({"a": {"b": "canary-4"}})");
  StoreSecret("db", R"({"PassWord": "canary-4"})");
  EXPECT_THAT(Fill("custom.jdbc", Options().Set("connectionName", "ordres")),
              IsErrorNumber(1200, HasSubstr("Did you mean orders?")));
  EXPECT_THAT(Fill("custom.jdbc", Options().Set("connectionName", "orders")),
              IsErrorNumber(1210, AllOf(HasSubstr("name=gone"),
                                        HasSubstr("connection=orders property=SECRET_ID"))));
  EXPECT_THAT(Fill("custom.jdbc", Options().Set("secretId", "palin")),
              IsErrorNumber(1210, AllOf(HasSubstr("option=secretId"), HasSubstr("mean plain?"))));
  for (const char* id : {"plain", "nested"}) {
    EXPECT_THAT(Fill("custom.jdbc", Options().Set("secretId", id)),
                IsErrorNumber(1215, AllOf(HasSubstr(std::string("secretId=") + id),
                                          Not(HasSubstr("canary")))));
  }
  EXPECT_THAT(Fill("custom.jdbc", Options().Set("connectionName", "orders").Set("secretId", "db")),
              IsErrorNumber(1214, AllOf(HasSubstr("placeholder=password"),
                                        HasSubstr("connection=orders secretId=db"),
                                        Not(HasSubstr("canary")))));
  EXPECT_THAT(Fill("custom.jdbc", Options().Set("url", "jdbc:${x}")),
              IsErrorNumber(1214, HasSubstr("option=url secretId=none")));
  EXPECT_THAT(Fill("fake", Options().Set("useConnectionProperties", "true")),
              IsErrorNumber(1003, HasSubstr("option=connectionName")));
  EXPECT_THAT(Fill("custm.jdbc", Options().Set("connectionName", "orders")),
              IsErrorNumber(1010, HasSubstr("custom.jdbc")));
}

TEST_F(NamedOptionsTest, AConnectionOfAnotherTypeIsRefused) {
  Connection("jdbc", "JDBC", R"({"JDBC_CONNECTION_URL": "jdbc:postgresql://h/d"})");
  Connection("spark", "CUSTOM", R"({"CONNECTOR_TYPE": "Spark"})");
  Connection("network", "NETWORK", "{}");
  const auto other = [&](const char* name, const char* type, const char* words) {
    EXPECT_THAT(Fill(type, Options().Set("connectionName", name)),
                IsErrorNumber(1203, HasSubstr(words)));
  };
  other("jdbc", "custom.jdbc", "connection=jdbc type=JDBC connection_type=custom.jdbc");
  other("spark", "marketplace.spark", "takes connections of type MARKETPLACE");
  other("spark", "custom.jdbc", "CONNECTOR_TYPE=Spark connection_type=custom.jdbc");
  other("spark", "custom.athena", "Take connection_type custom.spark");
  other("spark", "fake", "a connection_type that begins with custom.");
  other("jdbc", "fake", "type=JDBC database=postgresql connection_type=fake");
  EXPECT_EQ(Filled("custom.spark", Options().Set("connectionName", "spark")), "");
  EXPECT_EQ(Filled("fake", Options().Set("connectionName", "network").Set("a", "b")), "a=b");
}

}  // namespace
}  // namespace tenon::job
