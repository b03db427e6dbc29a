// Turns a handler that pushes rows into a reader from which batches are pulled. Private to the door.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tenon/athena.h"

namespace tenon::athena::internal {

// What all readers of a scan share; immutable.
struct ReadPlan {
  std::shared_ptr<const CompositeHandler> handler;
  Options options;
  TableName table_name;
  std::vector<std::string> table_columns;  // All, in the order in which WriteRow takes them.
  SchemaPtr schema;                        // Those that are wanted.
  Constraints constraints;
};

// Maps rows of a table to a builder of some of its columns.
class ColumnChooser {
 public:
  ColumnChooser(const std::vector<std::string>& table_columns, const Schema& wanted);
  // Positions among the wanted ones; -1: not wanted.
  int ByName(std::string_view column) const;
  int ByPosition(int column) const;
  // kInternal when a row has more cells than the table has columns.
  Status CheckCells(int cells) const;

 private:
  std::vector<std::string> names_;
  std::vector<int> slots_;
};

// The thread starts with the first Next(); the destructor asks the handler to stop and waits for it.
std::unique_ptr<PartitionReader> MakeReader(std::shared_ptr<const ReadPlan> plan,
                                            SplitProperties split, const TaskContext& context);

}  // namespace tenon::athena::internal
