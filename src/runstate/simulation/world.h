// The world outside the simulated processes: sources whose rows arrive, sinks with their registers
// and prepared files, commits that are still under way, the disk of the journal; and the checks of
// what must hold in it.
//
// Rows are bits: source 0's first, then source 1's. A Position is the number of rows below it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runstate/records.h"
#include "runstate/simulation/configuration.h"
#include "runstate/simulation/memory_journal.h"
#include "runstate/simulation/mutant.h"
#include "tenon/connector.h"

namespace tenon::runstate {

inline constexpr const char* kSimulatedJob = "job";
// "s0", "s1" and "A", "B", "C".
std::string SourceName(int source);
std::string SinkName(int sink);

// Files that one call has written under temporary names.
struct PreparedFiles {
  std::string token;
  uint32_t rows = 0;
  uint32_t published = 0;  // One bit a file.
};

struct SimulatedSink {
  char kind = 'D';
  uint32_t rows = 0;           // That a reader sees.
  uint32_t doubled = 0;        // That a reader sees more than once.
  uint64_t register_seq = 0;   // The register of a transactional sink.
  std::string register_token;  // Empty: fenced.
  std::vector<PreparedFiles> prepared;

  void Show(uint32_t more);
  PreparedFiles* Find(std::string_view token);
  // Bits of all files of a call, and the rows that file `index` holds.
  uint32_t all_files() const { return kind == 'P' ? 1 : 3; }
  uint32_t RowsOfFile(uint32_t rows, int index) const;
  // Renames one file: the temporary name is consumed, so that nothing can do it twice.
  void Publish(std::string_view token, int index);
};

// A COMMIT that was sent and not yet answered.
struct CommitUnderWay {
  int sink = 0;
  uint64_t seq = 0;
  std::string token;
  uint32_t rows = 0;
};

class World {
 public:
  World(const Configuration& configuration, Mutant mutant);

  const Configuration& configuration() const { return configuration_; }
  Mutant mutant() const { return mutant_; }
  bool Is(Mutant mutant) const { return mutant_ == mutant; }

  // Sources.
  uint32_t RowsBetween(int source, int low, int high) const;  // Of the source, as bits of a sink.
  int Top(int source) const;                                  // Where its last row ends.
  bool Arrive(int source, Random* random);                    // False: all are there.

  // Sinks.
  SimulatedSink& sink(int index) { return sinks_[static_cast<size_t>(index)]; }
  int FindSink(std::string_view name) const;
  std::vector<CommitUnderWay>& under_way() { return under_way_; }
  bool IsUnderWay(std::string_view token) const;
  // The server applies commit `index`, if the register lets it, or loses it.
  void Decide(size_t index, bool apply);
  // Recovery's register: kPublished, kNever, or nothing when a newer call holds it.
  std::optional<Outcome> Fence(int sink, uint64_t seq, std::string_view token);

  // The journal.
  MemoryDisk& disk() { return disk_; }
  const JobState& journal() const;

  // What every sink must show once the journal is empty.
  void Require(int sink, uint32_t rows) { required_[static_cast<size_t>(sink)] |= rows; }
  // The run without bookmarks has come to its end: nobody starts it again.
  void set_completed() { completed_ = true; }
  bool completed() const { return completed_; }

  // Checks I1 and I2, after each step.
  void Check();
  // Notes what is wrong; the first stays.
  void Violate(std::string text);
  const std::string& violation() const { return violation_; }  // Empty: none.

 private:
  const Configuration& configuration_;
  Mutant mutant_;
  MemoryDisk disk_;
  JobState never_run_;
  uint32_t rows_[2] = {0, 0};
  std::vector<SimulatedSink> sinks_;
  std::vector<CommitUnderWay> under_way_;
  std::vector<uint32_t> required_;
  bool completed_ = false;
  std::string violation_;
};

// The rows that a slot's covers speak of, as bits of a sink: the fingerprint a simulated process
// gives.
uint32_t RowsOfCovers(const std::vector<Cover>& covers);
int PositionToRow(const std::optional<Position>& position);
Position RowToPosition(int row);
Fingerprint FingerprintOf(uint32_t rows);

}  // namespace tenon::runstate
