#include "connector/plugin_loader.h"

#include <cstdlib>
#include <fstream>

#include "testing/matchers.h"

namespace tenon::connector {
namespace {

namespace fs = std::filesystem;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;

const fs::path kPlugins = TENON_PLUGIN_FOLDER;

class PluginLoaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(::testing::TempDir()) /
        ("plugins_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Copy(const std::string& library, const fs::path& to) {
    fs::create_directories((folder_ / to).parent_path());
    fs::copy_file(kPlugins / library, folder_ / to);
  }
  fs::path folder_;
};

TEST_F(PluginLoaderTest, LoadsANamedLibrary) {
  ASSERT_OK_AND_ASSIGN(LoadedPlugins loaded,
                       LoadPlugins({.named = {(kPlugins / "minimal.so").string()}}));
  ASSERT_EQ(loaded.connectors.size(), 1u);
  EXPECT_EQ(loaded.connectors[0]->info().name, "minimal");
  EXPECT_EQ(loaded.Describe(), (kPlugins / "minimal.so").string() + ": minimal 1.5");
}

TEST_F(PluginLoaderTest, SearchesFoldersAndBundlesAndNotesWhatItCannotUse) {
  Copy("minimal.so", "connectors/my-bundle/minimal.so");
  Copy("no_entry.so", "connectors/no_entry.so");
  Copy("refuses.so", "path/refuses.so");
  Copy("needs_symbol.so", "path/needs_symbol.so");
  std::ofstream(folder_ / "path/text.so") << "this is no library";
  std::ofstream(folder_ / "path/readme.txt") << "not looked at";
  fs::create_directories(folder_ / "empty");
  const std::string search =
      (folder_ / "path").string() + "::" + (folder_ / "empty").string() + ":/nowhere";
  ASSERT_OK_AND_ASSIGN(LoadedPlugins loaded,
                       LoadPlugins({.search_path = search, .state_folder = folder_}));
  ASSERT_EQ(loaded.connectors.size(), 1u);
  EXPECT_EQ(loaded.connectors[0]->info().name, "minimal");
  const std::string text = loaded.Describe();
  EXPECT_THAT(text, HasSubstr("/path/needs_symbol.so: "));
  EXPECT_THAT(text, HasSubstr("undefined symbol: a_function_that_nobody_has"));
  EXPECT_THAT(text, HasSubstr("/path/refuses.so: Host is too old for this plug-in: needed=99"));
  EXPECT_THAT(text, AllOf(HasSubstr("/path/text.so: "), HasSubstr("file too short")));
  EXPECT_THAT(text, HasSubstr("/empty: no *.so in it"));
  EXPECT_THAT(text, HasSubstr("/nowhere: it does not exist"));
  EXPECT_THAT(text,
              HasSubstr("/connectors/no_entry.so: it has no entry point tenon_connector_init"));
  EXPECT_THAT(text, HasSubstr("/connectors/my-bundle/minimal.so: minimal 1.5"));
  EXPECT_EQ(text.find("readme"), std::string::npos);
}

TEST_F(PluginLoaderTest, ANamedLibraryThatCannotBeLoadedIsAnErrorWithEveryPlace) {
  Copy("minimal.so", "connectors/minimal.so");
  const std::string named = (kPlugins / "no_entry.so").string();
  EXPECT_THAT(LoadPlugins({.named = {named}, .search_path = "/nowhere", .state_folder = folder_}),
              IsErrorNumber(3002, AllOf(HasSubstr("Plug-in library was not loaded: path=" + named),
                                        HasSubstr(named + ": it has no entry point"),
                                        HasSubstr("/nowhere: it does not exist"),
                                        HasSubstr("connectors/minimal.so: minimal 1.5"))));
  EXPECT_THAT(LoadPlugins({.named = {"/nowhere/x.so"}}),
              IsErrorNumber(3002, HasSubstr("/nowhere/x.so: it does not exist")));
}

TEST_F(PluginLoaderTest, ALibraryFoundTwiceIsLoadedOnce) {
  Copy("minimal.so", "connectors/minimal.so");
  fs::create_symlink(folder_ / "connectors/minimal.so", folder_ / "link.so");
  ASSERT_OK_AND_ASSIGN(LoadedPlugins loaded,
                       LoadPlugins({.named = {(folder_ / "link.so").string()},
                                    .search_path = (folder_ / "connectors").string(),
                                    .state_folder = folder_}));
  EXPECT_EQ(loaded.connectors.size(), 1u);
}

TEST_F(PluginLoaderTest, NothingToLoadIsNoError) {
  ASSERT_OK_AND_ASSIGN(LoadedPlugins loaded, LoadPlugins({.state_folder = folder_}));
  EXPECT_TRUE(loaded.connectors.empty());
  EXPECT_EQ(loaded.Describe(), "");
}

TEST_F(PluginLoaderTest, ExplainsAMissingConnector) {
  ASSERT_OK_AND_ASSIGN(LoadedPlugins loaded, LoadPlugins({.search_path = "/nowhere"}));
  const Status missing = Registry().Find("orders").status();
  EXPECT_THAT(
      loaded.Explain(missing),
      IsErrorNumber(
          1011,
          HasSubstr("No connector is there. Plug-ins were looked for at:\n/nowhere: it does")));
  EXPECT_THAT(loaded.Explain(Status::Ok()), IsOk());
  EXPECT_EQ(loaded.Explain(Status::Internal("x")).hint(), "");
  EXPECT_EQ(LoadedPlugins().Explain(missing).hint(), missing.hint());
}

TEST_F(PluginLoaderTest, TakesTheSearchPathFromTheEnvironment) {
  setenv("TENON_CONNECTOR_PATH", "/a:/b", 1);
  const PluginPlaces places = PluginPlaces::FromEnvironment({"x.so"}, folder_);
  unsetenv("TENON_CONNECTOR_PATH");
  EXPECT_EQ(places.search_path, "/a:/b");
  EXPECT_EQ(places.state_folder, folder_);
  EXPECT_EQ(PluginPlaces::FromEnvironment({}, {}).search_path, "");
}

}  // namespace
}  // namespace tenon::connector
