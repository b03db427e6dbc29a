// The simulator is worth what its journal is worth: the one in memory must answer as the real one does.
#include <cstdlib>
#include <random>

#include "runstate/simulation/memory_journal.h"
#include "runstate/simulation/random.h"
#include "runstate/testing.h"

namespace tenon::runstate {
namespace {

class Differential {
 public:
  Differential(const std::filesystem::path& home, uint64_t seed)
      : random_(seed), real_(std::move(*Journal::Open(home))), disk_(false), memory_(disk_, "m") {}

  void Run(int operations) {
    for (int i = 0; i < operations && !::testing::Test::HasFailure(); ++i) Operation();
  }

 private:
  std::string Job() { return random_.Chance(3, 4) ? "job" : "other"; }
  std::string Context() { return random_.Chance(1, 2) ? "orders" : "items"; }

  void Operation() {
    const std::string job = Job();
    if (random_.Chance(1, 6)) {
      const Holder holder{random_.Below(9), "boot", "host", random_.Below(9), 5};
      const auto real = real_->TakeOver(job, holder);
      const auto memory = memory_.TakeOver(job, holder);
      ASSERT_EQ(real.ok(), memory.ok());
      ASSERT_EQ(*real, *memory);
    } else {
      const Transaction transaction = AnyTransaction(job);
      const Status real = real_->Apply(transaction), memory = memory_.Apply(transaction);
      ASSERT_EQ(real.code(), memory.code()) << real.ToString() << "\n" << memory.ToString();
      ASSERT_EQ(real.number(), memory.number()) << real.ToString() << "\n" << memory.ToString();
    }
    ASSERT_EQ(*real_->Load(job), *memory_.Load(job));
    ASSERT_EQ(*real_->Jobs(), *memory_.Jobs());
    ASSERT_EQ(*real_->Runs(job, 5), *memory_.Runs(job, 5));
    const auto real = real_->History(job, "orders"), memory = memory_.History(job, "orders");
    ASSERT_EQ(real->size(), memory->size());
    for (size_t i = 0; i < real->size(); ++i) {
      ASSERT_EQ((*real)[i].version, (*memory)[i].version);
      ASSERT_EQ((*real)[i].position, (*memory)[i].position);
      ASSERT_EQ((*real)[i].run, (*memory)[i].run);
    }
  }

  Transaction AnyTransaction(const std::string& job) {
    const JobState state = *memory_.Load(job);
    Transaction transaction;
    transaction.job = job;
    transaction.epoch = random_.Chance(7, 8) ? state.epoch : state.epoch + random_.Below(3) - 1;
    transaction.durability = random_.Chance(1, 8) ? Durability::kDurable : Durability::kNormal;
    JobState after = state;
    for (uint32_t i = random_.Below(5); i > 0; --i) {
      transaction.changes.push_back(AnyChange(after));
      static_cast<void>(ApplyChanges({&transaction.changes.back(), 1}, &after));
    }
    return transaction;
  }

  // Mostly one that is possible in `state`.
  Change AnyChange(const JobState& state) {
    const uint64_t seq =
        state.slots.empty() || random_.Chance(1, 8)
            ? random_.Below(20)
            : state.slots[random_.Below(static_cast<uint32_t>(state.slots.size()))].seq;
    const std::string token = "token" + std::to_string(random_.Below(4));
    switch (random_.Below(8)) {
      case 0: return PutSlot{FullSlot(state.next_seq + random_.Chance(1, 8))};
      case 1: return MarkPublished{seq};
      case 2: return DropSlot{seq};
      case 3: {
        MoveBookmark move;
        move.context = Context();
        move.expected_version = state.FindBookmark(move.context).version + random_.Chance(1, 8);
        if (random_.Chance(3, 4)) move.position = Position{std::to_string(random_.Below(99))};
        move.run = "r";
        return move;
      }
      case 4: return CountCommit{};
      case 5: {
        // The last run again, or a new one.
        RunRecord run;
        run.job = state.job;
        run.run = state.last_run && random_.Chance(1, 2) ? state.last_run->run
                                                         : "r" + std::to_string(++runs_);
        run.state = static_cast<RunState>(random_.Below(5));
        run.rows["sink"] = static_cast<int64_t>(random_.Below(9));
        return PutRun{run};
      }
      case 6:
        return PutGarbage{{token, random_.Below(9), "sink", "r", "places", "reopen", {"m", ""}}};
      default: return DropGarbage{token};
    }
  }

  Random random_;
  std::unique_ptr<Journal> real_;
  MemoryDisk disk_;
  MemoryJournal memory_;
  int runs_ = 0;
};

TEST(JournalDifferentialTest, MemoryAndSqliteAnswerAlike) {
  const char* text = std::getenv("TENON_TEST_SEED");
  const uint64_t seed =
      text != nullptr ? std::strtoull(text, nullptr, 10) : uint64_t{std::random_device()()};
  for (uint64_t round = 0; round < 10; ++round) {
    TemporaryFolder folder;
    Differential(folder.path(), seed + round).Run(300);
    ASSERT_FALSE(HasFailure()) << "TENON_TEST_SEED=" << seed + round;
  }
}

TEST(MemoryDiskTest, APowerCutGoesBackToTheLastDurableMomentAtMost) {
  MemoryDisk disk(true);
  MemoryJournal journal(disk, "m");
  const auto count = [&](Durability durability) {
    ASSERT_THAT(journal.Apply({"job", 1, durability, {CountCommit{}}}), testing::IsOk());
  };
  ASSERT_THAT(journal.TakeOver("job", {}), testing::IsOk());
  count(Durability::kDurable);
  count(Durability::kNormal);
  count(Durability::kNormal);
  ASSERT_EQ(disk.moments(), 3u);
  MemoryDisk half = disk;
  half.PowerCut(1);
  EXPECT_EQ(half.jobs().at("job").state.version, 2u);
  disk.PowerCut(0);
  EXPECT_EQ(disk.jobs().at("job").state.version, 1u);
  EXPECT_EQ(disk.moments(), 1u);
}

}  // namespace
}  // namespace tenon::runstate
