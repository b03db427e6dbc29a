// The plan behind a frame: a chain of transforms over a source, or over rows made of other frames. Frames name its
// nodes.
//
// Nodes are immutable and shared. A chain's first node points to the one thing in a plan that changes: how far this
// run has come with the source, or with the rows of other frames. Used by the job's own thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frame/spool.h"
#include "runstate/attempt.h"
#include "tenon/connector.h"
#include "tenon/job.h"
#include "transform/narrow.h"

namespace tenon::job {

// The rows of a finished read: a spool, and which of its partitions hold the attempts that won, in
// the order of the scan's partitions.
struct SpooledRows {
  std::unique_ptr<frame::Spool> spool;
  std::vector<int> partitions;
  SchemaPtr schema;  // Merged from all batches.
  int64_t rows = 0;
};

// One source of a script. "A source is read once per run": what was read of it is kept here.
struct SourceRead {
  int number = 0;       // From 1, in the order of the script.
  std::string label;    // "persons"
  std::string context;  // transformation_ctx, or made from the number when the script gives none.
  bool bookmarked = false;  // The script gave a context.
  std::shared_ptr<Connector> connector;
  ConnectorInfo info;
  Options options;
  std::unique_ptr<Source> source;
  std::optional<Schema> schema;       // None: self-describing.
  std::vector<Predicate> where;       // Conjuncts of the push-down predicate.
  std::string predicate;              // As the script wrote it.
  std::vector<std::string> required;  // Columns that some row must have; of a self-describing one.

  bool closed = false;                     // A job.commit() came after it was opened.
  std::optional<runstate::ReadPlan> plan;  // None: not opened yet.
  bool planned = false;                    // `end` and `pin` are those of the first read.
  std::optional<Position> end;
  std::string pin;
  int reads = 0;  // Streams that came to their end; a spool counts as one.
  std::optional<runstate::Fingerprint> fingerprint;
  std::shared_ptr<SpooledRows> spool;
};

// Rows that come from other frames: where a chain begins that has no source of its own. As with a source, what was
// made once is kept here.
struct DerivedRead {
  enum class Kind {
    kUnion,  // All rows of all inputs.
    kJoin,  // Rows of two inputs whose keys are equal; right names that the left has too get a dot before them.
    kPartitions,  // The rows of one input, in so many partitions.
    kTable,  // One of the tables that an input was taken apart into; its rows are made with it.
  };
  Kind kind = Kind::kUnion;
  std::vector<std::shared_ptr<const internal::PlanNode>> inputs;
  std::vector<std::string> left_keys, right_keys;  // Of a join.
  bool unmatched = false;  // Of a join: instead, the left's rows that have no equal.
  int partitions = 0;      // Of kPartitions.
  bool even = true;    // Of kPartitions: as many rows in each, else neighbours are put together.
  std::string detail;  // For EXPLAIN: "Join id = person_id".

  std::vector<std::shared_ptr<SpooledRows>> input_rows;  // One per input, once they were read.
  std::shared_ptr<SpooledRows> spool;                    // The result, once it was spooled.
};

// Bad rows of one node of a plan, over all actions that ran.
struct NodeErrors {
  std::vector<ErrorRecord> records;
  int64_t count = 0;
};

}  // namespace tenon::job

namespace tenon::internal {

struct PlanNode {
  int id = 0;
  const void* owner = nullptr;  // The job; a frame is of use to no other.
  std::string label;            // "read persons", "apply_mapping"
  // Of the chain's first node; reached from every other. One of the two is null.
  std::shared_ptr<job::SourceRead> source;
  std::shared_ptr<job::DerivedRead> derived;
  std::shared_ptr<const PlanNode> input;  // Null for the chain's first node.
  std::shared_ptr<const transform::NarrowTransform>
      transform;  // Null for the chain's first node and a sort.
  std::vector<SortKey>
      order;  // Of a sort, the one step that is wide: all rows come before its first.
  TransformSpec spec;
  std::optional<Schema> schema;  // Of the frame; none: self-describing.
  std::shared_ptr<job::NodeErrors> errors;

  // These are of any node but the chain's first.
  bool changes_rows() const { return transform && transform->changes_rows(); }
  bool wants_frame_schema() const { return !transform || transform->wants_frame_schema(); }
  std::string Describe() const;
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const;
};

}  // namespace tenon::internal

namespace tenon::job {

// The nodes of a frame from its source, or from where other frames are brought together, on.
std::vector<const internal::PlanNode*> ChainOf(const internal::PlanNode& node);

// All nodes that a frame's rows pass, each once: those of inputs before what is made of them, the frame's own last.
std::vector<const internal::PlanNode*> AllNodesOf(const internal::PlanNode& node);

}  // namespace tenon::job
