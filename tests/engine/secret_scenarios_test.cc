// Secrets in the life of a job: a sink is asked with them in a process that never ran the script, and no file of the
// home, no message and no error shows them.
#include "job/connection_desk.h"
#include "tenon/job.h"
#include "testing/home_folder.h"
#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon {
namespace {

using ::testing::AllOf;
using testing::FakeStore;
using ::testing::HasSubstr;
using testing::HomeFolder;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::IsOkAndHolds;
using ::testing::Not;
using testing::StoreStep;

const std::string kPassword = "canary-pw-51d0";
const std::string kPath = "canary-path-51d0";

class Listener final : public JobObserver {
 public:
  void OnProgress(const std::vector<NodeProgress>& nodes) override {
    for (const NodeProgress& node : nodes) said += node.node + "\n";
  }
  void OnMessage(LogLevel, std::string_view text) override { said += std::string(text) + "\n"; }
  std::string said;
};

class SecretScenariosTest : public ::testing::Test {
 protected:
  SecretScenariosTest() {
    EXPECT_THAT(
        job::OpenSecrets(home_.path())
            ->Put("lake", Secret(R"({"password": "canary-pw-51d0", "path": "canary-path-51d0"})"),
                  job::IfThere::kFail),
        IsOk());
    Result<catalog::Connection> connection = catalog::ParseConnection(
        "orders", "CUSTOM",
        Secret(R"({"CONNECTOR_CLASS_NAME": "test.Fake", "SECRET_ID": "lake"})"));
    EXPECT_THAT(job::ConnectionDesk(home_.path()).Create(*connection, {}, job::IfThere::kFail),
                IsOk());
    store_->hook = [](const StoreStep& step, const TaskContext&) {
      if (step.place == "committed") return Status::Unavailable("Reply is lost");
      return step.place == "settle" ? Status::Internal("Refused with " + kPassword + kPath)
                                    : Status::Ok();
    };
  }
  JobSettings Settings() {
    return {.name = "nightly",
            .state_folder = home_.path(),
            .memory_bytes = 256 << 20,
            .threads = 2,
            .connectors = {testing::MakeFakeConnector(store_)},
            .observer = &listener_};
  }
  // Reads and writes to a sink whose options are these; its commit gets no answer.
  Status RunUnanswered(const Options& options) {
    TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Job> job, Job::Start(Settings()));
    TENON_ASSIGN_OR_RETURN(const Frame frame, job->Read({.connection_type = "fake"}));
    return job
        ->Write(frame, {.connection_type = "custom.spark", .options = options, .context = "A"})
        .status();
  }
  void ExpectNothingShown(const std::string& also) {
    for (const auto& file : home_.Files()) {
      if (file.string().find("/secrets/") != std::string::npos) continue;
      EXPECT_THAT(HomeFolder::Read(file), Not(HasSubstr("canary"))) << file;
    }
    EXPECT_THAT(listener_.said + also, Not(HasSubstr("canary")));
  }

  HomeFolder home_;
  std::shared_ptr<FakeStore> store_ = std::make_shared<FakeStore>();
  Listener listener_;
};

TEST_F(SecretScenariosTest, AnotherProcessFetchesTheSecretsOfAConnectionAndSettles) {
  const Status unknown = RunUnanswered(Options().Set("connectionName", "orders"));
  EXPECT_THAT(unknown, IsErrorNumber(9001, HasSubstr("Refused with ******")));
  ExpectNothingShown(unknown.ToString());
  store_->hook = nullptr;
  store_->recovery_options = Options();
  const Result<std::string> recovered = Job::Recover(Settings());
  EXPECT_THAT(recovered, IsOkAndHolds(HasSubstr("its rows are there")));
  for (const auto& [name, value] : {std::pair("password", kPassword), std::pair("path", kPath)}) {
    ASSERT_OK_AND_ASSIGN(const Secret given, store_->recovery_options.GetSecret(name));
    EXPECT_EQ(given.Reveal(), value);
  }
  ExpectNothingShown(*recovered);
}

TEST_F(SecretScenariosTest, WhatASettlingSaysIsRedactedToo) {
  ASSERT_FALSE(RunUnanswered(Options().Set("connectionName", "orders")).ok());
  const Status unknown = Job::Recover(Settings()).status();
  EXPECT_THAT(unknown, IsErrorNumber(9001, HasSubstr("Refused with ******")));
  ExpectNothingShown(unknown.ToString());
}

TEST_F(SecretScenariosTest, AConnectionThatIsGoneIsNamedByWhoSettles) {
  ASSERT_FALSE(RunUnanswered(Options().Set("connectionName", "orders")).ok());
  store_->hook = nullptr;
  ASSERT_THAT(job::ConnectionDesk(home_.path()).Delete("orders"), IsOk());
  EXPECT_THAT(Job::Recover(Settings()),
              IsErrorNumber(9001, AllOf(HasSubstr("Connection is not known: name=orders"),
                                        HasSubstr("tenon run recover nightly"))));
}

TEST_F(SecretScenariosTest, APasswordOfTheScriptServesItsRunAndIsKeptNowhere) {
  const Options options =
      Options().Set("className", "test.Fake").Set("path", "out").Set("password", kPassword);
  const Status unknown = RunUnanswered(options);
  EXPECT_THAT(unknown, IsErrorNumber(9001, HasSubstr("Refused with ***")));
  ASSERT_OK_AND_ASSIGN(const Secret given, store_->recovery_options.GetSecret("password"));
  EXPECT_EQ(given.Reveal(), kPassword);
  ExpectNothingShown("");
  EXPECT_THAT(Job::Recover(Settings()),
              IsErrorNumber(
                  9001, AllOf(HasSubstr("only be asked with its secrets"),
                              HasSubstr("options=password"), HasSubstr("by a stored connection"))));
}

TEST_F(SecretScenariosTest, ASourceThatFailsWithASecretInItsWordsIsRedacted) {
  store_->hook = [](const StoreStep& step, const TaskContext&) {
    return step.place == "next" ? Status::DataError("Login as ada:" + kPassword + " at " + kPath)
                                : Status::Ok();
  };
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Job> job, Job::Start(Settings()));
  ASSERT_OK_AND_ASSIGN(
      const Frame frame,
      job->Read({.connection_type = "custom.spark",
                 .options = Options().Set("className", "test.Fake").Set("secretId", "lake")}));
  const Status failed = job->Count(frame).status();
  EXPECT_THAT(failed.ToString(), HasSubstr("Login as ada:*** at ***"));
  ExpectNothingShown(failed.ToString());
}

}  // namespace
}  // namespace tenon
