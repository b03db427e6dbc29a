// Which columns of a frame have values of several types, how many of each, and what to write to resolve them.
//
//   ChoiceReport report(*merged_schema);
//   for each batch of the frame: report.Add(batch);
//   return report.UnresolvedChoice();
//
// Made when a sink refuses a frame, from the rows of its spool: nothing is counted before. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tenon/record_batch.h"
#include "tenon/status.h"

namespace tenon::frame {

class ChoiceReport {
 public:
  struct Kind {
    std::string type;  // "int"
    int64_t values = 0;
  };
  struct Choice {
    std::string path;  // "owner.price", "items[].price", as resolveChoice takes it.
    std::vector<Kind> kinds;
    // What the values have in common: "cast:long", "cast:double", "cast:string" or "make_struct".
    std::string action;
  };

  explicit ChoiceReport(const Schema& merged);

  // Counts the values of the choices. REQUIRES: a canonical batch whose schema is part of the merged one.
  void Add(const RecordBatch& batch);

  // In the order of the schema; a choice inside another choice is not listed.
  const std::vector<Choice>& choices() const { return choices_; }

  // kInvalidArgument TN2002 that names each column with its kinds and their counts, and in the hint the line that
  // resolves them. Ok when there is no choice.
  Status UnresolvedChoice() const;

 private:
  std::vector<Choice> choices_;
};

}  // namespace tenon::frame
