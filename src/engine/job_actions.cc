// The actions of LocalJob that write nothing: schema, count, first rows, batches, errors, plan.
#include <iterator>
#include <utility>

#include "columnar/json_text.h"
#include "columnar/schema_text.h"
#include "columnar/slice.h"
#include "engine/frame_run.h"
#include "engine/local_job.h"
#include "engine/plain_writers.h"
#include "job/explain.h"
#include "tenon/batch_builder.h"

namespace tenon::engine {

using internal::PlanNode;
using job::ActionKind;

namespace {

WriteSide Visit(const char* node, const WriterFactory& writers) {
  // What a call-back has seen it cannot forget: no second attempt.
  return {.node = node,
          .connector = node,
          .writers = &writers,
          .may_retry = false,
          .keep_messages = false};
}

}  // namespace

Result<SchemaPtr> LocalJob::CurrentSchema(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  return Leave(SchemaOf(*node));
}

Result<SchemaPtr> LocalJob::SchemaOf(const PlanNode& node) {
  SchemaPtr& known = schemas_[node.id];
  if (known) return known;
  if (node.schema) {
    known = std::make_shared<const Schema>(*node.schema);
    return known;
  }
  TENON_ASSIGN_OR_RETURN(FrameRun run, FrameRun::Prepare(services_, node, ActionKind::kOther));
  TENON_ASSIGN_OR_RETURN(known, run.FrameSchema());
  return known;
}

Result<bool> LocalJob::IsTyped(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  return node->schema.has_value();
}

Result<int64_t> LocalJob::Count(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  return Leave(CountRows(*node));
}

Result<int64_t> LocalJob::CountRows(const PlanNode& node) {
  TENON_ASSIGN_OR_RETURN(FrameRun run, FrameRun::Prepare(services_, node, ActionKind::kOther));
  // Bad rows of the transforms are found by running them, whatever they do to the count.
  if (node.input == nullptr && node.source) return node.source->spool->rows;
  const DropWriters drop;
  TENON_ASSIGN_OR_RETURN(const FrameResult result, run.Into(Visit("count", drop)));
  return result.pipeline.rows_written;
}

Result<std::vector<RecordBatch>> LocalJob::Head(const Frame& frame, int64_t rows) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  return Leave(FirstRows(*node, rows));
}

Result<std::vector<RecordBatch>> LocalJob::FirstRows(const PlanNode& node, int64_t rows) {
  std::vector<RecordBatch> head;
  if (rows <= 0) return head;
  TENON_ASSIGN_OR_RETURN(std::optional<FrameRun> run,
                         FrameRun::PrepareLimited(services_, node, rows));
  if (!run) {
    TENON_ASSIGN_OR_RETURN(run, FrameRun::Prepare(services_, node, ActionKind::kOther));
  }
  int64_t missing = rows;
  const VisitWriters writers([&head, &missing](RecordBatch batch) -> Status {
    if (batch.num_rows() > missing) {
      TENON_ASSIGN_OR_RETURN(batch, columnar::Slice(std::move(batch), 0, missing));
    }
    missing -= batch.num_rows();
    if (batch.num_rows() > 0) head.push_back(std::move(batch));
    // Ends the run: nothing more is wanted.
    return missing > 0 ? Status::Ok() : Status::Cancelled("Enough rows were read");
  });
  // A row's columns in the order of the frame's schema, whatever the batches around it had.
  SchemaPtr shape;
  if (run->reads_spool() && !node.schema) {
    TENON_ASSIGN_OR_RETURN(shape, run->KnownSchema());
  }
  // One worker takes the partitions in order, so that the first rows are the first.
  Result<FrameResult> result = run->Into(Visit("head", writers), std::move(shape), 1);
  if (!result.ok() && (missing > 0 || services_.cancelled())) return std::move(result).status();
  return head;
}

Result<std::string> LocalJob::SchemaTree(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const SchemaPtr schema, CurrentSchema(frame));
  return columnar::SchemaTree(*schema);
}

Result<std::string> LocalJob::SchemaJson(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const SchemaPtr schema, CurrentSchema(frame));
  return columnar::SchemaJson(*schema);
}

Result<std::vector<std::string>> LocalJob::Show(const Frame& frame, int64_t rows) {
  TENON_ASSIGN_OR_RETURN(const std::vector<RecordBatch> head, Head(frame, rows));
  const columnar::JsonStyle style{.blanks = true, .omit_nulls = !frame.node()->schema.has_value()};
  std::vector<std::string> lines;
  for (const RecordBatch& batch : head) {
    const columnar::JsonText text(batch, style);
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      text.AppendRow(row, &lines.emplace_back());
    }
  }
  return lines;
}

Result<int> LocalJob::CountPartitions(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  Result<FrameRun> run = FrameRun::Prepare(services_, *node, ActionKind::kOther);
  if (!run.ok()) return Leave(std::move(run).status());
  return Leave(run->CountPartitions());
}

Status LocalJob::ForEachBatch(const Frame& frame, const std::function<Status(RecordBatch)>& visit) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  Result<FrameRun> run = FrameRun::Prepare(services_, *node, ActionKind::kOther);
  if (!run.ok()) return Leave(std::move(run).status());
  const VisitWriters writers(visit);
  return Leave(run->Into(Visit("batches", writers)).status());
}

Result<std::vector<ErrorRecord>> LocalJob::Errors(const Frame& frame, int64_t max) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  std::vector<ErrorRecord> records;
  for (const PlanNode* step : job::AllNodesOf(*node)) {
    for (const ErrorRecord& record : step->errors->records) {
      if (std::ssize(records) >= max) return records;
      records.push_back({services_.redactor().Redact(record.message),
                         services_.redactor().Redact(record.input),
                         services_.redactor().Redact(record.where)});
    }
  }
  return records;
}

Result<int64_t> LocalJob::ErrorCount(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  int64_t count = 0;
  for (const PlanNode* step : job::AllNodesOf(*node)) count += step->errors->count;
  return count;
}

Result<int64_t> LocalJob::StageErrorCount(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  return node->errors->count;
}

Result<Frame> LocalJob::ErrorsFrame(const Frame& frame) {
  TENON_RETURN_IF_ERROR(Count(frame).status());
  const DataType text = DataType::String();
  const DataType site = DataType::Struct({{"site", text}, {"info", text}});
  const DataType error =
      DataType::Struct({{"callsite", site}, {"msg", text}, {"input", text}, {"source", text}});
  BatchBuilder rows(std::make_shared<const Schema>(std::vector<Field>{{"error", error}}));
  const auto append = [this](ColumnBuilder& column, const std::string& words) {
    if (words.empty()) return column.AppendNull();
    column.Append(services_.redactor().Redact(words));
  };
  std::vector<RecordBatch> batches;
  for (const PlanNode* step : job::AllNodesOf(*frame.node())) {
    for (const ErrorRecord& record : step->errors->records) {
      ColumnBuilder& column = rows.column(0);
      append(column.field(0).field(0), step->label);
      append(column.field(0).field(1), step->spec.info);
      column.field(0).EndStruct();
      append(column.field(1), record.message);
      append(column.field(2), record.input);
      append(column.field(3), record.where);
      column.EndStruct();
      rows.EndRow();
      if (!rows.full()) continue;
      TENON_ASSIGN_OR_RETURN(batches.emplace_back(), rows.Finish());
    }
  }
  TENON_ASSIGN_OR_RETURN(batches.emplace_back(), rows.Finish());
  return AddRows(std::move(batches), "errors", {frame.node()});
}

Result<std::string> LocalJob::Explain(const Frame& frame) {
  TENON_ASSIGN_OR_RETURN(const PlanNode* node, NodeOf(frame));
  return Leave(ExplainNode(*node));
}

Result<std::string> LocalJob::ExplainNode(const PlanNode& node) {
  if (node.derived) {
    std::vector<std::string> inputs;
    for (const auto& input : node.derived->inputs) {
      TENON_ASSIGN_OR_RETURN(inputs.emplace_back(), ExplainNode(*input));
    }
    return job::ExplainDerived(node, inputs);
  }
  TENON_ASSIGN_OR_RETURN(
      const job::ReadTerms terms,
      job::NegotiateRead(*node.source, {.wanted_partitions = services_.memory().workers},
                         job::NeededColumns(job::ChainOf(node)), std::nullopt,
                         services_.context()));
  return job::ExplainPlan(node, terms);
}

}  // namespace tenon::engine
