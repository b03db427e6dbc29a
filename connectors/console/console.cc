#include "connectors/console/console.h"

#include <utility>

#include "connectors/console/row_printer.h"

namespace tenon {
namespace {

using console::MakeRowPrinter;
using console::RowPrinter;

// Partitions one after the other, each by its own writer, into one output.
class ConsoleWriters final : public WriterFactory {
 public:
  explicit ConsoleWriters(RowPrinter& printer) : printer_(printer) {}

  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id, const TaskContext&) const override {
    if (id.attempt > 0 && id.partition == printed_) {
      return Status::DataError("A read was cut off after some of its rows had been printed");
    }
    return std::unique_ptr<PartitionWriter>(std::make_unique<Writer>(*this, id.partition));
  }

 private:
  class Writer final : public PartitionWriter {
   public:
    Writer(const ConsoleWriters& owner, int partition) : owner_(owner), partition_(partition) {}
    Status Write(RecordBatch batch) override {
      owner_.printed_ = partition_;
      return owner_.printer_.Print(std::move(batch));
    }
    Result<std::string> Commit() override { return std::string("printed"); }

   private:
    const ConsoleWriters& owner_;
    const int partition_;
  };

  RowPrinter& printer_;
  mutable int printed_ =
      -1;  // The last partition of which something was printed; one writer at a time.
};

class ConsoleSink final : public Sink {
 public:
  explicit ConsoleSink(std::unique_ptr<RowPrinter> printer)
      : printer_(std::move(printer)), writers_(*printer_) {}

  CommitClass commit_class() const override { return CommitClass::kAppendOnly; }
  const WriterFactory* local_writers() const override { return &writers_; }
  Status CheckSchema(const Schema& schema) const override { return printer_->CheckSchema(schema); }
  Status Commit(uint64_t, std::string_view, std::span<const std::string>,
                const TaskContext&) override {
    return printer_->Finish();
  }

 private:
  const std::unique_ptr<RowPrinter> printer_;
  const ConsoleWriters writers_;
};

// A call whose end could not be printed was not published, and has left nothing that could be removed.
class ConsoleRecovery final : public Recovery {
 public:
  Result<Outcome> Settle(const SinkCall&, uint64_t, std::string_view, std::span<const std::string>,
                         std::string_view, const TaskContext&) override {
    return Outcome::kNever;
  }
  Status Discard(const SinkCall&, std::string_view, std::span<const std::string>,
                 const TaskContext&) override {
    return Status::Ok();
  }
};

class ConsoleConnector final : public Connector {
 public:
  explicit ConsoleConnector(ConsoleSettings settings) : settings_(settings) {}

  ConnectorInfo info() const override {
    return {.name = "console",
            .version = "1",
            .help = "Prints rows.",
            .can = {.read = false, .remote = false, .max_writers = 1},
            .abilities = {std::string(Recovery::kId)}};
  }

  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view id, const Options&,
                                               const TaskContext&) override {
    if (id != Recovery::kId) return std::unique_ptr<Ability>();
    return std::unique_ptr<Ability>(std::make_unique<ConsoleRecovery>());
  }

  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext&) override {
    SchemaPtr schema;
    if (request.schema) schema = std::make_shared<const Schema>(*request.schema);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<RowPrinter> printer,
                           MakeRowPrinter(options, std::move(schema), settings_));
    return std::unique_ptr<Sink>(std::make_unique<ConsoleSink>(std::move(printer)));
  }

 private:
  const ConsoleSettings settings_;
};

}  // namespace

std::unique_ptr<Connector> MakeConsoleConnector(ConsoleSettings settings) {
  return std::make_unique<ConsoleConnector>(settings);
}

}  // namespace tenon
