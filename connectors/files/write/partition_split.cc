#include "connectors/files/write/partition_split.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error_catalog.h"
#include "columnar/cast.h"
#include "columnar/column.h"
#include "tenon/option_spec.h"

namespace tenon::files {
namespace {

constexpr char kDefaultPartition[] = "__HIVE_DEFAULT_PARTITION__";

bool IsEscaped(unsigned char c) {
  return c < 0x20 || c == 0x7f ||
         std::string_view("\"#%'*/:=?\\{[]^").find(static_cast<char>(c)) != std::string_view::npos;
}

bool MayBeKey(const DataType& type) {
  switch (type.id()) {
    case TypeId::kStruct:
    case TypeId::kArray:
    case TypeId::kMap:
    case TypeId::kChoice:
    case TypeId::kBinary: return false;
    default: return true;
  }
}

Status WrongKey(const std::string& what, const std::string& name, std::string hint) {
  return Status::InvalidArgument(what + ": option=partitionKeys column=" + name)
      .WithNumber(base::kErrPartitionKeys)
      .WithHint(std::move(hint));
}

Status CheckKey(const Schema& schema, const std::string& name, std::optional<int> position) {
  if (!position) {
    const std::string nearest = NearestName(name, schema.names());
    return WrongKey("Partition key is no column of the rows", name,
                    nearest.empty() ? "Name columns of the frame that is written."
                                    : "Did you mean " + nearest + "?");
  }
  const DataType& type = schema.field(*position).type;
  if (MayBeKey(type)) return Status::Ok();
  if (type.id() == TypeId::kChoice) {
    return WrongKey("Partition key has more than one type", name,
                    "Give it one type before the write, by resolveChoice or ApplyMapping.");
  }
  return WrongKey("Partition key has no text that could name a folder: type=" + type.ToString(),
                  name, "Partition by columns of text, numbers, dates or truth values.");
}

}  // namespace

std::string EscapeForFolder(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsEscaped(byte)) {
      escaped += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      escaped += c;
    }
  }
  return escaped;
}

Result<PartitionKeys> PartitionKeys::Of(const Schema& schema,
                                        const std::vector<std::string>& names) {
  PartitionKeys keys;
  for (const std::string& name : names) {
    const std::optional<int> position = schema.IndexOf(name);
    TENON_RETURN_IF_ERROR(CheckKey(schema, name, position));
    if (std::find(keys.keys.begin(), keys.keys.end(), *position) != keys.keys.end())
      return WrongKey("Partition key is given twice", name, "Name each column once.");
    keys.keys.push_back(*position);
  }
  std::vector<Field> others;
  for (int i = 0; i < schema.size(); ++i) {
    if (std::find(keys.keys.begin(), keys.keys.end(), i) != keys.keys.end()) continue;
    keys.others.push_back(i);
    others.push_back(schema.field(i));
  }
  if (others.empty()) {
    return WrongKey("All columns are partition keys, so files would have none", names.back(),
                    "Leave at least one column out of partitionKeys.");
  }
  keys.rows = std::make_shared<const Schema>(std::move(others));
  return keys;
}

PartitionSplit::PartitionSplit(SchemaPtr schema, PartitionKeys keys)
    : schema_(std::move(schema)), keys_(std::move(keys)) {
  std::vector<Field> texts;
  for (const int key : keys_.keys) texts.push_back({schema_->field(key).name, DataType::String()});
  key_texts_ = std::make_shared<const Schema>(std::move(texts));
}

Result<SplitRows> PartitionSplit::Split(RecordBatch batch) {
  const int64_t rows = batch.num_rows();
  const std::vector<columnar::Column> columns = columnar::TakeColumns(std::move(batch));
  std::vector<columnar::Column> texts, others;
  for (const int key : keys_.keys) {
    TENON_ASSIGN_OR_RETURN(
        columnar::CastResult text,
        columnar::CastColumn(columns[static_cast<size_t>(key)], DataType::String()));
    texts.push_back(std::move(text.column));
  }
  for (const int other : keys_.others) others.push_back(columns[static_cast<size_t>(other)]);
  SplitRows split;
  TENON_ASSIGN_OR_RETURN(split.others, columnar::MakeBatch(keys_.rows, others, rows));
  TENON_ASSIGN_OR_RETURN(const RecordBatch key_batch, columnar::MakeBatch(key_texts_, texts, rows));
  const BatchView view(key_batch);
  std::vector<ColumnView> keys;
  for (int i = 0; i < key_texts_->size(); ++i) keys.push_back(view.column(i));
  std::unordered_map<int, size_t> parts;
  for (int64_t row = 0; row < rows; ++row) {
    const int folder = FolderOf(keys, row);
    const auto [part, added] = parts.try_emplace(folder, split.parts.size());
    if (added) split.parts.push_back({.folder = folder, .rows = {}});
    split.parts[part->second].rows.push_back(row);
  }
  return split;
}

int PartitionSplit::FolderOf(const std::vector<ColumnView>& keys, int64_t row) {
  values_.clear();
  for (const ColumnView& key : keys) {
    const std::string_view value = key.is_null(row) ? std::string_view() : key.GetString(row);
    values_ += std::to_string(value.size());
    values_ += ' ';
    values_ += value;
  }
  if (last_folder_ >= 0 && values_ == last_values_) return last_folder_;
  const auto [known, added] = known_.try_emplace(values_, folder_count());
  if (added) {
    std::string folder;
    for (size_t i = 0; i < keys.size(); ++i) {
      const std::string_view value =
          keys[i].is_null(row) ? std::string_view() : keys[i].GetString(row);
      if (!folder.empty()) folder += '/';
      folder += EscapeForFolder(key_texts_->field(static_cast<int>(i)).name) + "=" +
                (value.empty() ? kDefaultPartition : EscapeForFolder(value));
    }
    folders_.push_back(std::move(folder));
  }
  last_values_.swap(values_);
  last_folder_ = known->second;
  return last_folder_;
}

}  // namespace tenon::files
