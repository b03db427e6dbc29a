#include "door/spark_write.h"

#include <utility>

namespace tenon::spark::internal {
namespace {

constexpr int kSinkNeedsSchema = 3101;  // Of src/base/error_catalog.h, which the door does not see.

// Abort is called by destructors too, and those must not throw.
template <typename T, typename... Arguments>
void AbortQuietly(T& given_up, const Arguments&... arguments) noexcept {
  try {
    given_up.Abort(arguments...);
  } catch (
      ...) {  // Nobody is left to tell: what it leaves behind is what an abort that fails leaves.
  }
}

Result<SaveMode> SaveModeOf(WriteMode mode) {
  switch (mode) {
    case WriteMode::kAppend: return SaveMode::kAppend;
    case WriteMode::kCreate: return SaveMode::kErrorIfExists;
    case WriteMode::kReplace:
    case WriteMode::kTruncate: return SaveMode::kOverwrite;
    case WriteMode::kUpsert: break;
  }
  return Status::Unsupported("Write mode has no word in Spark's SaveMode: mode=upsert")
      .WithHint("Use append, create or overwrite.");
}

class SparkSink : public Sink {
 public:
  SparkSink(std::unique_ptr<DataSourceWriter> writer, std::string state)
      : writer_(std::move(writer)), state_(std::move(state)) {}
  ~SparkSink() override {
    if (!ended_) AbortQuietly(*writer_, std::span<const WriterCommitMessage>());
  }

  CommitClass commit_class() const override { return CommitClass::kAppendOnly; }
  std::string state() const override { return state_; }
  Status Commit(uint64_t, std::string_view, std::span<const std::string> messages,
                const TaskContext& context) override {
    ended_ = true;
    Status committed = writer_->Commit(messages, context);
    if (!committed.ok()) AbortQuietly(*writer_, messages);
    return committed;
  }

 private:
  const std::unique_ptr<DataSourceWriter> writer_;
  const std::string state_;
  bool ended_ = false;
};

class SparkWriter : public PartitionWriter {
 public:
  SparkWriter(std::shared_ptr<const Options> options, const TaskContext& context)
      : options_(std::move(options)), task_(context) {}
  ~SparkWriter() override {
    if (writer_ && !committed_) AbortQuietly(*writer_);
  }

  Status Open(const DataWriterFactory& factory, WriterId id) {
    TENON_ASSIGN_OR_RETURN(writer_,
                           factory.CreateDataWriter(id.partition, id.attempt, {*options_, task_}));
    return writer_ ? Status::Ok() : Status::Internal("CreateDataWriter gave null");
  }

  Status Write(RecordBatch batch) override {
    TENON_RETURN_IF_ERROR(task_.CheckCancelled());
    const BatchView rows(batch);
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      TENON_RETURN_IF_ERROR(writer_->Write(InternalRow(batch.schema(), rows, row)));
    }
    return Status::Ok();
  }

  Result<std::string> Commit() override {
    TENON_ASSIGN_OR_RETURN(WriterCommitMessage message, writer_->Commit());
    committed_ = true;
    return message;
  }

 private:
  const std::shared_ptr<const Options> options_;
  const TaskContext task_;
  std::unique_ptr<DataWriter> writer_;
  bool committed_ = false;
};

struct SparkWriters : WriterFactory {
  SparkWriters(std::unique_ptr<DataWriterFactory> made, const Options& asked)
      : factory(std::move(made)), options(std::make_shared<const Options>(asked)) {}
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override {
    auto writer = std::make_unique<SparkWriter>(options, context);
    TENON_RETURN_IF_ERROR(writer->Open(*factory, id));
    return std::unique_ptr<PartitionWriter>(std::move(writer));
  }
  std::unique_ptr<const DataWriterFactory> factory;
  std::shared_ptr<const Options> options;
};

}  // namespace

Result<std::unique_ptr<Sink>> OpenSink(const WriteSupport& write, const Options& options,
                                       const WriteRequest& request) {
  TENON_ASSIGN_OR_RETURN(const SaveMode mode, SaveModeOf(request.mode));
  if (!request.schema) {
    return Status::Unsupported("CreateWriter needs the columns before the first row")
        .WithNumber(kSinkNeedsSchema);
  }
  TENON_ASSIGN_OR_RETURN(auto writer,
                         write.CreateWriter(request.call.token, *request.schema, mode, options));
  if (!writer) return Status::Internal("CreateWriter gave null");
  Result<std::unique_ptr<DataWriterFactory>> factory = writer->CreateWriterFactory();
  Status status = factory.ok() && !*factory ? Status::Internal("CreateWriterFactory gave null")
                                            : factory.status();
  if (!status.ok()) {
    AbortQuietly(*writer, std::span<const WriterCommitMessage>());
    return status;
  }
  std::string state = (*factory)->Serialize();
  return std::make_unique<SparkSink>(std::move(writer), std::move(state));
}

Result<std::unique_ptr<WriterFactory>> OpenWriters(const WriteSupport& write,
                                                   const Options& options,
                                                   std::string_view sink_state) {
  TENON_ASSIGN_OR_RETURN(auto factory, write.ParseWriterFactory(sink_state));
  if (!factory) return Status::Internal("ParseWriterFactory gave null");
  return std::make_unique<SparkWriters>(std::move(factory), options);
}

}  // namespace tenon::spark::internal
