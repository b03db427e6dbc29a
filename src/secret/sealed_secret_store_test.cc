#include "secret/sealed_secret_store.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/platform_lock.h"
#include "secret/sealing_key_file.h"
#include "testing/home_folder.h"
#include "testing/killed_process.h"
#include "testing/matchers.h"

namespace tenon::secret {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::HomeFolder;
using ::testing::IsEmpty;
using testing::IsErrorNumber;
using testing::IsOk;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kCanary = "canary-51c3-value";

class SealedSecretStoreTest : public ::testing::Test {
 protected:
  SealedSecretStoreTest() { unsetenv("TENON_SECRET_KEY_FILE"); }

  Status Put(const std::string& name, const std::string& value = kCanary,
             IfThere if_there = IfThere::kFail) {
    return store_.Put(name, Secret(value), if_there);
  }
  std::string Get(const std::string& id) {
    const Result<Secret> value = store_.Get(id);
    return value.ok() ? std::string(value->Reveal()) : value.status().ToString();
  }
  std::filesystem::path OnlySealedFile() {
    const auto files = home_.Files(".json");
    EXPECT_THAT(files, SizeIs(1));
    return files.at(0);
  }

  HomeFolder home_;
  SealedSecretStore store_{home_.path(), "user"};
};

TEST_F(SealedSecretStoreTest, GivesBackWhatWasPutByNameAndByArn) {
  ASSERT_THAT(Put("db/orders", R"({"user":"ada","password":"x"})"), IsOk());
  ASSERT_THAT(Put("plain"), IsOk());
  EXPECT_EQ(Get("db/orders"), R"({"user":"ada","password":"x"})");
  EXPECT_EQ(Get("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db/orders-Ab12Cd"),
            R"({"user":"ada","password":"x"})");
  EXPECT_EQ(Get("arn:aws:secretsmanager:eu-west-1:123456789012:secret:plain"), kCanary);
  ASSERT_OK_AND_ASSIGN(const std::vector<SecretEntry> entries, store_.List());
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].name, "db/orders");
  EXPECT_EQ(entries[1].name, "plain");
  EXPECT_GT(entries[1].created_us, 0);
}

TEST_F(SealedSecretStoreTest, IsReplacedOnlyWhenAsked) {
  ASSERT_THAT(Put("a"), IsOk());
  EXPECT_THAT(Put("a", "new"), IsErrorNumber(1211, AllOf(HasSubstr("already: name=a"),
                                                         HasSubstr("Give --replace"))));
  EXPECT_EQ(Get("a"), kCanary);
  ASSERT_OK_AND_ASSIGN(const std::vector<SecretEntry> before, store_.List());
  ASSERT_THAT(Put("a", "new", IfThere::kReplace), IsOk());
  EXPECT_EQ(Get("a"), "new");
  ASSERT_OK_AND_ASSIGN(const std::vector<SecretEntry> after, store_.List());
  EXPECT_EQ(after[0].created_us, before[0].created_us);
  EXPECT_GE(after[0].changed_us, before[0].changed_us);
}

TEST_F(SealedSecretStoreTest, AnUnknownNameGetsTheNearest) {
  ASSERT_THAT(Put("orders"), IsOk());
  EXPECT_THAT(store_.Get("ordres"),
              IsErrorNumber(1210, AllOf(HasSubstr("name=ordres"), HasSubstr("mean orders?"))));
  EXPECT_THAT(store_.Delete("else"),
              IsErrorNumber(1210, HasSubstr("tenon secret create NAME --file FILE")));
  ASSERT_THAT(store_.Delete("orders"), IsOk());
  EXPECT_THAT(store_.Get("orders"), IsErrorNumber(1210, HasSubstr("Secret is not known")));
  EXPECT_THAT(home_.Files(".json"), IsEmpty());
}

TEST_F(SealedSecretStoreTest, WrongNamesAndValuesAreRefused) {
  EXPECT_THAT(Put("a b"), IsErrorNumber(1212, AllOf(HasSubstr("name=a b"), HasSubstr("512"))));
  EXPECT_THAT(Put(""), IsErrorNumber(1212, HasSubstr("name=")));
  EXPECT_THAT(Put(std::string(513, 'a')), IsErrorNumber(1212, HasSubstr("name=aaa")));
  EXPECT_THAT(Put("a", ""), IsErrorNumber(1213, HasSubstr("name=a reason=empty")));
  EXPECT_THAT(Put("a", std::string(65'537, 'x')), IsErrorNumber(1213, HasSubstr("too long")));
  EXPECT_THAT(Put("a", "\xff\xfe"), IsErrorNumber(1213, HasSubstr("not UTF-8")));
  EXPECT_THAT(Put("a", R"({"password": canary-51c3})"),
              IsErrorNumber(1213, AllOf(HasSubstr("reason=not JSON"), HasSubstr("byte=14"),
                                        Not(HasSubstr("canary")))));
  EXPECT_THAT(home_.Files(), IsEmpty());
  ASSERT_THAT(Put("a", std::string(65'536, 'x')), IsOk());
}

TEST_F(SealedSecretStoreTest, NothingInTheHomeShowsTheValueAndOthersMayReadNothing) {
  ASSERT_THAT(Put("a"), IsOk());
  ASSERT_THAT(Put("a", kCanary + "2", IfThere::kReplace), IsOk());
  for (const auto& file : home_.Files()) {
    EXPECT_THAT(HomeFolder::Read(file), Not(HasSubstr(kCanary))) << file;
    struct stat facts;
    ASSERT_EQ(stat(file.c_str(), &facts), 0);
    const bool is_lock = facts.st_size == 0;
    EXPECT_TRUE(is_lock || (facts.st_mode & 0077u) == 0) << file;
  }
  struct stat facts;
  ASSERT_EQ(stat((home_.path() / "secrets").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777u, 0700u);
}

TEST_F(SealedSecretStoreTest, AFileThatWasChangedDoesNotOpen) {
  ASSERT_THAT(Put("a"), IsOk());
  const auto file = OnlySealedFile();
  const std::string whole = HomeFolder::Read(file);
  const auto damaged = IsErrorNumber(
      1223, AllOf(HasSubstr(file.string()), HasSubstr("--replace"), Not(HasSubstr(kCanary))));
  const size_t box = whole.find("\"box\": \"") + 8;
  std::string changed = whole;
  changed[box] = changed[box] == '0' ? '1' : '0';
  HomeFolder::Write(file, changed);
  EXPECT_THAT(store_.Get("a"), damaged);
  changed = whole;
  changed.replace(changed.find("\"created_us\": 1"), 15, "\"created_us\": 2");
  HomeFolder::Write(file, changed);
  EXPECT_THAT(store_.Get("a"), damaged) << "what stands in plain is bound to the value";
  HomeFolder::Write(file, whole.substr(0, whole.size() / 2));
  EXPECT_THAT(store_.Get("a"), damaged);
  EXPECT_THAT(store_.List(), damaged);
  HomeFolder::Write(file, "");
  EXPECT_THAT(store_.Get("a"), damaged);
  ASSERT_THAT(Put("a", "new", IfThere::kReplace), IsOk());
  EXPECT_EQ(Get("a"), "new");
}

TEST_F(SealedSecretStoreTest, AFileUnderAnotherNameOrInAnotherSpaceDoesNotOpen) {
  ASSERT_THAT(Put("a", "of a"), IsOk());
  const auto of_a = OnlySealedFile();
  ASSERT_THAT(Put("b", "of b"), IsOk());
  std::filesystem::path of_b;
  for (const auto& file : home_.Files(".json")) {
    if (file != of_a) of_b = file;
  }
  std::filesystem::copy_file(of_a, of_b, std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(store_.Get("b"), IsErrorNumber(1223, HasSubstr("name=b")));
  SealedSecretStore other(home_.path(), "connection");
  ASSERT_THAT(other.Put("a", Secret("other"), IfThere::kFail), IsOk());
  EXPECT_EQ(Get("a"), "of a");
  std::filesystem::copy_file(of_a, home_.path() / "secrets" / "connection" / of_a.filename(),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(other.Get("a"), IsErrorNumber(1223, HasSubstr("name=a")));
}

TEST_F(SealedSecretStoreTest, AnotherKeyIsToldFromADamagedFile) {
  ASSERT_THAT(Put("a"), IsOk());
  const auto key = home_.path() / "secret.key";
  const std::string digits = HomeFolder::Read(key);
  HomeFolder::Write(key, std::string(64, 'a'));
  EXPECT_THAT(store_.Get("a"),
              IsErrorNumber(1222, AllOf(HasSubstr("sealed with another key: name=a"),
                                        HasSubstr(key.string()), Not(HasSubstr(digits)))));
  HomeFolder::Write(key, "no key " + kCanary);
  EXPECT_THAT(store_.Get("a"),
              IsErrorNumber(1222, AllOf(HasSubstr("holds no key"), Not(HasSubstr(kCanary)))));
}

TEST_F(SealedSecretStoreTest, AMissingKeyIsNeverMadeAnewWhileSecretsAreThere) {
  ASSERT_THAT(Put("a"), IsOk());
  const auto key = home_.path() / "secret.key";
  std::filesystem::remove(key);
  EXPECT_THAT(store_.Get("a"), IsErrorNumber(1220, HasSubstr("file=" + key.string())));
  EXPECT_THAT(Put("b"), IsErrorNumber(1220, HasSubstr("TENON_SECRET_KEY_FILE")));
  ASSERT_THAT(store_.Delete("a"), IsOk());
  EXPECT_THAT(Put("b"), IsOk());
}

TEST_F(SealedSecretStoreTest, AKeyThatOthersMayReadIsNotUsed) {
  ASSERT_THAT(Put("a"), IsOk());
  const auto key = home_.path() / "secret.key";
  ASSERT_EQ(chmod(key.c_str(), 0640), 0);
  EXPECT_THAT(store_.Get("a"), IsErrorNumber(1221, HasSubstr("chmod 600 " + key.string())));
}

TEST_F(SealedSecretStoreTest, TheKeyMayLieElsewhere) {
  const HomeFolder elsewhere;
  const auto key = elsewhere.path() / "k";
  setenv("TENON_SECRET_KEY_FILE", key.c_str(), 1);
  SealedSecretStore store(home_.path(), "user");
  unsetenv("TENON_SECRET_KEY_FILE");
  ASSERT_THAT(store.Put("a", Secret("x"), IfThere::kFail), IsOk());
  EXPECT_TRUE(std::filesystem::exists(key));
  EXPECT_FALSE(std::filesystem::exists(home_.path() / "secret.key"));
  EXPECT_THAT(store_.Get("a"), IsErrorNumber(1220, HasSubstr("secret.key")));
}

TEST_F(SealedSecretStoreTest, WhoKeepsTheStoreLockedIsNamed) {
  ASSERT_THAT(Put("a"), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<base::FileLock> lock,
                       base::FileLock::TryTake(home_.path() / "secrets" / ".lock"));
  ASSERT_NE(lock, nullptr);
  EXPECT_EQ(Get("a"), kCanary) << "readers wait for nobody";
  SealedSecretStore hasty(home_.path(), "user", std::chrono::milliseconds(1));
  EXPECT_THAT(hasty.Put("b", Secret("x"), IfThere::kFail), IsErrorNumber(1224, HasSubstr("fuser")));
}

TEST_F(SealedSecretStoreTest, ManyProcessesWriteAtOnceAndEachReadsWholeValues) {
  constexpr int kProcesses = 6, kRounds = 20;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    if (child == 0) {
      SealedSecretStore store(home_.path(), "user");
      for (int round = 0; round < kRounds; ++round) {
        const std::string value(1000, static_cast<char>('a' + process));
        if (!store.Put("shared", Secret(value), IfThere::kReplace).ok()) _exit(1);
        if (!store.Put("own-" + std::to_string(process), Secret(value), IfThere::kReplace).ok())
          _exit(2);
        const Result<Secret> read = store.Get("shared");
        if (!read.ok() || read->Reveal().find_first_not_of(read->Reveal()[0]) != std::string::npos)
          _exit(3);
      }
      _exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int state = 0;
    waitpid(child, &state, 0);
    EXPECT_EQ(state, 0) << WEXITSTATUS(state);
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<SecretEntry> entries, store_.List());
  EXPECT_THAT(entries, SizeIs(kProcesses + 1));
  EXPECT_THAT(home_.Files(".unfinished"), IsEmpty());
}

#if defined(TENON_FAILPOINTS) && TENON_FAILPOINTS
TEST_F(SealedSecretStoreTest, DISABLED_Writer) {
  SealedSecretStore store(testing::WordOfTest(), "user");
  static_cast<void>(store.Put("a", Secret("new"), IfThere::kReplace));
}

TEST_F(SealedSecretStoreTest, AKilledWriterLeavesTheOldValueOrTheNewOneAndTheNextSweeps) {
  ASSERT_THAT(Put("a", "old"), IsOk());
  const std::string writer = "SealedSecretStoreTest.DISABLED_Writer";
  ASSERT_TRUE(testing::KilledAt("S01", writer, home_.path()));
  EXPECT_EQ(Get("a"), "old");
  ASSERT_TRUE(testing::KilledAt("S02", writer, home_.path()));
  EXPECT_EQ(Get("a"), "new");
  ASSERT_THAT(Put("b"), IsOk());
  EXPECT_THAT(home_.Files(".unfinished"), IsEmpty());
}
#endif

}  // namespace
}  // namespace tenon::secret
