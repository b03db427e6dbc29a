#include "catalog/connection.h"

#include "testing/matchers.h"

namespace tenon::catalog {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::Not;

Result<Connection> Parse(std::string text, std::string_view kind = "custom") {
  return ParseConnection("orders", kind, Secret(std::move(text)));
}

TEST(ConnectionTest, AnObjectOfPropertiesIsEnough) {
  ASSERT_OK_AND_ASSIGN(const Connection connection,
                       Parse(R"({"CONNECTOR_CLASS_NAME": "a.B", "rows": 10, "strict": true})"));
  EXPECT_EQ(connection.kind, "CUSTOM");
  EXPECT_THAT(connection.properties.names(), ElementsAre("CONNECTOR_CLASS_NAME", "rows", "strict"));
  EXPECT_THAT(connection.properties.Get("rows"), IsOkAndHolds("10"));
  EXPECT_THAT(connection.properties.Get("strict"), IsOkAndHolds("true"));
}

TEST(ConnectionTest, WhatGluePrintsIsTakenAsItIs) {
  ASSERT_OK_AND_ASSIGN(const Connection connection, Parse(R"({"Connection": {
      "Name": "orders", "Description": "of the shop", "ConnectionType": "JDBC",
      "MatchCriteria": ["a", "b"], "ConnectionProperties": {"JDBC_CONNECTION_URL": "jdbc:x:y"},
      "PhysicalConnectionRequirements": {"SubnetId": "s-1"}, "CreationTime": 1.5, "Status": "READY",
      "AuthenticationConfiguration": {"AuthenticationType": "BASIC", "SecretArn": "arn:x"}}})",
                                                          "JDBC"));
  EXPECT_EQ(connection.description, "of the shop");
  EXPECT_THAT(connection.match_criteria, ElementsAre("a", "b"));
  EXPECT_THAT(connection.properties.Get("SECRET_ID"), IsOkAndHolds("arn:x"));
  EXPECT_EQ(connection.physical["SubnetId"], "s-1");
}

TEST(ConnectionTest, AWrongFileIsToldWithoutShowingItsValues) {
  const auto wrong = [](const char* words) {
    return IsErrorNumber(1204, AllOf(HasSubstr(words), Not(HasSubstr("canary"))));
  };
  EXPECT_THAT(Parse(R"({"PASSWORD": "canary)"), wrong("reason=not JSON byte="));
  EXPECT_THAT(Parse("canary"), wrong("Wanted is an object of properties"));
  EXPECT_THAT(Parse(R"(["canary"])"), wrong("path=$ wanted=object is=array"));
  EXPECT_THAT(Parse(R"({"PASSWORD": ["canary"]})"),
              wrong("path=$.PASSWORD wanted=string is=array"));
  EXPECT_THAT(Parse(R"({"PASSWORD": null})"), wrong("path=$.PASSWORD wanted=string is=null"));
  EXPECT_THAT(Parse(R"({"a": "canary", "A": "canary"})"), wrong("path=$.A reason=is there twice"));
  EXPECT_THAT(Parse(R"({"Descripton": "canary", "ConnectionProperties": {}})"),
              wrong("path=$.Descripton. Did you mean Description?"));
  EXPECT_THAT(Parse(R"({"Description": ["canary"], "ConnectionProperties": {}})"),
              wrong("path=$.Description"));
  EXPECT_THAT(Parse(R"({"ConnectionProperties": "canary"})"), wrong("path=$.ConnectionProperties"));
  EXPECT_THAT(Parse(R"({"Name": "other", "ConnectionProperties": {}})"),
              wrong("path=$.Name file=other given=orders"));
  EXPECT_THAT(Parse(R"({"ConnectionType": "JDBC", "ConnectionProperties": {}})"),
              wrong("path=$.ConnectionType file=JDBC given=CUSTOM"));
  EXPECT_THAT(Parse(R"({"ConnectionProperties": {},
                        "AuthenticationConfiguration": {"OAuth2Properties": "canary"}})"),
              wrong("path=$.AuthenticationConfiguration.OAuth2Properties"));
}

TEST(ConnectionTest, UnknownKindsAndWrongNamesAreTold) {
  EXPECT_THAT(Parse("{}", "CUSTM"),
              IsErrorNumber(1202, AllOf(HasSubstr("type=CUSTM"), HasSubstr("mean CUSTOM?"))));
  EXPECT_THAT(Parse("{}", "frobnicate!"), IsErrorNumber(1202, HasSubstr("JDBC for databases")));
  for (const std::string& name : {std::string(), std::string("a\nb"), std::string(256, 'a'),
                                  std::string(100, '/'), std::string("\xff")}) {
    EXPECT_THAT(CheckConnectionName(name),
                IsErrorNumber(1205, HasSubstr("Take 1 to 255 bytes of UTF-8")));
  }
  EXPECT_THAT(CheckConnectionName("Kunden & Aufträge/2026"), IsOk());
}

TEST(ConnectionTest, TheStoredFormKeepsAllButSecretsWhichAreMaskedWhenShown) {
  ASSERT_OK_AND_ASSIGN(Connection connection, Parse(R"({"Description": "d", "ConnectionProperties":
                                 {"USERNAME": "ada", "PASSWORD": "canary-1"},
                                 "PhysicalConnectionRequirements": {"SubnetId": "s"}})"));
  connection.properties.SetSecret("PASSWORD", Secret("canary-1"));
  connection.sealed_name = "0a1b";
  connection.created_us = 1'000'000;
  connection.updated_us = 2'000'000;
  const std::string stored = base::DumpJson(StoredConnection(connection));
  EXPECT_THAT(stored, Not(HasSubstr("canary")));
  ASSERT_OK_AND_ASSIGN(const Connection back, ParseStoredConnection(stored));
  EXPECT_EQ(base::DumpJson(ShownConnection(back)),
            R"({"Name":"orders","ConnectionType":"CUSTOM","Description":"d",)"
            R"("ConnectionProperties":{"USERNAME":"ada","PASSWORD":"***"},)"
            R"("PhysicalConnectionRequirements":{"SubnetId":"s"},)"
            R"("CreationTime":"1970-01-01T00:00:01.000Z",)"
            R"("LastUpdatedTime":"1970-01-01T00:00:02.000Z"})");
  EXPECT_EQ(back.sealed_name, "0a1b");
}

}  // namespace
}  // namespace tenon::catalog
