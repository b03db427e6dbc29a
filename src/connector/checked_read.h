// The reading half of checked.h: sources, scans, reader factories and readers. See there.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connector/checked_host.h"
#include "connector/contract.h"
#include "tenon/source.h"

namespace tenon::connector {

// What a planned scan promised, for the readers that are opened in the same process.
struct ScanFacts {
  std::optional<std::vector<std::string>> columns;  // The accepted ones.
  std::optional<int64_t> limit;
  std::string state;

  // Remembers which number a partition has. Bounded: later ones have no number.
  void Number(const Partition& partition);
  // "3" when the partition is known, else PartitionLabel().
  std::string LabelOf(const Partition& partition) const;

 private:
  static constexpr size_t kMaxNumbered = 1 << 16;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, int64_t> numbers_;  // By payload.
  int64_t next_ = 0;
};

// Finds a scan's facts by its state. Two live scans with the same state are told apart by nothing, so they have none.
class ScanBook {
 public:
  void Add(const std::shared_ptr<ScanFacts>& facts);
  std::shared_ptr<const ScanFacts> Find(std::string_view state) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<ScanFacts>> facts_;
};

std::unique_ptr<Source> CheckSource(ContractPtr contract, std::shared_ptr<ScanBook> book,
                                    std::unique_ptr<CheckedHost> host,
                                    std::unique_ptr<Source> source);

// `facts` may be null.
std::unique_ptr<ReaderFactory> CheckReaders(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                            std::unique_ptr<ReaderFactory> factory,
                                            std::optional<Schema> declared,
                                            std::shared_ptr<const ScanFacts> facts);

}  // namespace tenon::connector
