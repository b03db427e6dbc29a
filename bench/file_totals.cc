#include "file_totals.h"

#include <cstdio>
#include <cstring>
#include <type_traits>
#include <utility>

#include "tenon/column_view.h"
#include "tenon/option_spec.h"

namespace tenon::bench {
namespace {

using Totals = std::map<std::string, ColumnTotal>;

bool HasNulls(const ArrowArray& array) {
  return array.null_count != 0 && array.buffers[0] != nullptr;
}

// Adds what `at` gives for each row that is not null.
template <typename Sum, typename At>
Sum SumOf(const ArrowArray& array, int64_t* values, const At& at) {
  Sum sum = 0;
  if (!HasNulls(array)) {
    for (int64_t i = 0; i < array.length; ++i) sum += at(i);
    *values += array.length;
    return sum;
  }
  const auto* const valid = static_cast<const uint8_t*>(array.buffers[0]);
  for (int64_t i = 0; i < array.length; ++i) {
    const int64_t bit = array.offset + i;
    if ((valid[bit >> 3] >> (bit & 7) & 1) == 0) continue;
    ++*values;
    sum += at(i);
  }
  return sum;
}

template <typename T>
void AddNumbers(const ArrowArray& array, ColumnTotal& total) {
  const T* const values = static_cast<const T*>(array.buffers[1]) + array.offset;
  const auto at = [&](int64_t i) { return values[i]; };
  if constexpr (std::is_floating_point_v<T>) {
    total.real += SumOf<double>(array, &total.values, at);
  } else {
    total.whole += SumOf<int64_t>(array, &total.values, at);
  }
}

void AddDecimals(const ArrowArray& array, ColumnTotal& total) {
  const auto* const values = static_cast<const uint8_t*>(array.buffers[1]) + 16 * array.offset;
  total.whole += SumOf<__int128>(array, &total.values, [&](int64_t i) {
    __int128 value = 0;
    std::memcpy(&value, values + 16 * i, sizeof(value));
    return value;
  });
}

void AddTexts(const ArrowArray& array, ColumnTotal& total) {
  const int32_t* const offsets = static_cast<const int32_t*>(array.buffers[1]) + array.offset;
  total.whole +=
      SumOf<int64_t>(array, &total.values, [&](int64_t i) { return offsets[i + 1] - offsets[i]; });
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

void AddColumn(const std::string& name, const DataType& type, const ArrowArray& array,
               Totals& totals) {
  const ColumnView view(type, array);
  ColumnTotal& total = totals[name];
  switch (type.id()) {
    case TypeId::kInt:
    case TypeId::kDate: AddNumbers<int32_t>(array, total); break;
    case TypeId::kLong:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: AddNumbers<int64_t>(array, total); break;
    case TypeId::kDouble:
      total.is_real = true;
      AddNumbers<double>(array, total);
      break;
    case TypeId::kStruct:
    case TypeId::kChoice:
    case TypeId::kArray:
    case TypeId::kMap: AddNested(name, type, array, totals); break;
    case TypeId::kString:
    case TypeId::kBinary: AddTexts(array, total); break;
    case TypeId::kDecimal: AddDecimals(array, total); break;
    case TypeId::kBoolean:
      total.whole += SumOf<int64_t>(array, &total.values,
                                    [&](int64_t i) { return view.GetBoolean(i) ? 1 : 0; });
      break;
    default: SumOf<int64_t>(array, &total.values, [](int64_t) { return 0; });
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
