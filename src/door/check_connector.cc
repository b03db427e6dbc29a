#include "tenon/check_connector.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "door/row_text.h"
#include "tenon/column_view.h"

namespace tenon {
namespace {

constexpr int64_t kSmallBatchRows = 3;
using Rows = std::vector<std::string>;

// A host that lends small batches.
struct SmallHost : TaskHost {
  BatchLimits Limits() override { return {.max_rows = kSmallBatchRows}; }
  void AddError(ErrorRecord) override {}
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view) override {}
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }
};

struct Planned {
  std::unique_ptr<Source> source;
  std::unique_ptr<Scan> scan;
  std::unique_ptr<ReaderFactory> made;
  const ReaderFactory* readers = nullptr;
  std::vector<Partition> partitions;
};

// One comparison that was made from a value of the data, and whether a row makes it true.
struct Probe {
  Predicate predicate;
  std::function<bool(const ColumnView&, int64_t)> is_true;
  int column = 0;
};

class Check {
 public:
  Check(Connector& connector, const Options& options) : connector_(connector), options_(options) {}

  ConnectorCheck Run() {
    const ConnectorInfo info = connector_.info();
    if (info.name.empty()) Find("name", "info() names nothing");
    if (!info.options_schema.starts_with("{")) Find("options", "options_schema is no JSON Schema");
    if (!info.can.read) {
      Find("read", "the connector says that it cannot read");
      return std::move(result_);
    }
    replayable_ = info.can.replayable;
    if (!ReadPlainly()) return std::move(result_);
    if (replayable_) ReadAgain();
    ReadInSmallBatches();
    ReadColumns();
    ReadFiltered();
    ReadLimited();
    ReadIncrementally();
    ReadCancelled();
    OpenJunk();
    return std::move(result_);
  }

 private:
  void Find(const std::string& rule, const std::string& facts) {
    result_.findings.push_back(rule + ": " + facts);
  }
  bool Fine(const std::string& rule, const Status& status) {
    if (!status.ok()) Find(rule, status.ToString());
    return status.ok();
  }

  Result<Planned> Plan(const ScanRequest& request) {
    Planned planned;
    TENON_ASSIGN_OR_RETURN(planned.source, connector_.OpenSource(options_, {}));
    TENON_ASSIGN_OR_RETURN(planned.scan, planned.source->Plan(request, {}));
    planned.readers = planned.scan->local_readers();
    if (planned.readers == nullptr) {
      TENON_ASSIGN_OR_RETURN(planned.made,
                             connector_.OpenReaders(options_, planned.scan->state(), {}));
      planned.readers = planned.made.get();
    }
    for (;;) {
      TENON_ASSIGN_OR_RETURN(std::vector<Partition> page, planned.scan->NextPartitions({}));
      if (page.empty()) return planned;
      std::move(page.begin(), page.end(), std::back_inserter(planned.partitions));
    }
  }

  // The rows of one reader, whose batches are looked at on the way.
  Status ReadReader(PartitionReader& reader, const std::optional<Schema>& declared, Rows* rows,
                    std::vector<RecordBatch>* kept = nullptr) {
    for (;;) {
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader.Next());
      if (!batch) break;
      if (declared && batch->schema() != *declared) {
        Find("schema", "a batch has other columns than its scan says: batch=" +
                           batch->schema().ToString() + " scan=" + declared->ToString());
      }
      if (batch->layout() != nullptr) {
        return Status::Unsupported("Batches of a foreign layout cannot be compared here");
      }
      internal::AppendRowTexts(*batch, rows);
      if (kept != nullptr) kept->push_back(*std::move(batch));
    }
    TENON_ASSIGN_OR_RETURN(const auto more, reader.Next());
    if (more) Find("end", "a batch came after the end");
    return Status::Ok();
  }

  Result<Rows> ReadRows(const ScanRequest& request, const TaskContext& context = {}) {
    TENON_ASSIGN_OR_RETURN(const Planned planned, Plan(request));
    Rows rows;
    for (const Partition& partition : planned.partitions) {
      TENON_ASSIGN_OR_RETURN(const auto reader, planned.readers->Open(partition, context));
      TENON_RETURN_IF_ERROR(ReadReader(*reader, planned.scan->state().schema, &rows));
    }
    return rows;
  }

  void LookForSecrets(const Planned& planned) {
    std::vector<std::string> seen = {planned.scan->state().bytes, planned.scan->pin()};
    if (const auto end = planned.scan->end()) seen.push_back(end->json);
    for (const Partition& partition : planned.partitions) {
      seen.push_back(partition.payload);
      seen.insert(seen.end(), partition.hosts.begin(), partition.hosts.end());
    }
    for (const std::string& name : options_.names()) {
      const Result<Secret> value = options_.GetSecret(name);
      if (!options_.IsSecret(name) || !value.ok() || value->empty()) continue;
      for (const std::string& text : seen) {
        if (text.find(value->Reveal()) == std::string::npos) continue;
        Find("secret", "a partition, state or position holds an option's value: option=" + name);
        break;
      }
    }
  }

  bool ReadPlainly() {
    Result<Planned> planned = Plan({});
    if (!Fine("plan", planned.status())) return false;
    LookForSecrets(*planned);
    Result<std::optional<Schema>> first = planned->source->schema({});
    Result<std::optional<Schema>> second = planned->source->schema({});
    if (!Fine("schema", first.status()) || !Fine("schema", second.status())) return false;
    if (*first != *second) Find("schema", "schema() says something else when asked again");
    if (first->has_value() && planned->scan->state().schema != *first) {
      Find("schema", "the scan's state has another schema than the source");
    }
    schema_ = *std::move(first);
    end_ = planned->scan->end();
    const Result<std::vector<Partition>> more = planned->scan->NextPartitions({});
    if (!more.ok() || !more->empty()) Find("partitions", "NextPartitions had ended and went on");
    for (const Partition& partition : planned->partitions) {
      Rows rows;
      auto reader = planned->readers->Open(partition, {});
      const Status status =
          reader.ok() ? ReadReader(**reader, planned->scan->state().schema, &rows, &batches_)
                      : reader.status();
      if (!Fine("read", status)) return false;
      all_.insert(all_.end(), rows.begin(), rows.end());
      partition_rows_.push_back(std::move(rows));
    }
    result_.partitions = static_cast<int>(planned->partitions.size());
    result_.rows = static_cast<int64_t>(all_.size());
    return true;
  }

  // The same partitions, last first, with all readers open at the same time and after their scan was planned anew.
  void ReadAgain() {
    const Result<Planned> planned = Plan({});
    if (!Fine("plan", planned.status())) return;
    if (planned->partitions.size() != partition_rows_.size())
      return;  // Planned otherwise: allowed.
    std::vector<std::unique_ptr<PartitionReader>> readers;
    for (const Partition& partition : planned->partitions) {
      Result<std::unique_ptr<PartitionReader>> reader = planned->readers->Open(partition, {});
      if (!Fine("read-again", reader.status())) return;
      readers.push_back(*std::move(reader));
    }
    for (size_t i = readers.size(); i-- > 0;) {
      Rows rows;
      if (!Fine("read-again", ReadReader(*readers[i], {}, &rows))) return;
      if (!Same(rows, partition_rows_[i])) {
        Find("replayable",
             "a partition gives other rows when read again: partition=" + std::to_string(i));
      }
    }
  }

  void ReadInSmallBatches() {
    SmallHost host;
    const Result<Rows> rows = ReadRows({}, TaskContext(&host, {}));
    if (Fine("small-batches", rows.status()) && !Same(*rows, all_)) {
      Find("small-batches", "other rows come when batches are small");
    }
  }

  void ReadColumns() {
    if (!schema_) return;
    std::vector<std::string> names = schema_->names();
    std::reverse(names.begin(), names.end());
    TryColumns(names);
    for (const std::string& name : names) TryColumns({name});
    TryColumns({});
    const Result<std::unique_ptr<Source>> source = connector_.OpenSource(options_, {});
    if (!source.ok()) return;
    const Result<ScanOffer> offer = (*source)->Offer({.columns = {{"no such column"}}}, {});
    if (offer.ok() ? offer->columns : !offer.status().Is(StatusCode::kInvalidArgument)) {
      Find("columns", "a column that is not there is not refused");
    }
  }

  void TryColumns(const std::vector<std::string>& columns) {
    ScanRequest request;
    request.columns = columns;
    const std::optional<ScanOffer> offer = Offer(request);
    if (!offer || !offer->columns) return;
    if (!offer->schema || offer->schema->names() != columns) {
      Find("columns", "the offered schema has not the columns that were asked for");
      return;
    }
    Rows expected;
    for (const RecordBatch& batch : batches_) {
      std::vector<std::string> rows = ProjectedRows(batch, columns);
      expected.insert(expected.end(), rows.begin(), rows.end());
    }
    const Result<Rows> rows = ReadRows(request);
    if (Fine("columns", rows.status()) && !Same(*rows, expected)) {
      Find("columns",
           "chosen columns have other values: columns=" + Schema(*offer->schema).ToString());
    }
  }

  static Rows ProjectedRows(const RecordBatch& batch, const std::vector<std::string>& columns) {
    Rows rows;
    const BatchView view(batch);
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
      std::string text;
      for (const std::string& name : columns) {
        internal::AppendCellText(view.column(batch.schema().IndexOf(name).value_or(0)), row, &text);
        text += '|';
      }
      rows.push_back(std::move(text));
    }
    return rows;
  }

  // What the source offers; none after a finding. Asked twice: equal requests get equal offers.
  std::optional<ScanOffer> Offer(const ScanRequest& request) {
    Result<std::unique_ptr<Source>> source = connector_.OpenSource(options_, {});
    if (!Fine("open", source.status())) return std::nullopt;
    Result<ScanOffer> first = (*source)->Offer(request, {});
    const Result<ScanOffer> second = (*source)->Offer(request, {});
    if (!Fine("offer", first.status()) || !Fine("offer", second.status())) return std::nullopt;
    if (first->where != second->where || first->columns != second->columns ||
        first->limit != second->limit || first->detail != second->detail) {
      Find("offer", "equal requests get different offers");
    }
    return *std::move(first);
  }

  template <typename V>
  static std::function<bool(const ColumnView&, int64_t)> Comparing(Op op, V value,
                                                                   V (*get)(const ColumnView&,
                                                                            int64_t)) {
    return [op, value = std::move(value), get](const ColumnView& column, int64_t row) {
      if (op == Op::kIsNull) return column.is_null(row);
      if (op == Op::kIsNotNull) return !column.is_null(row);
      if (column.is_null(row)) return false;
      const V cell = get(column, row);
      switch (op) {
        case Op::kEqual:
        case Op::kIn: return cell == value;
        case Op::kNotEqual:
        case Op::kNot: return cell != value;
        case Op::kLess: return cell < value;
        case Op::kLessOrEqual: return cell <= value;
        case Op::kGreater: return cell > value;
        default: return cell >= value;
      }
    };
  }

  // Comparisons of one column with a value that it has, from the middle of the data.
  std::vector<Probe> ProbesOf(int index) const {
    const Field& field = schema_->field(index);
    const bool whole = field.type.id() >= TypeId::kByte && field.type.id() <= TypeId::kLong;
    if ((!whole && field.type.id() != TypeId::kString) || batches_.empty()) return {};
    const RecordBatch& middle = batches_[batches_.size() / 2];
    if (middle.num_rows() == 0) return {};
    const BatchView view(middle);
    const ColumnView& column = view.column(index);
    const int64_t row = middle.num_rows() / 2;
    if (column.is_null(row)) return {};
    const Literal literal = whole ? Literal{field.type, column.GetLong(row)}
                                  : Literal{field.type, std::string(column.GetString(row))};
    std::vector<Probe> probes;
    for (const Op op : {Op::kEqual, Op::kNotEqual, Op::kLess, Op::kLessOrEqual, Op::kGreater,
                        Op::kGreaterOrEqual, Op::kIn, Op::kNot, Op::kIsNull, Op::kIsNotNull}) {
      Probe probe{Predicate::Compare(op, field.name, literal), {}, index};
      if (op == Op::kNot) {
        probe.predicate = Predicate::Not(Predicate::Compare(Op::kEqual, field.name, literal));
      } else if (op == Op::kIsNull || op == Op::kIsNotNull) {
        probe.predicate.values.clear();
      }
      if (whole) {
        probe.is_true = Comparing<int64_t>(
            op, column.GetLong(row), [](const ColumnView& c, int64_t r) { return c.GetLong(r); });
      } else {
        probe.is_true = Comparing<std::string>(
            op, std::string(column.GetString(row)),
            [](const ColumnView& c, int64_t r) { return std::string(c.GetString(r)); });
      }
      probes.push_back(std::move(probe));
    }
    return probes;
  }

  void ReadFiltered() {
    if (!schema_) return;
    for (int i = 0; i < schema_->size(); ++i) {
      for (const Probe& probe : ProbesOf(i)) TryFilter(probe);
    }
  }

  void TryFilter(const Probe& probe) {
    ScanRequest request;
    request.where = {probe.predicate};
    const std::optional<ScanOffer> offer = Offer(request);
    if (!offer || offer->where.empty() || offer->where[0] == PushDown::kNone) return;
    ++result_.filters_taken;
    Rows matching;
    for (const RecordBatch& batch : batches_) {
      Rows rows;
      internal::AppendRowTexts(batch, &rows);
      const BatchView view(batch);
      for (int64_t row = 0; row < batch.num_rows(); ++row) {
        if (probe.is_true(view.column(probe.column), row))
          matching.push_back(rows[static_cast<size_t>(row)]);
      }
    }
    const Result<Rows> rows = ReadRows(request);
    const std::string name = probe.predicate.ToString();
    if (!Fine("filter", rows.status())) return;
    if (offer->where[0] == PushDown::kExact ? !Same(*rows, matching) : !Holds(*rows, matching)) {
      Find("filter", "rows differ from those that match: filter=" + name +
                         " rows=" + std::to_string(rows->size()) +
                         " matching=" + std::to_string(matching.size()));
    }
  }

  void ReadLimited() {
    ScanRequest request;
    request.limit = 1;
    const std::optional<ScanOffer> offer = Offer(request);
    if (!offer || !offer->limit) return;
    const Result<Rows> rows = ReadRows(request);
    if (Fine("limit", rows.status()) && rows->size() != std::min<size_t>(all_.size(), 1)) {
      Find("limit", "a limit of 1 gave other than one row: rows=" + std::to_string(rows->size()));
    }
  }

  void ReadIncrementally() {
    if (!end_) return;
    ScanRequest upto;
    upto.until = end_;
    Result<Rows> rows = ReadRows(upto);
    if (Fine("position", rows.status()) && !Same(*rows, all_)) {
      Find("position", "other rows come when the end is given: end=" + end_->json);
    }
    ScanRequest behind;
    behind.after = end_;
    const Result<Planned> planned = Plan(behind);
    if (!Fine("position", planned.status())) return;
    if (!planned->scan->end()) Find("position", "a scan with nothing new has no end");
    rows = ReadRows(behind);
    if (Fine("position", rows.status()) && !rows->empty()) {
      Find("position", "rows came after the end: rows=" + std::to_string(rows->size()));
    }
  }

  void ReadCancelled() {
    std::stop_source stop;
    stop.request_stop();
    const Result<Rows> rows = ReadRows({}, TaskContext(nullptr, stop.get_token()));
    if (!rows.ok() && !rows.status().Is(StatusCode::kCancelled)) {
      Find("cancel", "a cancelled read ends with another error: " + rows.status().ToString());
    }
  }

  void OpenJunk() {
    const Result<Planned> planned = Plan({});
    if (!planned.ok() || planned->scan->local_readers() != nullptr) return;
    for (const std::string& junk : {std::string("\x01junk\xff"), std::string()}) {
      Partition partition;
      partition.payload = junk;
      const Result<std::unique_ptr<PartitionReader>> reader = planned->readers->Open(partition, {});
      if (!reader.ok() || !(*reader)->Next().ok()) continue;
      Find("junk",
           "bytes that are no partition are read as one: bytes=" + std::to_string(junk.size()));
    }
  }

  static Rows Sorted(Rows rows) {
    std::sort(rows.begin(), rows.end());
    return rows;
  }
  static bool Same(const Rows& a, const Rows& b) { return Sorted(a) == Sorted(b); }
  // Everything of `part` is in `rows`, and everything in `rows` is in the data.
  bool Holds(const Rows& rows, const Rows& part) const {
    const Rows sorted = Sorted(rows), all = Sorted(all_), wanted = Sorted(part);
    return std::includes(sorted.begin(), sorted.end(), wanted.begin(), wanted.end()) &&
           std::includes(all.begin(), all.end(), sorted.begin(), sorted.end());
  }

  Connector& connector_;
  const Options& options_;
  ConnectorCheck result_;
  bool replayable_ = true;
  std::optional<Schema> schema_;
  std::optional<Position> end_;
  std::vector<RecordBatch> batches_;  // Of the plain read.
  std::vector<Rows> partition_rows_;
  Rows all_;
};

}  // namespace

ConnectorCheck CheckConnector(Connector& connector, const Options& options) {
  return Check(connector, options).Run();
}

}  // namespace tenon
