#include "connector/crash_report.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>
#include <vector>

#include "connector/checked.h"
#include "connector/plugin_loader.h"
#include "connector/scripted_connector_test.h"
#include "testing/matchers.h"

namespace tenon::connector {
namespace {

namespace fs = std::filesystem;

volatile int depth = 1'000'000'000;  // What the compiler cannot see through.

int Deeper(int left) {
  volatile char frame[512];
  frame[0] = static_cast<char>(left);
  return left == 0 ? frame[0] : Deeper(left - 1) + frame[0];
}

using tenon::testing::IsError;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Crash {
  int signal = 0;      // That ended the child; 0: none did.
  std::string report;  // The file's text.
  std::string told;    // On stderr.
};

std::string Slurp(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

class CrashReportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(::testing::TempDir()) /
        ("crash_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Runs `work` in a child process with the report installed.
  Crash RunInChild(const std::function<void()>& work) {
    const fs::path told = folder_ / "stderr";
    const pid_t child = fork();
    if (child == 0) {
      // Sanitizers' handlers would take the signals for themselves.
      for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(signal, SIG_DFL);
      if (std::freopen(told.c_str(), "w", stderr) == nullptr) _exit(3);
      if (!InstallCrashReport({folder_, "r-1"}).ok()) _exit(4);
      work();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFSIGNALED(status) ? WTERMSIG(status) : 0, Slurp(folder_ / "crash-r-1.txt"),
            Slurp(told)};
  }

  // Reads one partition of a connector whose Next() does `crash`.
  static void ReadWith(const std::function<void()>& crash) {
    const auto script = std::make_shared<Script>();
    script->next = [crash](int, const TaskContext&) -> Script::Next {
      crash();
      return std::optional<RecordBatch>();
    };
    const auto connector = Checked(std::make_shared<ScriptedConnector>(script), CheckLevel::kCheap);
    const TaskContext task;
    auto source = *connector->OpenSource(Options(), task);
    auto scan = *source->Plan(ScanRequest(), task);
    auto page = *scan->NextPartitions(task);
    auto readers = *connector->OpenReaders(Options(), scan->state(), task);
    auto reader = *readers->Open(page[0], task);
    static_cast<void>(reader->Next());
  }

  fs::path folder_;
};

TEST_F(CrashReportTest, NamesConnectorPartitionAndSignal) {
  const Crash crash = RunInChild([] { ReadWith([] { raise(SIGSEGV); }); });
  EXPECT_EQ(crash.signal, SIGSEGV);
  EXPECT_THAT(
      crash.report,
      AllOf(
          HasSubstr("Tenon crash report\nconnector=scripted\nversion=7\ncall=Next\npartition=0\n"),
          HasSubstr("signal=11 SIGSEGV\n"), HasSubstr("\nbacktrace:\n")));
  EXPECT_THAT(crash.told,
              HasSubstr("error[TN3004]: Connector crashed: connector=scripted version=7 call=Next "
                        "partition=0 signal=SIGSEGV report=" +
                        (folder_ / "crash-r-1.txt").string() + "\n  hint: Run the job again"));
}

TEST_F(CrashReportTest, AFaultOfMemoryAccessIsReportedWithItsAddress) {
  const Crash crash = RunInChild([] {
    ReadWith([] {
      volatile auto* nowhere = reinterpret_cast<int*>(uintptr_t{0x1234});
      *const_cast<volatile int*>(nowhere) = 1;
    });
  });
  EXPECT_EQ(crash.signal, SIGSEGV);
  EXPECT_THAT(crash.report, HasSubstr("connector=scripted"));
}

TEST_F(CrashReportTest, AnExceptionInAThreadOfAPluginEndsInAbort) {
  const Crash crash = RunInChild([] { ReadWith([] { std::abort(); }); });
  EXPECT_EQ(crash.signal, SIGABRT);
  EXPECT_THAT(crash.report, HasSubstr("signal=6 SIGABRT\n"));
}

TEST_F(CrashReportTest, OutsideOfConnectorsItSaysSo) {
  const Crash crash = RunInChild([] {
    ReadWith([] {});  // Leaves nothing behind.
    raise(SIGBUS);
  });
  EXPECT_EQ(crash.signal, SIGBUS);
  EXPECT_THAT(crash.report, HasSubstr("connector=none\nsignal=7 SIGBUS\n"));
  EXPECT_THAT(
      crash.told,
      AllOf(HasSubstr("error[TN9002]: Process crashed outside of connectors: signal=SIGBUS"),
            Not(HasSubstr("TN3004"))));
}

TEST_F(CrashReportTest, TheHandlersThatWereThereStillRun) {
  const Crash crash = RunInChild([] { raise(SIGFPE); });
  EXPECT_EQ(crash.signal, SIGFPE) << "the signal still ends the process";
}

TEST_F(CrashReportTest, AFolderThatIsGoneStillGetsTheLineOnStderr) {
  const Crash crash = RunInChild([this] {
    fs::remove_all(folder_ / "sub");
    EXPECT_TRUE(InstallCrashReport({folder_ / "sub" / "deeper", "r-2"}).ok());
    ReadWith([] { raise(SIGILL); });
  });
  EXPECT_EQ(crash.signal, SIGILL);
  EXPECT_THAT(crash.told, AllOf(HasSubstr("signal=SIGILL\n"), Not(HasSubstr("report="))));
}

TEST_F(CrashReportTest, FindsReportsOfEarlierCrashes) {
  for (const char* name : {"crash-b.txt", "crash-a.txt", "other.txt", "crash-c.log"})
    std::ofstream(folder_ / name) << "x";
  EXPECT_THAT(FindCrashReports(folder_),
              ::testing::ElementsAre(folder_ / "crash-a.txt", folder_ / "crash-b.txt"));
  EXPECT_TRUE(FindCrashReports(folder_ / "none").empty());
}

TEST_F(CrashReportTest, AReportSaysInOneLineWhoseCrashItTellsOf) {
  RunInChild([] { ReadWith([] { raise(SIGSEGV); }); });
  EXPECT_EQ(CrashOf(folder_ / "crash-r-1.txt"),
            "connector=scripted version=7 call=Next partition=0 signal=SIGSEGV");
  EXPECT_EQ(CrashOf(folder_ / "none"), "");
}

TEST_F(CrashReportTest, AnOverflowOfTheStackIsReportedOnAnyThread) {
  const Crash crash = RunInChild([] {
    std::thread reader([] { ReadWith([] { static_cast<void>(Deeper(depth)); }); });
    reader.join();
  });
  EXPECT_EQ(crash.signal, SIGSEGV);
  EXPECT_THAT(crash.told, HasSubstr("connector=scripted version=7 call=Next partition=0"));
}

TEST_F(CrashReportTest, ThreadsThatCrashMeanwhileWaitForTheReport) {
  constexpr int kThreads = 8, kTimes = 25;  // Which of them is first is chance.
  for (int time = 0; time < kTimes; ++time) {
    const Crash crash = RunInChild([] {
      std::barrier together(kThreads);
      std::vector<std::thread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&together] {
          ReadWith([&together] {
            together.arrive_and_wait();
            raise(SIGSEGV);
          });
        });
      }
      for (std::thread& thread : threads) thread.join();
    });
    ASSERT_EQ(crash.signal, SIGSEGV);
    ASSERT_THAT(crash.report, HasSubstr("\nbacktrace:\n"));
    ASSERT_THAT(crash.told, HasSubstr("\n  hint: Run the job again"));
  }
}

TEST_F(CrashReportTest, ALibraryThatCrashesWhileItIsLoadedIsNamed) {
  const std::string library = std::string(TENON_PLUGIN_FOLDER) + "/crashes_early.so";
  const Crash crash =
      RunInChild([&library] { static_cast<void>(LoadPlugins({.named = {library}})); });
  EXPECT_EQ(crash.signal, SIGABRT);
  EXPECT_THAT(crash.told,
              HasSubstr("Connector crashed: connector=" + library + " call=load signal="));
}

TEST_F(CrashReportTest, RefusesNamesThatAreNone) {
  EXPECT_THAT(
      InstallCrashReport({folder_, "a/b"}),
      IsError(StatusCode::kInvalidArgument, HasSubstr("Crash report cannot be named: run=a/b")));
  EXPECT_THAT(InstallCrashReport({folder_, std::string(5000, 'x')}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("cannot be named")));
}

}  // namespace
}  // namespace tenon::connector
