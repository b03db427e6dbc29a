#include "runstate/simulation/configuration.h"

#include <utility>

namespace tenon::runstate {
namespace {

constexpr int kA = 0, kB = 1, kC = 2;

Operation Read(int source) { return {Operation::Kind::kRead, source, {}}; }
Operation Write(int sink, std::vector<int> sources) {
  return {Operation::Kind::kWrite, sink, std::move(sources)};
}
Operation Commit() { return {Operation::Kind::kCommit, 0, {}}; }

Configuration Make(std::string name, std::string sinks, int rows1, int rows2,
                   std::vector<Script> scripts) {
  Configuration made;
  made.name = std::move(name);
  made.sinks = std::move(sinks);
  made.rows[0] = rows1;
  made.rows[1] = rows2;
  made.scripts = std::move(scripts);
  return made;
}

std::vector<Configuration> MakeAll() {
  const Script eager = {Read(0), Write(kA, {0}), Read(1), Write(kB, {0, 1}), Commit()};
  std::vector<Configuration> all;
  auto add = [&](Configuration each) -> Configuration& {
    all.push_back(std::move(each));
    return all.back();
  };

  add(Make("1-sink", "D", 3, 0, {{Read(0), Write(kA, {0}), Commit()}})).starts = 4;
  add(Make("db+files", "DF", 2, 1, {eager}));
  add(Make("files+db", "FD", 2, 1, {eager}));
  add(Make("db+db", "DD", 2, 1, {eager}));
  add(Make("db+db-5starts", "DD", 1, 1, {eager})).starts = 5;
  add(Make("atomic+recoverable", "PF", 2, 1, {eager}));
  add(Make("3-sinks", "DPF", 2, 1,
           {{Read(0), Write(kA, {0}), Read(1), Write(kB, {0, 1}), Write(kC, {1}), Commit()}}));
  add(Make("3-sinks-b", "PDD", 2, 1,
           {{Read(0), Read(1), Write(kA, {0}), Write(kB, {0, 1}), Write(kC, {1}), Commit()}}));
  add(Make("append-only", "LD", 2, 1, {eager}));
  Configuration& late_rows = add(Make("late-rows", "DD", 3, 1, {eager}));
  late_rows.repeatable[0] = false;
  late_rows.may_refuse = true;
  Configuration& late_files =
      add(Make("late-files", "DF", 3, 0, {{Read(0), Write(kA, {0}), Write(kB, {0}), Commit()}}));
  late_files.repeatable[0] = false;
  late_files.may_refuse = true;
  add(Make(
      "two-commits", "DD", 2, 2,
      {{Read(0), Write(kA, {0}), Commit(), Read(1), Write(kA, {1}), Write(kB, {1}), Commit()}}));
  add(Make("commit-loop", "DF", 3, 0,
           {{Read(0), Write(kA, {0}), Write(kB, {0}), Commit(), Read(0), Write(kA, {0}),
             Write(kB, {0}), Commit()}}));
  add(Make("branching", "DD", 2, 1,
           {eager,
            {Read(1), Read(0), Write(kB, {0, 1}), Write(kA, {0}), Commit()},
            {Read(0), Read(1), Write(kA, {0, 1}), Write(kB, {0, 1}), Commit()}}))
      .may_refuse = true;
  add(Make("branch-drop", "DD", 2, 1,
           {{Read(0), Read(1), Write(kA, {0, 1}), Write(kB, {1}), Commit()},
            {Read(0), Write(kA, {0}), Commit()},
            {Read(1), Write(kB, {1}), Commit()}}))
      .may_refuse = true;
  add(Make(
          "branch-commits", "DD", 1, 1,
          {{Read(0), Write(kA, {0}), Commit(), Read(1), Write(kA, {1}), Write(kB, {1}), Commit()},
           {Read(1), Write(kA, {1}), Write(kB, {1}), Commit(), Read(0), Write(kA, {0}), Commit()}}))
      .may_refuse = true;
  add(Make("power-cut", "DF", 2, 1, {eager})).power_cuts = true;
  add(Make("power-cut-db", "DD", 2, 1, {eager})).power_cuts = true;
  // Beyond the model: one sink called twice before a commit, so that its register moves on by two.
  add(Make("same-sink-twice", "DF", 2, 1,
           {{Read(0), Write(kA, {0}), Write(kB, {0}), Read(1), Write(kA, {1}), Write(kB, {1}),
             Commit()}}))
      .power_cuts = true;
  add(Make("no-bookmarks", "DF", 2, 1,
           {{Read(0), Write(kA, {0}), Read(1), Write(kB, {0, 1}), Commit(), Write(kA, {1})}}))
      .bookmarks = false;
  return all;
}

}  // namespace

std::span<const Configuration> Configurations() {
  static const std::vector<Configuration> all = MakeAll();
  return all;
}

const Configuration* FindConfiguration(std::string_view name) {
  for (const Configuration& each : Configurations())
    if (each.name == name) return &each;
  return nullptr;
}

}  // namespace tenon::runstate
