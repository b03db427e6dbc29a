#include "tests/engine/fake_store.h"

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <utility>

#include "base/error_catalog.h"
#include "tenon/batch_builder.h"
#include "tenon/column_view.h"
#include "tenon/payload.h"

namespace tenon::testing {
namespace {

using StorePtr = std::shared_ptr<FakeStore>;

constexpr int32_t kVersion = 1;

const SchemaPtr& IdSchema() {
  static const SchemaPtr schema =
      std::make_shared<const Schema>(std::vector<Field>{{"id", DataType::Long()}});
  return schema;
}

// Counts an object while it lives, and the most that lived at once.
class Living {
 public:
  explicit Living(std::atomic<int>& count, std::atomic<int>* most = nullptr) : count_(count) {
    const int now = ++count_;
    if (most == nullptr) return;
    for (int seen = *most; seen < now && !most->compare_exchange_weak(seen, now);) {
    }
  }
  Living(const Living&) = delete;
  Living& operator=(const Living&) = delete;
  ~Living() { --count_; }

 private:
  std::atomic<int>& count_;
};

Partition MakePartition(const FakeStore& store, int64_t begin, int64_t end) {
  return {
      .payload = Pack(kVersion, begin, end), .rows = end - begin, .splittable = store.splittable};
}

class FakeReader final : public PartitionReader {
 public:
  FakeReader(StorePtr store, int64_t begin, int64_t end, TaskContext context)
      : store_(std::move(store)),
        context_(std::move(context)),
        first_(begin),
        next_(begin),
        end_(end),
        living_(store_->live_readers, &store_->most_readers) {}

  Result<std::optional<RecordBatch>> Next() override {
    TENON_RETURN_IF_ERROR(
        store_->Step({.place = "next", .partition = first_, .batch = batch_++}, context_));
    if (store_->splittable && context_.split_wanted()) GiveHalfAway();
    if (next_ >= end_) return std::optional<RecordBatch>();
    const int64_t last = std::min(next_ + store_->batch_rows, end_);
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, store_->make_batch ? store_->make_batch(next_, last)
                                                                 : MakeIds(next_, last));
    next_ = last;
    return std::optional<RecordBatch>(std::move(batch));
  }

 private:
  void GiveHalfAway() {
    const int64_t left = end_ - next_;
    if (left < 2 * store_->batch_rows) return;
    const int64_t middle = next_ + left / 2;
    if (context_.GiveAway(MakePartition(*store_, first_, middle),
                          MakePartition(*store_, middle, end_))) {
      end_ = middle;
      ++store_->give_aways;
    } else {
      ++store_->refused;
    }
  }

  const StorePtr store_;
  const TaskContext context_;
  const int64_t first_;
  int64_t next_, end_, batch_ = 0;
  Living living_;
};

class FakeReaders final : public ReaderFactory {
 public:
  explicit FakeReaders(StorePtr store) : store_(std::move(store)) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t begin = 0, end = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, kVersion, &begin, &end));
    ++store_->opens;
    TENON_RETURN_IF_ERROR(store_->Step({.place = "open", .partition = begin}, context));
    return std::unique_ptr<PartitionReader>(
        std::make_unique<FakeReader>(store_, begin, end, context));
  }

 private:
  const StorePtr store_;
};

class FakeScan final : public Scan {
 public:
  FakeScan(StorePtr store, int64_t most_rows)
      : store_(std::move(store)), left_(most_rows), living_(store_->live_scans) {}

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override {
    ++store_->pages;
    TENON_RETURN_IF_ERROR(store_->Step({.place = "page"}, context));
    std::vector<Partition> page;
    for (; given_ < store_->partitions && std::ssize(page) < store_->partitions_a_page; ++given_) {
      const int64_t begin = given_ * store_->rows_per_partition;
      const int64_t rows = std::min(store_->rows_per_partition, left_);
      if (rows == 0 && store_->rows_per_partition > 0) break;
      left_ -= rows;
      page.push_back(MakePartition(*store_, begin, begin + rows));
    }
    return page;
  }
  ScanState state() const override {
    ScanState state;
    if (store_->typed) state.schema = *IdSchema();
    return state;
  }
  std::optional<Position> end() const override { return store_->position; }
  std::string pin() const override { return store_->pin; }

 private:
  const StorePtr store_;
  int given_ = 0;
  int64_t left_;  // Rows that the limit still allows.
  Living living_;
};

class FakeSource final : public Source {
 public:
  explicit FakeSource(StorePtr store) : store_(std::move(store)) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(store_->Step({.place = "schema"}, context));
    if (!store_->typed) return std::optional<Schema>();
    return std::optional<Schema>(*IdSchema());
  }
  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    ++store_->offers;
    TENON_RETURN_IF_ERROR(store_->Step({.place = "offer"}, context));
    ScanOffer offer;
    for (const Predicate& conjunct : request.where) {
      // Only comparisons with = are ever taken, so that a half-taken filter is one line of a test.
      offer.where.push_back(conjunct.op == Op::kEqual ? store_->answer : PushDown::kNone);
    }
    offer.limit = store_->can_limit && request.limit.has_value();
    if (store_->typed) offer.schema = *IdSchema();
    return offer;
  }
  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    ++store_->plans;
    {
      std::lock_guard guard(store_->mutex);
      store_->requests.push_back(accepted);
    }
    TENON_RETURN_IF_ERROR(store_->Step({.place = "plan"}, context));
    return std::unique_ptr<Scan>(std::make_unique<FakeScan>(
        store_, accepted.limit.value_or(std::numeric_limits<int64_t>::max())));
  }

 private:
  const StorePtr store_;
};

class FakeWriter final : public PartitionWriter {
 public:
  FakeWriter(StorePtr store, WriterId id, TaskContext context)
      : store_(std::move(store)),
        id_(id),
        context_(std::move(context)),
        living_(store_->live_writers, &store_->most_writers) {}

  Status Write(RecordBatch batch) override {
    TENON_RETURN_IF_ERROR(Step("write", batch_++));
    if (batch.num_columns() == 0) return Status::Ok();
    const TypeId type = batch.schema().field(0).type.id();
    if (type != TypeId::kInt && type != TypeId::kLong) return Status::Ok();
    const BatchView view(batch);
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      ids_.push_back(view.column(0).GetLong(row));
    }
    return Status::Ok();
  }
  Result<std::string> Commit() override {
    TENON_RETURN_IF_ERROR(Step("writer_commit", -1));
    const std::string message = std::to_string(id_.partition) + "." + std::to_string(id_.attempt);
    std::lock_guard guard(store_->mutex);
    store_->staged[message] = std::move(ids_);
    return message;
  }

 private:
  Status Step(std::string_view place, int64_t batch) {
    return store_->Step(
        {.place = place, .partition = id_.partition, .attempt = id_.attempt, .batch = batch},
        context_);
  }

  const StorePtr store_;
  const WriterId id_;
  const TaskContext context_;
  std::vector<int64_t> ids_;
  int64_t batch_ = 0;
  Living living_;
};

class FakeWriters final : public WriterFactory {
 public:
  explicit FakeWriters(StorePtr store) : store_(std::move(store)) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& context) const override {
    TENON_RETURN_IF_ERROR(store_->Step(
        {.place = "writer", .partition = id.partition, .attempt = id.attempt}, context));
    return std::unique_ptr<PartitionWriter>(std::make_unique<FakeWriter>(store_, id, context));
  }

 private:
  const StorePtr store_;
};

std::string KeyOf(const SinkCall& call) { return call.home + "/" + call.job + "/" + call.sink; }

class FakeSink final : public Sink {
 public:
  FakeSink(StorePtr store, SinkCall call) : store_(std::move(store)), call_(std::move(call)) {
    if (store_->local_writers) writers_ = std::make_unique<FakeWriters>(store_);
  }

  CommitClass commit_class() const override { return store_->commit_class; }
  std::string state() const override { return "places of " + call_.token; }
  const WriterFactory* local_writers() const override { return writers_.get(); }
  Status CheckSchema(const Schema& schema) const override {
    if (store_->takes_choice || !schema.has_choice()) return Status::Ok();
    return Status::Unsupported("The store has no type for a choice");
  }
  Status Commit(uint64_t seq, std::string_view, std::span<const std::string> messages,
                const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(store_->Step({.place = "commit"}, context));
    {
      std::lock_guard guard(store_->mutex);
      auto& [taken, token] = store_->registers[KeyOf(call_)];
      if (taken >= seq) return Status::Conflict("The register is taken");
      taken = seq;
      token = call_.token;
      store_->message_counts.push_back(messages.size());
      for (const std::string& message : messages) {
        for (int64_t id : store_->staged[message]) store_->published.insert(id);
      }
      store_->staged.clear();
    }
    return store_->Step({.place = "committed"}, context);
  }

 private:
  const StorePtr store_;
  const SinkCall call_;
  std::unique_ptr<WriterFactory> writers_;
};

class FakeRecovery final : public Recovery {
 public:
  explicit FakeRecovery(StorePtr store) : store_(std::move(store)) {}

  Result<Outcome> Settle(const SinkCall& call, uint64_t seq, std::string_view,
                         std::span<const std::string>, std::string_view,
                         const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(store_->Step({.place = "settle"}, context));
    std::lock_guard guard(store_->mutex);
    auto& [taken, token] = store_->registers[KeyOf(call)];
    const bool mine = taken == seq && token == call.token;
    if (taken > seq || (taken == seq && !token.empty() && !mine)) {
      return Status::Conflict("A newer call holds the register");
    }
    if (mine) return Outcome::kPublished;
    taken = seq;
    token.clear();
    return Outcome::kNever;
  }
  Status Discard(const SinkCall& call, std::string_view, std::span<const std::string>,
                 const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(store_->Step({.place = "discard"}, context));
    std::lock_guard guard(store_->mutex);
    store_->discarded.push_back(call.token);
    return Status::Ok();
  }

 private:
  const StorePtr store_;
};

class FakeConnector final : public Connector {
 public:
  explicit FakeConnector(StorePtr store) : store_(std::move(store)) {}

  ConnectorInfo info() const override {
    return {.name = "fake",
            .version = "1",
            .help = "A store for tests.",
            .class_names = {"test.Fake"},
            .options_schema = store_->options_schema,
            .can = store_->can,
            .abilities = {std::string(Recovery::kId)}};
  }
  Result<std::unique_ptr<Source>> OpenSource(const Options&, const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(store_->Step({.place = "open_source"}, context));
    return std::unique_ptr<Source>(std::make_unique<FakeSource>(store_));
  }
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options&, const ScanState&,
                                                     const TaskContext&) override {
    return MakeFakeReaders(store_);
  }
  Result<std::unique_ptr<Sink>> OpenSink(const Options&, const WriteRequest& request,
                                         const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(store_->Step({.place = "open_sink"}, context));
    if (store_->needs_schema && !request.schema) {
      return Status::InvalidArgument("The sink needs the schema before the first row")
          .WithNumber(base::kErrSinkNeedsSchema);
    }
    std::lock_guard guard(store_->mutex);
    store_->sink_schema = request.schema;
    return std::unique_ptr<Sink>(std::make_unique<FakeSink>(store_, request.call));
  }
  Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options&, std::string_view,
                                                     const TaskContext&) override {
    return MakeFakeWriters(store_);
  }
  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options& options,
                                               const TaskContext&) override {
    if (id != Recovery::kId) return std::unique_ptr<Ability>();
    std::lock_guard guard(store_->mutex);
    store_->recovery_options = options;
    return std::unique_ptr<Ability>(std::make_unique<FakeRecovery>(store_));
  }

 private:
  const StorePtr store_;
};

}  // namespace

Status FakeStore::Step(const StoreStep& step, const TaskContext& context) const {
  return hook ? hook(step, context) : Status::Ok();
}

Result<RecordBatch> MakeIds(int64_t begin, int64_t end) {
  BatchBuilder rows(IdSchema());
  for (int64_t id = begin; id < end; ++id) rows.Append(id);
  return rows.Finish();
}

Status BlockUntilStopped(const TaskContext& context) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait(lock, context.stop(), [] { return false; });
  return context.CheckCancelled();
}

std::shared_ptr<Connector> MakeFakeConnector(std::shared_ptr<FakeStore> store) {
  return std::make_shared<FakeConnector>(std::move(store));
}

std::unique_ptr<Scan> MakeFakeScan(std::shared_ptr<FakeStore> store) {
  return std::make_unique<FakeScan>(std::move(store), std::numeric_limits<int64_t>::max());
}

std::unique_ptr<ReaderFactory> MakeFakeReaders(std::shared_ptr<FakeStore> store) {
  return std::make_unique<FakeReaders>(std::move(store));
}

std::unique_ptr<WriterFactory> MakeFakeWriters(std::shared_ptr<FakeStore> store) {
  return std::make_unique<FakeWriters>(std::move(store));
}

}  // namespace tenon::testing
