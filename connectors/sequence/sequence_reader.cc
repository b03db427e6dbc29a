#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sequence_faults.h"
#include "sequence_lies.h"
#include "sequence_scan.h"
#include "sequence_values.h"
#include "tenon/batch_builder.h"
#include "tenon/reusable_batch.h"

namespace tenon::sequence {
namespace {

// What every reader of a scan uses; lives in the factory.
struct ReadingPlan {
  ReadingPlan(Shape given_shape, ScanPlan given_plan)
      : shape(std::move(given_shape)), plan(std::move(given_plan)), faults(shape.options) {
    std::vector<int64_t> all;
    for (int64_t i = 0; i < shape.schema->size(); ++i) all.push_back(i);
    columns = plan.all_columns ? std::move(all) : plan.columns;
    schema = plan.SchemaOf(shape);
  }

  Shape shape;
  ScanPlan plan;
  std::vector<int64_t> columns;  // Positions in the shape's schema, in the order of the batches.
  SchemaPtr schema;              // Of the batches when there is no drift.
  SchemaPtr drift_schemas[3];    // By block number modulo 3, or 2.
  std::optional<ReusableBatch> reused;
  Faults faults;

  bool IsNull(int64_t row, int64_t column) const {
    const int64_t every = shape.options.nulls_every;
    return every > 0 && (row + every - column % every) % every == every - 1;
  }
  bool IsBad(int64_t row) const {
    const int64_t every = shape.options.bad_rows_every;
    return every > 0 && row % every == every - 1;
  }
};

// Appends rows [first, last) as columns `columns` of the shape, under their own schema.
void AppendRows(const ReadingPlan& reading, const Schema& schema,
                const std::vector<int64_t>& columns, RowRange rows, const TaskContext& context,
                BatchBuilder& batch) {
  for (int64_t row = rows.first; row < rows.last; ++row) {
    if (reading.IsBad(row)) {
      context.AddError({.message = "Row is bad as it was asked to be",
                        .input = std::to_string(row),
                        .where = "row=" + std::to_string(row)});
      continue;
    }
    if (reading.plan.skip_null_values && reading.IsNull(row, 0)) continue;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (reading.IsNull(row, columns[i])) continue;  // EndRow() fills it in.
      const int at = static_cast<int>(i);
      AppendValue(schema.field(at).type, row, batch.column(at));
    }
    batch.EndRow();
  }
}

class SequenceReader : public PartitionReader {
 public:
  SequenceReader(std::shared_ptr<const ReadingPlan> reading, RowRange rows, bool splittable,
                 const TaskContext& context)
      : reading_(std::move(reading)),
        context_(context),
        first_(rows.first),
        next_(rows.first),
        last_(rows.last),
        splittable_(splittable) {}

  Result<std::optional<RecordBatch>> Next() override {
    TENON_RETURN_IF_ERROR(Wait(reading_->shape.options.delay_ms, context_));
    const int64_t fail_at = reading_->shape.options.fail_at_row;
    const bool may_fail = reading_->faults.Has("next") && fail_at < last_ && fail_at >= first_;
    if (may_fail && next_ >= fail_at && !failed_) {
      TENON_RETURN_IF_ERROR(reading_->faults.Meet("next", context_));
      failed_ = true;  // It was not due: this reader goes on.
    }
    if (next_ >= last_) return AfterEnd();
    const int64_t chunk = ChunkRows();
    if (splittable_ && context_.split_wanted()) GiveHalfAway(chunk);
    RowRange rows{next_, std::min(last_, next_ + chunk)};
    if (may_fail && next_ < fail_at) rows.last = std::min(rows.last, fail_at);
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, MakeBatch(&rows));
    next_ = rows.last;
    TENON_RETURN_IF_ERROR(Lie(reading_->shape.options.lie, batches_++, &batch));
    return batch;
  }

 private:
  Result<std::optional<RecordBatch>> AfterEnd() {
    if (reading_->shape.options.lie != "batch_after_end" || !std::exchange(ended_, true))
      return std::nullopt;
    RowRange first{first_, std::min(first_ + 1, last_)};
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, MakeBatch(&first));
    return batch;
  }

  int64_t ChunkRows() const {
    const int64_t most = std::max<int64_t>(1, context_.limits().max_rows);
    const SequenceOptions& options = reading_->shape.options;
    if (options.lie == "over_limit") return most + 1;
    return options.batch_rows > 0 ? std::min(options.batch_rows, most) : most;
  }

  // Gives the second half of what is left away, in whole chunks; keeps at least one.
  void GiveHalfAway(int64_t chunk) {
    const int64_t chunks = (last_ - next_ + chunk - 1) / chunk;
    if (chunks < 2) return;
    const int64_t middle = next_ + (chunks + 1) / 2 * chunk;
    const Partition mine{
        .payload = SerializeRange({first_, middle}), .rows = middle - first_, .splittable = true};
    const Partition rest{
        .payload = SerializeRange({middle, last_}), .rows = last_ - middle, .splittable = true};
    if (context_.GiveAway(mine, rest)) last_ = middle;
  }

  // Rows of `*rows`, or of a beginning of it when the schema changes inside: `*rows` is then cut.
  Result<RecordBatch> MakeBatch(RowRange* rows) {
    if (reading_->reused) {
      rows->last = std::min(rows->last, rows->first + reading_->reused->num_rows());
      return reading_->reused->Share(0, rows->size());
    }
    SchemaPtr schema = reading_->schema;
    std::vector<int64_t> columns = reading_->columns;
    if (reading_->shape.drift != Drift::kNone) EnterBlock(rows, &schema, &columns);
    if (builder_ == nullptr || builder_schema_ != schema) {
      builder_ = std::make_unique<BatchBuilder>(schema);
      builder_schema_ = schema;
    }
    builder_->ExpectRows(rows->size());
    AppendRows(*reading_, *schema, columns, *rows, context_, *builder_);
    return builder_->Finish();
  }

  // Cuts the rows at the end of their block and says what its schema is.
  void EnterBlock(RowRange* rows, SchemaPtr* schema, std::vector<int64_t>* columns) const {
    const int64_t size = reading_->shape.options.drift_rows;
    const int64_t block = rows->first / size;
    rows->last = std::min(rows->last, (block + 1) * size);
    const bool types = reading_->shape.drift == Drift::kTypes;
    const int64_t kind = block % (types ? 3 : 2);
    *schema = reading_->drift_schemas[kind];
    if (!types && kind == 1) columns->pop_back();
    if (types && kind == 2) columns->erase(columns->begin());
  }

  std::shared_ptr<const ReadingPlan> reading_;
  TaskContext context_;
  int64_t first_, next_, last_;
  bool splittable_, failed_ = false, ended_ = false;
  int64_t batches_ = 0;
  SchemaPtr builder_schema_;
  std::unique_ptr<BatchBuilder> builder_;
};

class SequenceReaderFactory : public ReaderFactory {
 public:
  explicit SequenceReaderFactory(std::shared_ptr<const ReadingPlan> reading)
      : reading_(std::move(reading)) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    TENON_RETURN_IF_ERROR(context.CheckCancelled());
    TENON_ASSIGN_OR_RETURN(const RowRange rows, ParseRange(partition.payload));
    if (rows.first < reading_->shape.options.start || rows.last > reading_->shape.end()) {
      return Status::InvalidArgument(
          "Partition is outside of the sequence: first=" + std::to_string(rows.first) +
          " last=" + std::to_string(rows.last));
    }
    TENON_RETURN_IF_ERROR(reading_->faults.Meet("open", context));
    return std::make_unique<SequenceReader>(reading_, rows, partition.splittable, context);
  }

 private:
  std::shared_ptr<const ReadingPlan> reading_;
};

// The schemas of the blocks: see Drift.
Status MakeDriftSchemas(ReadingPlan* reading) {
  const std::vector<Field>& fields = reading->shape.schema->fields();
  if (fields.empty())
    return Status::InvalidArgument("Option needs a column to change: option=drift");
  reading->drift_schemas[0] = reading->shape.schema;
  std::vector<Field> fewer = fields;
  if (reading->shape.drift == Drift::kColumns) {
    fewer.pop_back();
    reading->drift_schemas[1] = std::make_shared<const Schema>(std::move(fewer));
    return Status::Ok();
  }
  std::vector<Field> choice = fields;
  TENON_ASSIGN_OR_RETURN(choice[0].type, DataType::Choice({DataType::Long(), DataType::String()}));
  reading->drift_schemas[1] = std::make_shared<const Schema>(std::move(choice));
  fewer.erase(fewer.begin());
  reading->drift_schemas[2] = std::make_shared<const Schema>(std::move(fewer));
  return Status::Ok();
}

// The batch that every batch of a reusing scan shares.
Result<ReusableBatch> MakeReusedBatch(const ReadingPlan& reading) {
  const int64_t batch_rows = reading.shape.options.batch_rows;
  const int64_t rows =
      std::min(reading.shape.options.rows, batch_rows > 0 ? batch_rows : BatchLimits().max_rows);
  const int64_t first = reading.shape.options.start;
  if (reading.columns.empty()) return ReusableBatch(RecordBatch::RowCount(rows));
  BatchBuilder batch(reading.schema);
  AppendRows(reading, *reading.schema, reading.columns, {first, first + rows}, TaskContext(),
             batch);
  TENON_ASSIGN_OR_RETURN(RecordBatch made, batch.Finish());
  return ReusableBatch(std::move(made));
}

}  // namespace

Result<std::unique_ptr<ReaderFactory>> MakeReaderFactory(Shape shape, const ScanState& state) {
  TENON_ASSIGN_OR_RETURN(ScanPlan plan, ScanPlan::Parse(state.bytes, shape));
  auto reading = std::make_shared<ReadingPlan>(std::move(shape), std::move(plan));
  if (reading->shape.drift != Drift::kNone) TENON_RETURN_IF_ERROR(MakeDriftSchemas(reading.get()));
  if (reading->shape.options.reuse) {
    TENON_ASSIGN_OR_RETURN(reading->reused, MakeReusedBatch(*reading));
  }
  return std::make_unique<SequenceReaderFactory>(std::move(reading));
}

}  // namespace tenon::sequence
