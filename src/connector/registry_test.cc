#include "connector/registry.h"

#include <stdexcept>

#include "connector/connection_types.h"
#include "testing/matchers.h"

namespace tenon::connector {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Named : public Connector {
 public:
  Named(std::string name, std::vector<std::string> class_names = {}, Capabilities can = {})
      : name_(std::move(name)), class_names_(std::move(class_names)), can_(can) {}
  ConnectorInfo info() const override {
    if (name_ == "throws") throw std::runtime_error("no info");
    return {.name = name_, .version = "1", .class_names = class_names_, .can = can_};
  }

 private:
  std::string name_;
  std::vector<std::string> class_names_;
  Capabilities can_;
};

Registry SomeConnectors() {
  Registry registry;
  EXPECT_THAT(registry.Add(std::make_shared<Named>("sequence")), IsOk());
  EXPECT_THAT(registry.Add(std::make_shared<Named>("files")), IsOk());
  EXPECT_THAT(
      registry.Add(std::make_shared<Named>("orders", std::vector<std::string>{"com.example.Orders"},
                                           Capabilities{.write = false})),
      IsOk());
  EXPECT_THAT(
      registry.Add(std::make_shared<Named>("audit", std::vector<std::string>{"com.example.Audit"},
                                           Capabilities{.read = false})),
      IsOk());
  return registry;
}

TEST(RegistryTest, FindsByNameAndByClassName) {
  const Registry registry = SomeConnectors();
  EXPECT_THAT(registry.names(), ElementsAre("audit", "files", "orders", "sequence"));
  ASSERT_OK_AND_ASSIGN(auto by_name, registry.Find("ORDERS"));
  ASSERT_OK_AND_ASSIGN(auto by_class, registry.FindByClassName("com.example.Orders"));
  EXPECT_EQ(by_name, by_class);
  EXPECT_THAT(registry.FindByClassName("orders"), IsOk()) << "its own name works too";
  EXPECT_EQ(registry.infos()[2].class_names[0], "com.example.Orders");
}

TEST(RegistryTest, SuggestsTheNearestName) {
  const Registry registry = SomeConnectors();
  EXPECT_THAT(registry.Find("sequense"),
              IsErrorNumber(1011, AllOf(HasSubstr("Connector is not known: name=sequense"),
                                        HasSubstr("Did you mean sequence?"))));
  EXPECT_THAT(registry.FindByClassName("com.example.Order"),
              IsErrorNumber(1011, HasSubstr("Did you mean com.example.Orders?")));
  EXPECT_THAT(registry.Find("qqqqqqqqqqqqqqqqqqqq"),
              IsErrorNumber(1011, HasSubstr("Known: audit, files, orders, sequence.")));
  EXPECT_THAT(Registry().Find("x"),
              IsError(StatusCode::kNotFound, HasSubstr("No connector is there.")));
}

TEST(RegistryTest, RefusesTwoOfTheSameNameOrClass) {
  Registry registry = SomeConnectors();
  EXPECT_THAT(registry.Add(std::make_shared<Named>("Files")),
              IsError(StatusCode::kAlreadyExists, HasSubstr("same name: name=Files")));
  EXPECT_THAT(registry.Add(
                  std::make_shared<Named>("other", std::vector<std::string>{"com.example.Orders"})),
              IsError(StatusCode::kAlreadyExists,
                      HasSubstr("class=com.example.Orders connectors=orders,other")));
  EXPECT_THAT(registry.Add(std::make_shared<Named>("")),
              IsError(StatusCode::kInvalidArgument, HasSubstr("has no name")));
  EXPECT_EQ(registry.names().size(), 4u);
}

TEST(RegistryTest, AConnectorWhoseInfoThrowsIsAnError) {
  Registry registry;
  EXPECT_THAT(registry.Add(std::make_shared<Named>("throws")),
              IsErrorNumber(3003, HasSubstr("call=info what=no info")));
}

TEST(ConnectionTypesTest, KnowsGluesSixTypes) {
  const Registry registry = SomeConnectors();
  struct Row {
    const char* text;
    Interface interface;
    bool marketplace;
  };
  for (const Row& row :
       {Row{"custom.spark", Interface::kSpark, false}, Row{"Custom.JDBC", Interface::kJdbc, false},
        Row{"custom.athena", Interface::kAthena, false},
        Row{"marketplace.spark", Interface::kSpark, true},
        Row{"marketplace.jdbc", Interface::kJdbc, true},
        Row{"marketplace.athena", Interface::kAthena, true}}) {
    ASSERT_OK_AND_ASSIGN(ConnectionType type, ParseConnectionType(row.text, registry));
    EXPECT_EQ(type.interface, row.interface) << row.text;
    EXPECT_EQ(type.marketplace, row.marketplace) << row.text;
  }
}

TEST(ConnectionTypesTest, KnowsNativeStoresAndConnectorsByName) {
  const Registry registry = SomeConnectors();
  ASSERT_OK_AND_ASSIGN(ConnectionType s3, ParseConnectionType("s3", registry));
  EXPECT_EQ(s3.connector, "files");
  EXPECT_EQ(s3.format, "");
  ASSERT_OK_AND_ASSIGN(ConnectionType parquet, ParseConnectionType("parquet", registry));
  EXPECT_EQ(parquet.connector, "files");
  EXPECT_EQ(parquet.format, "parquet");
  ASSERT_OK_AND_ASSIGN(ConnectionType own, ParseConnectionType("sequence", registry));
  EXPECT_EQ(own.connector, "sequence");
}

TEST(ConnectionTypesTest, SuggestsTheNearestType) {
  const Registry registry = SomeConnectors();
  EXPECT_THAT(ParseConnectionType("custom.spork", registry),
              IsErrorNumber(1010, AllOf(HasSubstr("connection_type=custom.spork"),
                                        HasSubstr("Did you mean custom.spark?"))));
  EXPECT_THAT(ParseConnectionType("sequnce", registry),
              IsErrorNumber(1010, HasSubstr("Did you mean sequence?")));
  EXPECT_THAT(ParseConnectionType("s3", Registry()), IsErrorNumber(1010, HasSubstr("not known")))
      << "a type that nothing can serve is not known";
}

TEST(ConnectionTypesTest, ResolvesByClassNameAndChecksTheDirection) {
  const Registry registry = SomeConnectors();
  const Options none;
  const Options orders = Options().Set("classname", "com.example.Orders");
  const Options audit = Options().Set("className", "com.example.Audit");
  ASSERT_OK_AND_ASSIGN(ResolvedConnector found,
                       ResolveConnector(registry, "custom.spark", orders, Direction::kRead));
  EXPECT_EQ(found.connector->info().name, "orders");
  EXPECT_THAT(ResolveConnector(registry, "sequence", none, Direction::kWrite), IsOk());
  EXPECT_THAT(ResolveConnector(registry, "custom.spark", none, Direction::kRead),
              IsErrorNumber(1003, HasSubstr("option=className connection_type=custom.spark")));
  EXPECT_THAT(ResolveConnector(registry, "custom.athena", orders, Direction::kWrite),
              IsErrorNumber(1014, HasSubstr("Athena connectors only read")));
  EXPECT_THAT(ResolveConnector(registry, "custom.spark", orders, Direction::kWrite),
              IsErrorNumber(1014, HasSubstr("connector=orders")));
  EXPECT_THAT(ResolveConnector(registry, "custom.spark", audit, Direction::kRead),
              IsErrorNumber(1013, HasSubstr("connector=audit")));
}

}  // namespace
}  // namespace tenon::connector
