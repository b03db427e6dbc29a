#include "base/memory_limit.h"

#include <fstream>

#include "testing/matchers.h"

namespace tenon::base {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kGiB = int64_t{1} << 30;

// A machine of 16 GiB whose /proc and /sys lie in a folder.
class MemoryLimitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(::testing::TempDir()) /
            ("memory_limit_" +
             std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(root_);
    Write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:  1 kB\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const fs::path& file, const std::string& text) {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << text;
  }
  void MountVersion2(const std::string& group, const std::string& mount_root = "/") {
    Write("proc/self/cgroup", "0::" + group + "\n");
    Write("proc/self/mountinfo", "22 1 0:20 / /proc rw - proc proc rw\n30 24 0:26 " + mount_root +
                                     " /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
  }
  fs::path root_;
};

TEST_F(MemoryLimitTest, WithoutCgroupsItIsTheMachines) {
  const MachineMemory memory = ReadMachineMemory(root_);
  EXPECT_EQ(memory.total, 16 * kGiB);
  EXPECT_EQ(memory.limit_by_cgroup, std::nullopt);
  EXPECT_EQ(memory.usable(), 16 * kGiB);
}

TEST_F(MemoryLimitTest, Version2TakesTheTightestOfNestedGroups) {
  MountVersion2("/a/b/c");
  Write("sys/fs/cgroup/a/memory.max", "2147483648\n");
  Write("sys/fs/cgroup/a/b/memory.max", "max\n");
  Write("sys/fs/cgroup/a/b/c/memory.max", "4294967296\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, 2 * kGiB);
  EXPECT_EQ(ReadMachineMemory(root_).usable(), 2 * kGiB);
}

TEST_F(MemoryLimitTest, Version2MaxIsNoLimitAndHighIsOne) {
  MountVersion2("/a");
  Write("sys/fs/cgroup/a/memory.max", "max\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, std::nullopt);
  Write("sys/fs/cgroup/a/memory.high", "1073741824\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, kGiB);
}

TEST_F(MemoryLimitTest, Version2InsideAContainerWithANamespace) {
  MountVersion2("/");
  Write("sys/fs/cgroup/memory.max", "3221225472\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, 3 * kGiB);
}

TEST_F(MemoryLimitTest, Version1WithAndWithoutLimit) {
  Write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/ab/job\n0::/init.scope\n");
  Write("proc/self/mountinfo", "30 24 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, std::nullopt);
  Write("sys/fs/cgroup/memory/docker/ab/memory.limit_in_bytes", "1073741824\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, kGiB);
}

TEST_F(MemoryLimitTest, Version1InAContainerSeesItsOwnGroupAtTheMountPoint) {
  Write("proc/self/cgroup", "4:memory:/docker/ab\n");
  Write("proc/self/mountinfo",
        "30 24 0:26 /docker/ab /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, kGiB / 2);
}

TEST_F(MemoryLimitTest, MixedHierarchiesCountBoth) {
  Write("proc/self/cgroup", "4:memory:/m\n0::/u\n");
  Write("proc/self/mountinfo",
        "30 24 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "31 24 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  Write("sys/fs/cgroup/memory/m/memory.limit_in_bytes", "2147483648\n");
  Write("sys/fs/cgroup/unified/u/memory.max", "1073741824\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, kGiB);
}

TEST_F(MemoryLimitTest, JunkLimitsNothing) {
  MountVersion2("/../outside");
  Write("sys/fs/cgroup/memory.max", "many\n");
  Write("sys/fs/outside/memory.max", "1\n");
  EXPECT_EQ(ReadMachineMemory(root_).limit_by_cgroup, std::nullopt);
  EXPECT_EQ(ReadMachineMemory("/nowhere").usable(), 0);
}

TEST_F(MemoryLimitTest, ALimitAboveTheMachineDoesNotCount) {
  MountVersion2("/a");
  Write("sys/fs/cgroup/a/memory.max", "99999999999999\n");
  EXPECT_EQ(ReadMachineMemory(root_).usable(), 16 * kGiB);
}

TEST_F(MemoryLimitTest, ThisMachineHasMemory) { EXPECT_GT(ReadMachineMemory().usable(), 0); }

}  // namespace
}  // namespace tenon::base
