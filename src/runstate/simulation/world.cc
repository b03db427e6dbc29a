#include "runstate/simulation/world.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <utility>

namespace tenon::runstate {
namespace {

constexpr uint32_t kFirstFile = 0x55555555;  // Rows go to two files in turn.

uint32_t LowBits(int count) { return count >= 32 ? ~0u : (1u << count) - 1; }

}  // namespace

std::string SourceName(int source) { return source == 0 ? "s0" : "s1"; }
std::string SinkName(int sink) { return std::string(1, static_cast<char>('A' + sink)); }

int PositionToRow(const std::optional<Position>& position) {
  return position ? std::atoi(position->json.c_str()) : 0;
}

Position RowToPosition(int row) { return {std::to_string(row)}; }

Fingerprint FingerprintOf(uint32_t rows) {
  Fingerprint fingerprint;
  fingerprint.rows = std::popcount(rows);
  fingerprint.row_hash = std::to_string(rows);
  return fingerprint;
}

uint32_t RowsOfCovers(const std::vector<Cover>& covers) {
  uint32_t rows = 0;
  for (const Cover& cover : covers)
    rows |= static_cast<uint32_t>(std::strtoul(cover.fingerprint.row_hash.c_str(), nullptr, 10));
  return rows;
}

void SimulatedSink::Show(uint32_t more) {
  doubled |= rows & more;
  rows |= more;
}

PreparedFiles* SimulatedSink::Find(std::string_view token) {
  for (PreparedFiles& each : prepared)
    if (each.token == token) return &each;
  return nullptr;
}

uint32_t SimulatedSink::RowsOfFile(uint32_t all, int index) const {
  if (kind == 'P') return all;
  return index == 0 ? all & kFirstFile : all & ~kFirstFile;
}

void SimulatedSink::Publish(std::string_view token, int index) {
  PreparedFiles* files = Find(token);
  if (files == nullptr || (files->published >> index & 1) != 0) return;
  files->published |= 1u << index;
  Show(RowsOfFile(files->rows, index));
}

World::World(const Configuration& configuration, Mutant mutant)
    : configuration_(configuration),
      mutant_(mutant),
      disk_(configuration.power_cuts),
      sinks_(configuration.sinks.size()),
      required_(configuration.sinks.size()) {
  for (size_t i = 0; i < sinks_.size(); ++i) sinks_[i].kind = configuration.sinks[i];
  if (configuration.bookmarks) return;
  for (int i : {0, 1}) rows_[i] = LowBits(configuration.rows[i]);
}

uint32_t World::RowsBetween(int source, int low, int high) const {
  const uint32_t rows = rows_[source] & LowBits(high) & ~LowBits(low);
  return source == 0 ? rows : rows << configuration_.rows[0];
}

int World::Top(int source) const { return std::bit_width(rows_[source]); }

bool World::Arrive(int source, Random* random) {
  const int most = configuration_.rows[source];
  if (rows_[source] == LowBits(most)) return false;
  int row = std::countr_one(rows_[source]);
  if (!configuration_.repeatable[source]) {
    do {
      row = static_cast<int>(random->Below(static_cast<uint32_t>(most)));
    } while ((rows_[source] >> row & 1) != 0);
  }
  rows_[source] |= 1u << row;
  return true;
}

int World::FindSink(std::string_view name) const { return name.front() - 'A'; }

bool World::IsUnderWay(std::string_view token) const {
  return std::any_of(under_way_.begin(), under_way_.end(),
                     [&](const CommitUnderWay& commit) { return commit.token == token; });
}

void World::Decide(size_t index, bool apply) {
  const CommitUnderWay commit = std::move(under_way_[index]);
  under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(index));
  SimulatedSink& at = sink(commit.sink);
  if (!apply) return;
  if (at.register_seq >= commit.seq && !Is(Mutant::kTokenWithoutSeqCondition)) return;
  at.register_seq = commit.seq;
  at.register_token = commit.token;
  at.Show(commit.rows);
}

std::optional<Outcome> World::Fence(int index, uint64_t seq, std::string_view token) {
  SimulatedSink& at = sink(index);
  if (at.register_seq < seq) {
    if (!Is(Mutant::kAskWithoutFence) && !Is(Mutant::kNoFencing)) {
      at.register_seq = seq;
      at.register_token.clear();
    }
    return Outcome::kNever;
  }
  if (at.register_seq > seq) return std::nullopt;
  if (at.register_token == token) return Outcome::kPublished;
  return at.register_token.empty() ? std::optional(Outcome::kNever) : std::nullopt;
}

const JobState& World::journal() const {
  const auto found = disk_.jobs().find(kSimulatedJob);
  return found == disk_.jobs().end() ? never_run_ : found->second.state;
}

void World::Violate(std::string text) {
  if (violation_.empty()) violation_ = std::move(text);
}

void World::Check() {
  for (size_t i = 0; i < sinks_.size(); ++i)
    if (sinks_[i].kind != 'L' && sinks_[i].doubled != 0)
      Violate("a row stands twice in sink " + SinkName(static_cast<int>(i)));
  if (!under_way_.empty()) return;
  for (const Slot& slot : journal().slots)
    if (slot.commit_class != CommitClass::kAppendOnly || slot.state == SlotState::kPublished)
      return;
  for (size_t i = 0; i < sinks_.size(); ++i) {
    if (sinks_[i].kind == 'L') continue;
    if ((sinks_[i].rows & ~required_[i]) != 0)
      Violate("journal is empty, but sink " + SinkName(static_cast<int>(i)) +
              " shows rows beyond the bookmark");
    if ((required_[i] & ~sinks_[i].rows) != 0)
      Violate("journal is empty, but sink " + SinkName(static_cast<int>(i)) + " lacks rows");
  }
}

}  // namespace tenon::runstate
