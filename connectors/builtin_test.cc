#include "connectors/builtin.h"

#include <string>

#include "testing/matchers.h"

namespace tenon {
namespace {

using ::testing::ElementsAre;

TEST(BuiltinTest, ListsEveryConnectorOnce) {
  std::vector<std::string> names;
  for (const std::shared_ptr<Connector>& connector : BuiltinConnectors()) {
    names.push_back(connector->info().name);
  }
  EXPECT_THAT(names, ElementsAre("files", "memory", "sequence", "sqlite"));
}

TEST(BuiltinTest, EachSaysWhatItIs) {
  for (const std::shared_ptr<Connector>& connector : BuiltinConnectors()) {
    const ConnectorInfo info = connector->info();
    EXPECT_FALSE(info.version.empty()) << info.name;
    EXPECT_TRUE(info.help.ends_with('.')) << info.name;
    EXPECT_FALSE(info.options_schema.empty() && info.sink_options_schema.empty()) << info.name;
  }
}

}  // namespace
}  // namespace tenon
