// What all wrappers of checked.h share: who is checked, how strictly, what must not be shown, and the words for a
// broken rule. Immutable; any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/redact.h"
#include "connector/checked.h"
#include "connector/crash_scope.h"
#include "tenon/result.h"
#include "tenon/schema.h"

namespace tenon::connector {

class Contract;
using ContractPtr = std::shared_ptr<const Contract>;

class Contract {
 public:
  Contract(std::string connector, std::string version, CheckLevel level);
  // The same, knowing the secrets among `options`.
  ContractPtr With(const Options& options) const;

  const std::string& connector() const { return connector_; }
  // Whether calls are made again to compare their answers.
  bool asks_again() const { return level_ != CheckLevel::kCheap; }
  // Whether every value of this batch is looked at; `seen` counts the batches of its scan.
  bool LooksAtValues(std::atomic<int64_t>& seen) const;
  const base::Redactor& redactor() const { return *redactor_; }
  CrashPlace Place(const char* call, const char* partition = "") const {
    return {connector_.c_str(), version_.c_str(), call, partition};
  }

  // kInternal TN3001. `rule` is the rule's name in docs/connector-contract.md; `detail` is key=value facts.
  Status Broken(std::string_view rule, std::string_view detail,
                std::string_view partition = "") const;
  // TN3005 when `bytes` hold the value of a secret option.
  Status RefuseSecret(std::string_view what, std::string_view bytes,
                      std::string_view partition = "") const;
  // An error as it may be shown: without secrets, with a code that exists, with connector and partition as its place.
  Status Clean(Status status, std::string_view partition) const;

  // Runs `call`, which returns a Status or a Result: notes the place, catches exceptions, cleans errors.
  template <typename Call>
  auto Guard(const CrashPlace& place, Call&& call) const -> decltype(call()) {
    using Outcome = decltype(call());
    const CrashScope scope(place);
    try {
      Outcome outcome = call();
      if (outcome.ok()) [[likely]]
        return outcome;
      if constexpr (std::is_same_v<Outcome, Status>) {
        return Clean(std::move(outcome), place.partition);
      } else {
        return Clean(std::move(outcome).status(), place.partition);
      }
    } catch (const std::bad_alloc&) {
      return OutOfMemory(place);
    } catch (const std::exception& error) {
      return Threw(place, error.what());
    } catch (...) {
      return Threw(place, "");
    }
  }
  // As Guard, for a Result<std::unique_ptr<T>>, which must hold an object.
  template <typename Call>
  auto GuardObject(const CrashPlace& place, Call&& call) const -> decltype(call()) {
    auto object = Guard(place, std::forward<Call>(call));
    if (object.ok() && *object == nullptr) return NullObject(place);
    return object;
  }

 private:
  Status OutOfMemory(const CrashPlace& place) const;
  Status Threw(const CrashPlace& place, std::string_view what) const;
  Status NullObject(const CrashPlace& place) const;

  std::string connector_, version_;
  CheckLevel level_;
  std::shared_ptr<const base::Redactor> redactor_;
};

// How errors and crash reports name a partition whose number they cannot know: a hash of its payload and the longest
// readable text in it, "1f0c2a77[/data/a.json]".
std::string PartitionLabel(std::string_view payload);

// Empty when a batch of `actual` may come from a source that declared `declared`: the same names and types in
// the same order. Else what differs: "column=3 declared=id:int is=id:long".
std::string SchemaDifference(const Schema& declared, const Schema& actual);

}  // namespace tenon::connector
