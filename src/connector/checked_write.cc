#include "connector/checked_write.h"

#include <string>

namespace tenon::connector {
namespace {

constexpr size_t kMaxMessageBytes = 1 << 20;

std::string LabelOf(WriterId id) {
  return id.attempt == 0 ? std::to_string(id.partition)
                         : std::to_string(id.partition) + " attempt=" + std::to_string(id.attempt);
}

class CheckedWriter : public PartitionWriter {
 public:
  CheckedWriter(ContractPtr contract, std::string label, std::unique_ptr<CheckedHost> host)
      : contract_(std::move(contract)), label_(std::move(label)), host_(std::move(host)) {}

  const TaskContext& context() const { return host_->context(); }
  const char* label() const { return label_.c_str(); }
  void Hold(std::unique_ptr<PartitionWriter> writer) { writer_ = std::move(writer); }

  Status Write(RecordBatch batch) override {
    TENON_RETURN_IF_ERROR(CheckLive("Write"));
    Status status = contract_->Guard(contract_->Place("Write", label()),
                                     [&] { return writer_->Write(std::move(batch)); });
    if (!status.ok()) life_ = Life::kFailed;
    return status;
  }

  Result<std::string> Commit() override {
    TENON_RETURN_IF_ERROR(CheckLive("Commit"));
    life_ = Life::kCommitted;
    TENON_ASSIGN_OR_RETURN(
        std::string message,
        contract_->Guard(contract_->Place("Commit", label()), [&] { return writer_->Commit(); }));
    if (message.size() > kMaxMessageBytes) {
      return contract_->Broken(
          "message-too-large",
          "bytes=" + std::to_string(message.size()) + " max=" + std::to_string(kMaxMessageBytes),
          label_);
    }
    TENON_RETURN_IF_ERROR(contract_->RefuseSecret("commit message", message, label_));
    return message;
  }

 private:
  enum class Life { kOpen, kCommitted, kFailed };

  // The caller's own mistakes end here.
  Status CheckLive(std::string_view call) const {
    if (life_ == Life::kOpen) return Status::Ok();
    return Status::Internal("Writer was used after its " +
                            std::string(life_ == Life::kFailed ? "error" : "commit") +
                            ": call=" + std::string(call))
        .WithWhere("connector=" + contract_->connector() + " partition=" + label_);
  }

  const ContractPtr contract_;
  const std::string label_;
  const std::unique_ptr<CheckedHost> host_;
  std::unique_ptr<PartitionWriter> writer_;  // Dies before what it was opened with.
  Life life_ = Life::kOpen;
};

Result<std::unique_ptr<PartitionWriter>> OpenChecked(const ContractPtr& contract,
                                                     const WriterFactory& factory, WriterId id,
                                                     const TaskContext& task) {
  std::string label = LabelOf(id);
  auto host = std::make_unique<CheckedHost>(contract, task, Partition(), label);
  auto writer = std::make_unique<CheckedWriter>(contract, std::move(label), std::move(host));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionWriter> inner,
                         contract->GuardObject(contract->Place("Open", writer->label()), [&] {
                           return factory.Open(id, writer->context());
                         }));
  writer->Hold(std::move(inner));
  return writer;
}

class CheckedWriters : public WriterFactory {
 public:
  CheckedWriters(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                 std::unique_ptr<WriterFactory> factory)
      : contract_(std::move(contract)), host_(std::move(host)), factory_(std::move(factory)) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& task) const override {
    return OpenChecked(contract_, *factory_, id, task);
  }

 private:
  const ContractPtr contract_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<WriterFactory> factory_;
};

// As CheckedWriters, over a factory that belongs to the sink.
class CheckedLocalWriters : public WriterFactory {
 public:
  CheckedLocalWriters(ContractPtr contract, const WriterFactory& factory)
      : contract_(std::move(contract)), factory_(factory) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id,
                                                const TaskContext& task) const override {
    return OpenChecked(contract_, factory_, id, task);
  }

 private:
  const ContractPtr contract_;
  const WriterFactory& factory_;
};

// The answers of a sink that are fixed once it is open.
struct FixedAnswers {
  CommitClass commit_class;
  std::string state;
};

Result<FixedAnswers> Ask(const Contract& contract, const Sink& sink) {
  return contract.Guard(contract.Place("state"), [&] {
    return Result<FixedAnswers>(FixedAnswers{sink.commit_class(), sink.state()});
  });
}

class CheckedSink : public Sink {
 public:
  CheckedSink(ContractPtr contract, std::unique_ptr<CheckedHost> host, std::unique_ptr<Sink> sink,
              FixedAnswers fixed)
      : contract_(std::move(contract)),
        host_(std::move(host)),
        sink_(std::move(sink)),
        fixed_(std::move(fixed)) {
    if (const WriterFactory* local = sink_->local_writers()) {
      local_ = std::make_unique<CheckedLocalWriters>(contract_, *local);
    }
  }

  CommitClass commit_class() const override { return fixed_.commit_class; }
  std::string state() const override { return fixed_.state; }
  const WriterFactory* local_writers() const override { return local_.get(); }

  Status CheckSchema(const Schema& schema) const override {
    return contract_->Guard(contract_->Place("CheckSchema"),
                            [&] { return sink_->CheckSchema(schema); });
  }

  Status Commit(uint64_t seq, std::string_view covers, std::span<const std::string> messages,
                const TaskContext& task) override {
    if (committed_) {
      return Status::Internal("Sink was committed twice")
          .WithWhere("connector=" + contract_->connector());
    }
    TENON_ASSIGN_OR_RETURN(const FixedAnswers now, Ask(*contract_, *sink_));
    if (now.commit_class != fixed_.commit_class) {
      return contract_->Broken("commit-class-changed",
                               "then=" + std::to_string(static_cast<int>(fixed_.commit_class)) +
                                   " now=" + std::to_string(static_cast<int>(now.commit_class)));
    }
    if (now.state != fixed_.state) return contract_->Broken("state-changed", "of=sink");
    committed_ = true;
    CheckedHost host(contract_, task);
    return contract_->Guard(contract_->Place("Sink::Commit"),
                            [&] { return sink_->Commit(seq, covers, messages, host.context()); });
  }

 private:
  const ContractPtr contract_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<Sink> sink_;
  const FixedAnswers fixed_;
  std::unique_ptr<CheckedLocalWriters> local_;
  bool committed_ = false;
};

}  // namespace

Result<std::unique_ptr<Sink>> CheckSink(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                        std::unique_ptr<Sink> sink) {
  TENON_ASSIGN_OR_RETURN(FixedAnswers fixed, Ask(*contract, *sink));
  if (fixed.commit_class < CommitClass::kAppendOnly ||
      fixed.commit_class > CommitClass::kTransactional) {
    return contract->Broken("commit-class",
                            "class=" + std::to_string(static_cast<int>(fixed.commit_class)));
  }
  TENON_RETURN_IF_ERROR(contract->RefuseSecret("sink state", fixed.state));
  return std::make_unique<CheckedSink>(std::move(contract), std::move(host), std::move(sink),
                                       std::move(fixed));
}

std::unique_ptr<WriterFactory> CheckWriters(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                            std::unique_ptr<WriterFactory> factory) {
  return std::make_unique<CheckedWriters>(std::move(contract), std::move(host), std::move(factory));
}

}  // namespace tenon::connector
