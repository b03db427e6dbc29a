// Relationalize: batches taken apart into flat tables. Structs are flattened into columns named by their path; an array
// or a map becomes a number, under which a table of its own has the elements as rows.
//
//   root         {"name": "Ada", "tags": ["a", "b"]}     ->  name=Ada tags=1
//   root_tags                                            ->  id=1 index=0 tags.val=a / id=1 index=1 tags.val=b
//
// A table is named after the root and the path: "root_a.b", below it "root_a.b.val.c". Elements of an array stand under
// "<path>.val", and the fields of structs below that; entries of a map under "<path>.key" and "<path>.value". Where an
// array is null or empty the number is null. Values are not copied: only numbers are written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "transform/edit.h"

namespace tenon::transform {

// One worker's part of it. One thread at a time.
class Relationalizer {
 public:
  using Take = std::function<Status(const std::string& table, RecordBatch rows)>;

  // Lists of each table are numbered from `first_id` on.
  Relationalizer(std::string root, int64_t first_id)
      : root_(std::move(root)), first_id_(first_id) {}

  // Hands the rows of each table to `take`, the root's first; without rows when a table's schema is new only.
  // REQUIRES: a canonical batch.
  Status Add(RecordBatch batch, const Take& take) { return AddTo(root_, std::move(batch), take); }

 private:
  struct Table {
    SchemaPtr input;  // Of the last batch, and what makes it flat.
    Recipe recipe;
    SchemaPtr given;       // The schema that `take` got last.
    int64_t next_id = -1;  // -1: none was given yet.
  };

  // Batches for the tables below one, in the order of its columns.
  using Below = std::vector<std::pair<std::string, RecordBatch>>;

  Status AddTo(const std::string& name, RecordBatch batch, const Take& take);
  Result<columnar::Column> Flat(const std::string& name, const columnar::Column& column,
                                Below* below);
  Result<columnar::Column> Numbers(const std::string& name, const columnar::Column& lists,
                                   Below* below);
  Result<columnar::Column> FlatChoice(const std::string& name, const columnar::Column& choice,
                                      Below* below);

  const std::string root_;
  const int64_t first_id_;
  std::map<std::string, Table> tables_;
};

}  // namespace tenon::transform
