#include "connectors/files/read/added_columns.h"

#include <algorithm>
#include <utility>

#include "columnar/column_ops.h"
#include "columnar/field_places.h"
#include "columnar/normalise.h"
#include "connectors/files/read/constant_column.h"
#include "connectors/files/read/hive_folders.h"
#include "tenon/options.h"
#include "tenon/payload.h"

namespace tenon::files {
namespace {

constexpr int32_t kVersion = 1;

// What one file's name and time say.
std::vector<Literal> ValuesOf(const std::vector<AddedColumn>& columns, const FileRange& range) {
  const std::string_view path = range.path;
  const std::vector<HiveValue> folders = HiveValuesOf(path.substr(0, path.rfind('/') + 1));
  std::vector<Literal> values;
  for (const AddedColumn& column : columns) {
    switch (column.kind) {
      case AddedColumn::kFileName: values.push_back(Literal::String(range.path)); break;
      case AddedColumn::kTimestamp:
        values.push_back({.type = DataType::Timestamp(), .value = range.modified_ns / 1000});
        break;
      case AddedColumn::kHive: {
        const auto folder = std::find_if(folders.begin(), folders.end(), [&](const auto& each) {
          return EqualsIgnoreCase(each.key, column.field.name);
        });
        values.push_back(
            HiveLiteral(column.field.type, folder == folders.end() ? std::nullopt : folder->text));
        break;
      }
    }
  }
  return values;
}

class AddingReader : public PartitionReader {
 public:
  AddingReader(AddedColumns added, std::unique_ptr<PartitionReader> file, const FileRange& range,
               std::optional<std::vector<std::string>> wanted)
      : added_(std::move(added)),
        file_(std::move(file)),
        wanted_(std::move(wanted)),
        values_(ValuesOf(added_.columns(), range)),
        constants_(values_.size()) {}

  Result<std::optional<RecordBatch>> Next() override {
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, file_->Next());
    if (!batch) return batch;
    TENON_ASSIGN_OR_RETURN(RecordBatch canonical, columnar::Normalise(*std::move(batch)));
    if (canonical.schema_ptr() != from_) LearnSchema(canonical.schema_ptr());
    const int64_t rows = canonical.num_rows();
    const std::vector<columnar::Column> own = columnar::TakeColumns(std::move(canonical));
    std::vector<columnar::Column> columns;
    for (const Place& place : places_) {
      columns.push_back(place.added ? Constant(place.index, rows) : own[place.index]);
    }
    TENON_ASSIGN_OR_RETURN(RecordBatch wider, columnar::MakeBatch(to_, columns, rows));
    return std::optional<RecordBatch>(std::move(wider));
  }

 private:
  struct Place {
    bool added = false;
    size_t index = 0;
  };

  void LearnSchema(const SchemaPtr& from) {
    from_ = from;
    to_ = std::make_shared<const Schema>(added_.Behind(*from, wanted_));
    places_.clear();
    const columnar::FieldPlaces own(from_->fields());
    for (const Field& field : to_->fields()) places_.push_back(PlaceOf(field.name, own));
  }

  Place PlaceOf(const std::string& name, const columnar::FieldPlaces& own) const {
    const std::vector<AddedColumn>& columns = added_.columns();
    for (size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].field.name == name) return {.added = true, .index = i};
    }
    return {.added = false, .index = static_cast<size_t>(own.Find(name).value_or(0))};
  }

  // Made once for the largest batch and cut for the others.
  columnar::Column Constant(size_t index, int64_t rows) {
    columnar::Column& kept = constants_[index];
    if (kept.length() < rows) kept = ConstantColumn(values_[index], rows);
    return columnar::SliceColumn(kept, 0, rows);
  }

  const AddedColumns added_;
  std::unique_ptr<PartitionReader> file_;
  const std::optional<std::vector<std::string>> wanted_;
  const std::vector<Literal> values_;
  std::vector<columnar::Column> constants_;
  SchemaPtr from_, to_;
  std::vector<Place> places_;
};

}  // namespace

bool AddedColumns::Has(std::string_view name) const {
  return std::any_of(columns_.begin(), columns_.end(), [&](const AddedColumn& column) {
    return EqualsIgnoreCase(column.field.name, name);
  });
}

std::vector<std::string> AddedColumns::WithoutMine(const std::vector<std::string>& names) const {
  std::vector<std::string> rest;
  std::copy_if(names.begin(), names.end(), std::back_inserter(rest),
               [&](const std::string& name) { return !Has(name); });
  return rest;
}

Schema AddedColumns::WithoutMine(const Schema& schema) const {
  std::vector<Field> fields;
  std::copy_if(schema.fields().begin(), schema.fields().end(), std::back_inserter(fields),
               [&](const Field& field) { return !Has(field.name); });
  return Schema(std::move(fields));
}

Schema AddedColumns::Behind(const Schema& schema,
                            const std::optional<std::vector<std::string>>& wanted) const {
  std::vector<Field> all = WithoutMine(schema).fields();
  for (const AddedColumn& column : columns_) all.push_back(column.field);
  if (!wanted) return Schema(std::move(all));
  const columnar::FieldPlaces places(all, columnar::NameCase::kIgnored);
  std::vector<Field> fields;
  for (const std::string& name : *wanted) {
    for (const int place : places.All(name)) fields.push_back(all[static_cast<size_t>(place)]);
  }
  return Schema(std::move(fields));
}

std::unique_ptr<PartitionReader> AddedColumns::Read(
    std::unique_ptr<PartitionReader> file, const FileRange& range,
    std::optional<std::vector<std::string>> wanted) const {
  return std::make_unique<AddingReader>(*this, std::move(file), range, std::move(wanted));
}

std::string AddedColumns::Serialise() const {
  PayloadWriter writer(kVersion);
  writer.Put(static_cast<int64_t>(columns_.size()));
  for (const AddedColumn& column : columns_) {
    writer.Put(static_cast<int64_t>(column.kind));
    writer.Put(column.field.name);
    writer.Put(column.field.type.ToString());
  }
  return std::move(writer).Finish();
}

Result<AddedColumns> AddedColumns::Parse(std::string_view bytes) {
  PayloadReader reader(bytes, kVersion);
  int64_t count = 0;
  reader.Get(&count);
  std::vector<AddedColumn> columns;
  for (int64_t i = 0; i < count; ++i) {
    int64_t kind = 0;
    std::string type;
    AddedColumn column;
    reader.Get(&kind);
    reader.Get(&column.field.name);
    reader.Get(&type);
    if (kind < AddedColumn::kHive || kind > AddedColumn::kTimestamp || type.empty()) break;
    column.kind = static_cast<AddedColumn::Kind>(kind);
    TENON_ASSIGN_OR_RETURN(column.field.type, DataType::Parse(type));
    columns.push_back(std::move(column));
  }
  TENON_RETURN_IF_ERROR(reader.Finish());
  return AddedColumns(std::move(columns));
}

}  // namespace tenon::files
