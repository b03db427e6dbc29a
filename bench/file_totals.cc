#include "file_totals.h"

#include <cstdio>
#include <utility>

#include "tenon/column_view.h"
#include "tenon/option_spec.h"

namespace tenon::bench {
namespace {

using Totals = std::map<std::string, ColumnTotal>;

template <typename T>
void AddNumbers(const ArrowArray& array, const ColumnView& view, ColumnTotal& total) {
  const T* const values = static_cast<const T*>(array.buffers[1]) + array.offset;
  const bool all = array.null_count == 0 || array.buffers[0] == nullptr;
  if (all) {
    int64_t sum = 0;
    double real = 0;
    for (int64_t i = 0; i < array.length; ++i) {
      if constexpr (std::is_floating_point_v<T>) {
        real += values[i];
      } else {
        sum += values[i];
      }
    }
    total.whole += sum;
    total.real += real;
    total.values += array.length;
    return;
  }
  for (int64_t i = 0; i < array.length; ++i) {
    if (view.is_null(i)) continue;
    ++total.values;
    if constexpr (std::is_floating_point_v<T>) {
      total.real += values[i];
    } else {
      total.whole += values[i];
    }
  }
}

void AddColumn(const std::string& name, const DataType& type, const ArrowArray& array,
               Totals& totals);

void AddNested(const std::string& name, const DataType& type, const ArrowArray& array,
               Totals& totals) {
  switch (type.id()) {
    case TypeId::kStruct:
    case TypeId::kChoice:
      for (size_t i = 0; i < type.fields().size(); ++i) {
        AddColumn(name + "." + type.fields()[i].name, type.fields()[i].type, *array.children[i],
                  totals);
      }
      return;
    case TypeId::kArray: AddColumn(name + "[]", type.element(), *array.children[0], totals); return;
    default: return;
  }
}

void AddOther(const DataType& type, const ColumnView& view, int64_t rows, ColumnTotal& total) {
  for (int64_t i = 0; i < rows; ++i) {
    if (view.is_null(i)) continue;
    ++total.values;
    switch (type.id()) {
      case TypeId::kString:
      case TypeId::kBinary: total.whole += static_cast<int64_t>(view.GetString(i).size()); break;
      case TypeId::kBoolean: total.whole += view.GetBoolean(i) ? 1 : 0; break;
      case TypeId::kDecimal: {
        const Decimal128 value = view.GetDecimal(i);
        total.whole += (static_cast<__int128>(value.high) << 64) | value.low;
        break;
      }
      default: break;
    }
  }
}

void AddColumn(const std::string& name, const DataType& type, const ArrowArray& array,
               Totals& totals) {
  const ColumnView view(type, array);
  ColumnTotal& total = totals[name];
  switch (type.id()) {
    case TypeId::kInt:
    case TypeId::kDate: AddNumbers<int32_t>(array, view, total); break;
    case TypeId::kLong:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: AddNumbers<int64_t>(array, view, total); break;
    case TypeId::kDouble:
      total.is_real = true;
      AddNumbers<double>(array, view, total);
      break;
    case TypeId::kStruct:
    case TypeId::kChoice:
    case TypeId::kArray:
    case TypeId::kMap: AddNested(name, type, array, totals); break;
    default: AddOther(type, view, array.length, total);
  }
}

class TotalsWriter : public PartitionWriter {
 public:
  explicit TotalsWriter(std::shared_ptr<FileTotals> totals) : all_(std::move(totals)) {}

  Status Write(RecordBatch batch) override {
    rows_ += batch.num_rows();
    for (int i = 0; i < batch.num_columns(); ++i) {
      const Field& field = batch.schema().field(i);
      AddColumn(field.name, field.type, *batch.array().children[i], totals_);
    }
    return Status::Ok();
  }

  Result<std::string> Commit() override {
    all_->Add(totals_, rows_);
    return std::string("done");
  }

 private:
  std::shared_ptr<FileTotals> all_;
  Totals totals_;
  int64_t rows_ = 0;
};

class TotalsSink : public Sink, private WriterFactory {
 public:
  explicit TotalsSink(std::shared_ptr<FileTotals> totals) : totals_(std::move(totals)) {}
  CommitClass commit_class() const override { return CommitClass::kAppendOnly; }
  const WriterFactory* local_writers() const override { return this; }
  Status Commit(uint64_t, std::string_view, std::span<const std::string>,
                const TaskContext&) override {
    return Status::Ok();
  }

 private:
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId, const TaskContext&) const override {
    return std::make_unique<TotalsWriter>(totals_);
  }

  std::shared_ptr<FileTotals> totals_;
};

struct NoOptions {};

class TotalsConnector : public Connector {
 public:
  explicit TotalsConnector(std::shared_ptr<FileTotals> totals) : totals_(std::move(totals)) {}
  ConnectorInfo info() const override {
    ConnectorInfo info;
    info.name = "totals";
    info.version = "1";
    info.help = "Adds up what is written.";
    info.sink_options_schema = OptionSpec<NoOptions>().JsonSchema();
    return info;
  }
  Result<std::unique_ptr<Sink>> OpenSink(const Options&, const WriteRequest&,
                                         const TaskContext&) override {
    return std::make_unique<TotalsSink>(totals_);
  }

 private:
  std::shared_ptr<FileTotals> totals_;
};

std::string Digits(__int128 value) {
  if (value == 0) return "0";
  std::string text;
  const bool negative = value < 0;
  for (; value != 0; value /= 10) {
    const int digit = static_cast<int>(value % 10);
    text.insert(text.begin(), static_cast<char>('0' + (digit < 0 ? -digit : digit)));
  }
  return negative ? "-" + text : text;
}

}  // namespace

void FileTotals::Add(const Totals& some, int64_t rows) {
  const std::lock_guard lock(mutex_);
  rows_ += rows;
  for (const auto& [name, total] : some) {
    ColumnTotal& mine = columns_[name];
    mine.values += total.values;
    mine.whole += total.whole;
    mine.real += total.real;
    mine.is_real = mine.is_real || total.is_real;
  }
}

std::string FileTotals::ToJson(const std::string& only) const {
  const std::lock_guard lock(mutex_);
  std::string json = "{\"rows\": " + std::to_string(rows_) + ", \"columns\": {";
  const char* between = "";
  for (const auto& [name, total] : columns_) {
    if (!only.empty() && ("," + only + ",").find("," + name + ",") == std::string::npos) continue;
    char real[40];
    std::snprintf(real, sizeof(real), "%.8e", total.real);
    json += between;
    json += "\"" + name + "\": [" + std::to_string(total.values) + ", \"" +
            (total.is_real ? std::string(real) : Digits(total.whole)) + "\"]";
    between = ", ";
  }
  return json + "}}";
}

std::shared_ptr<Connector> MakeTotalsConnector(std::shared_ptr<FileTotals> totals) {
  return std::make_shared<TotalsConnector>(std::move(totals));
}

}  // namespace tenon::bench
