// Narrow transforms: batch in, batch out, one after another without waiting for other rows.
//
// A NarrowTransform is the checked description, immutable and shared by all threads; it makes one NarrowStage per
// worker, which holds what that worker has worked out for each schema it met. Stages accept batches that lack a
// column or hold it in another type: a self-describing source may give such batches at any time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/record_batch.h"
#include "tenon/result.h"
#include "tenon/task_context.h"

namespace tenon::transform {

struct StageContext {
  const TaskContext&
      task;  // Bad rows go to task.AddError; values that became null are counted in "cast.impossible".
};

// One worker's state. One thread at a time.
class NarrowStage {
 public:
  virtual ~NarrowStage() = default;
  // None: nothing is left of the batch. An error ends the job; bad rows are not errors. REQUIRES: a canonical batch.
  virtual Result<std::optional<RecordBatch>> Apply(RecordBatch batch,
                                                   const StageContext& context) = 0;
  // Before the batches of each attempt at a partition, counted from 0: above it, what came of the attempt before is
  // forgotten.
  virtual void BeginAttempt(int attempt) { static_cast<void>(attempt); }
  // False: nothing will come of any further batch, of this partition or another. Asked after each Apply.
  virtual bool wants_more() const { return true; }
};

class NarrowTransform {
 public:
  virtual ~NarrowTransform() = default;

  // "apply_mapping".
  virtual std::string_view name() const = 0;
  // Of a typed input: the output's schema, or kInvalidArgument that names what is wrong (TN2001: a column that is not
  // in the input). None in, none out: a self-describing input, of which nothing can be checked.
  virtual Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>& input) const = 0;
  // Which top-level columns of the input suffice to give the `wanted` columns of the output; none: all. Names are as
  // the job wrote them: find them in the input without regard to case.
  virtual std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const = 0;
  // False: every row of the input is a row of the output, so that counts and limits pass through.
  virtual bool changes_rows() const = 0;
  // True: it must see the rows of all partitions in their order, by one stage.
  virtual bool in_order() const { return false; }
  // That no more rows than these come out, and they are the first that came in.
  virtual std::optional<int64_t> row_limit() const { return std::nullopt; }
  // One line for EXPLAIN.
  virtual std::string Describe() const = 0;
  // The stage may outlive this transform.
  virtual Result<std::unique_ptr<NarrowStage>> NewStage() const = 0;
  // The same for a frame whose schema is known before its first batch: that of a typed source, or the merged one of a
  // spool. Some transforms treat a column by what it is in the whole frame (make_cols renames a column only when it is
  // a choice there); without this they take each batch for the whole frame.
  virtual Result<std::unique_ptr<NarrowStage>> NewStageFor(const SchemaPtr& frame_schema) const {
    static_cast<void>(frame_schema);
    return NewStage();
  }
  // True when, of a self-describing input, only the schema of the whole frame tells what to do: a spool before this
  // transform and NewStageFor give results that do not depend on how rows fall into batches.
  virtual bool wants_frame_schema() const { return false; }
  // What becomes of a frame's schema that is known from its rows alone: as OutputSchema, but a column that is not there
  // is no error, since none of the rows happened to have it. The schemas of all output batches of NewStageFor merge
  // into it. REQUIRES: !changes_rows(); rows that go may take a type with them.
  virtual Result<Schema> FrameSchemaAfter(const Schema& frame_schema) const {
    TENON_ASSIGN_OR_RETURN(std::optional<Schema> after, OutputSchema(frame_schema));
    return *std::move(after);
  }
};

}  // namespace tenon::transform
