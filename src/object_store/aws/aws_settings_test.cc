#include "object_store/aws/aws_settings.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class AwsSettingsTest : public ::testing::Test {
 protected:
  AwsSettingsTest() {
    std::string name = std::filesystem::temp_directory_path().string() + "/tenon-aws-XXXXXX";
    home_ = mkdtemp(name.data());
    std::filesystem::create_directories(home_ + "/.aws");
    variables_["HOME"] = home_;
  }
  ~AwsSettingsTest() override { std::filesystem::remove_all(home_); }

  void Write(const std::string& file, const std::string& text) const {
    std::ofstream(home_ + "/.aws/" + file, std::ios::binary) << text;
  }
  Result<AwsProfile> Load(const std::string& name = "") const {
    return AwsProfile::Load(
        [this](const char* variable) -> std::optional<std::string> {
          const auto found = variables_.find(variable);
          if (found == variables_.end()) return std::nullopt;
          return found->second;
        },
        name);
  }

  std::string home_;
  std::map<std::string, std::string> variables_;
};

TEST_F(AwsSettingsTest, MergesBothFilesTheCredentialsFirst) {
  Write("credentials",
        "# keys\r\n[default]\r\naws_access_key_id = A\r\nAWS_Secret_Access_Key=s=1\r\n[p]\nx=2\n");
  Write("config",
        "[default]\nregion = eu-west-1\naws_access_key_id = B\ns3 =\n  addressing_style = path\n"
        "output = json\n[profile p]\nregion=us-east-2 \n; end\n[p]\nregion=never\n");
  ASSERT_OK_AND_ASSIGN(AwsProfile profile, Load());
  EXPECT_EQ(profile.name(), "default");
  EXPECT_EQ(profile.Text("aws_access_key_id"), "A");
  EXPECT_EQ(profile.SecretOf("aws_secret_access_key").Reveal(), "s=1");
  EXPECT_EQ(profile.Text("region"), "eu-west-1");
  EXPECT_EQ(profile.Text("s3.addressing_style"), "path");
  EXPECT_EQ(profile.Text("output"), "json");
  EXPECT_EQ(profile.Text("none"), "");
  variables_["AWS_PROFILE"] = "p";
  ASSERT_OK_AND_ASSIGN(profile, Load());
  EXPECT_EQ(profile.Text("region"), "us-east-2");
  EXPECT_EQ(profile.Text("x"), "2");
  ASSERT_OK_AND_ASSIGN(profile, Load("default"));
  EXPECT_EQ(profile.Text("region"), "eu-west-1");
}

TEST_F(AwsSettingsTest, AnAbsentProfileIsAnErrorOnlyWhenItWasNamed) {
  ASSERT_OK_AND_ASSIGN(const AwsProfile profile, Load());
  EXPECT_EQ(profile.Text("region"), "");
  EXPECT_THAT(Load("q"), IsErrorNumber(5010, AllOf(HasSubstr("profile=q"),
                                                   HasSubstr(home_ + "/.aws/credentials"))));
}

TEST_F(AwsSettingsTest, AWrongLineIsNamedAndNotShown) {
  Write("credentials", "[default]\naws_secret_access_key hushhush\n");
  EXPECT_THAT(Load(),
              IsError(StatusCode::kDataError, AllOf(HasSubstr("Setting has no equals sign: file="),
                                                    HasSubstr("line=2"), Not(HasSubstr("hush")))));
  Write("credentials", "\n[default\n");
  EXPECT_THAT(Load(), IsError(StatusCode::kDataError,
                              AllOf(HasSubstr("Section does not end"), HasSubstr("line=2"))));
}

}  // namespace
}  // namespace tenon::object_store
