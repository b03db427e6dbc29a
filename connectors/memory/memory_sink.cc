#include <chrono>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "memory_parts.h"
#include "tenon/payload.h"

namespace tenon::memory {
namespace {

constexpr int32_t kMessageVersion = 1;

Result<std::vector<WriterId>> ParseMessages(std::span<const std::string> messages) {
  std::vector<WriterId> writers;
  for (const std::string& message : messages) {
    WriterId& writer = writers.emplace_back();
    TENON_RETURN_IF_ERROR(Unpack(message, kMessageVersion, &writer.partition, &writer.attempt));
  }
  return writers;
}

// The failure that was asked for in this call, as long as it is due.
Status MeetFault(MemoryStore& store, const SinkOptions& options, std::string_view call) {
  if (options.fail_in != call) return Status::Ok();
  const int64_t times = options.fail_times.value_or(std::numeric_limits<int64_t>::max());
  if (store.CountCall(options.table + "/" + std::string(call)) >= times) return Status::Ok();
  const std::string text = "Memory fails as it was asked to: call=" + std::string(call);
  if (options.fail_code == "slow_down")
    return Status::Unavailable(text).WithRetry(Retry::kSlowDown);
  if (options.fail_code == "data_error") return Status::DataError(text);
  if (options.fail_code == "resource_exhausted") return Status::ResourceExhausted(text);
  if (options.fail_code == "internal") return Status::Internal(text);
  if (options.fail_code == "throw")
    throw std::runtime_error(text);  // Tidy: the fault that was asked for
  return Status::Unavailable(text).WithRetry(Retry::kAgain);
}

Status Sleep(int64_t milliseconds, const TaskContext& context) {
  if (milliseconds > 0) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, context.stop(), std::chrono::milliseconds(milliseconds),
                   [] { return false; });
  }
  return context.CheckCancelled();
}

class MemoryWriter : public PartitionWriter {
 public:
  MemoryWriter(std::shared_ptr<MemoryStore> store, const SinkOptions& options, std::string token,
               WriterId id, const TaskContext& context)
      : store_(std::move(store)),
        options_(options),
        keep_(options.mode == "keep"),
        sum_(options.mode != "drop"),
        token_(std::move(token)),
        id_(id),
        context_(context) {}

  Status Write(RecordBatch batch) override {
    if (batch.layout() != nullptr)
      return Status::Unsupported("Memory takes batches of the canonical layout");
    TENON_RETURN_IF_ERROR(MeetFault(*store_, options_, "write"));
    TENON_RETURN_IF_ERROR(Sleep(options_.sleep_ms, context_));
    rows_.Add(std::move(batch), keep_, sum_);
    return Status::Ok();
  }

  Result<std::string> Commit() override {
    TENON_RETURN_IF_ERROR(MeetFault(*store_, options_, "writer_commit"));
    store_->Stage(token_, id_, std::move(rows_));
    return Pack(kMessageVersion, id_.partition, id_.attempt);
  }

 private:
  std::shared_ptr<MemoryStore> store_;
  const SinkOptions& options_;
  bool keep_, sum_;
  std::string token_;
  WriterId id_;
  TaskContext context_;
  MemoryRows rows_;
};

class MemorySink : public Sink, private WriterFactory {
 public:
  MemorySink(std::shared_ptr<MemoryStore> store, SinkOptions options, SinkCall call, WriteMode mode)
      : store_(std::move(store)),
        options_(std::move(options)),
        call_(std::move(call)),
        mode_(mode) {}

  ~MemorySink() override {
    if (!tried_) store_->Discard(call_.token, {});
  }

  CommitClass commit_class() const override { return CommitClass::kTransactional; }
  std::string state() const override { return "table " + options_.table; }
  const WriterFactory* local_writers() const override { return this; }

  Status Commit(uint64_t seq, std::string_view covers, std::span<const std::string> messages,
                const TaskContext&) override {
    tried_ = true;  // From here on the outcome may be unknown: cleaning up is left to recovery.
    TENON_ASSIGN_OR_RETURN(const std::vector<WriterId> writers, ParseMessages(messages));
    TENON_RETURN_IF_ERROR(MeetFault(*store_, options_, "before_commit"));
    TENON_RETURN_IF_ERROR(store_->Publish(call_, seq, covers, options_.table, mode_, writers));
    return MeetFault(*store_, options_, "after_commit");
  }

 private:
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override {
    return std::make_unique<MemoryWriter>(store_, options_, call_.token, id, context);
  }

  std::shared_ptr<MemoryStore> store_;
  SinkOptions options_;
  SinkCall call_;
  WriteMode mode_;
  bool tried_ = false;
};

class MemoryRecovery : public Recovery {
 public:
  MemoryRecovery(std::shared_ptr<MemoryStore> store, SinkOptions options)
      : store_(std::move(store)), options_(std::move(options)) {}

  Result<Outcome> Settle(const SinkCall& call, uint64_t seq, std::string_view,
                         std::span<const std::string>, std::string_view,
                         const TaskContext&) override {
    TENON_RETURN_IF_ERROR(MeetFault(*store_, options_, "settle"));
    return store_->Settle(call, seq);
  }

  Status Discard(const SinkCall& call, std::string_view, std::span<const std::string> messages,
                 const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(const std::vector<WriterId> named, ParseMessages(messages));
    store_->Discard(call.token, named);
    return Status::Ok();
  }

 private:
  std::shared_ptr<MemoryStore> store_;
  SinkOptions options_;
};

}  // namespace

const OptionSpec<SourceOptions>& SourceSpec() {
  static const auto spec = OptionSpec<SourceOptions>().Add(
      "table", &SourceOptions::table, {.help = "The table's name.", .required = true});
  return spec;
}

const OptionSpec<SinkOptions>& SinkSpec() {
  using S = SinkOptions;
  static const auto spec =
      OptionSpec<S>()
          .Add("table", &S::table, {.help = "The table's name.", .required = true})
          .Add(
              "mode", &S::mode,
              {.help =
                   "Keep the rows; or read each value into a checksum and drop the rows; or drop them unread.",
               .choices = {"keep", "checksum", "drop"}})
          .Add("sleep_ms", &S::sleep_ms,
               {.help = "How long each batch takes to write.", .minimum = 0})
          .Add("fail_in", &S::fail_in,
               {.help =
                    "Which call fails; after_commit has published the rows and loses the answer.",
                .choices = {"write", "writer_commit", "before_commit", "after_commit", "settle"}})
          .Add("fail_code", &S::fail_code,
               {.help = "How it fails.",
                .choices = {"unavailable", "slow_down", "data_error", "resource_exhausted",
                            "internal", "throw"}})
          .Add("fail_times", &S::fail_times,
               {.help = "How often it fails for this table before it works; absent: always.",
                .minimum = 0});
  return spec;
}

Result<std::unique_ptr<Sink>> MakeSink(std::shared_ptr<MemoryStore> store, SinkOptions options,
                                       const WriteRequest& request) {
  if (request.mode == WriteMode::kUpsert) {
    return Status::Unsupported("Memory cannot upsert: table=" + options.table);
  }
  if (request.mode == WriteMode::kCreate && store->Read(options.table).ok()) {
    return Status::AlreadyExists("Memory has this table already: table=" + options.table);
  }
  return std::make_unique<MemorySink>(std::move(store), std::move(options), request.call,
                                      request.mode);
}

std::unique_ptr<Recovery> MakeRecovery(std::shared_ptr<MemoryStore> store, SinkOptions options) {
  return std::make_unique<MemoryRecovery>(std::move(store), std::move(options));
}

}  // namespace tenon::memory
