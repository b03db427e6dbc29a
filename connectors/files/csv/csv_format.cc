#include "connectors/files/csv/csv_format.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <unordered_set>
#include <utility>

#include "columnar/field_places.h"
#include "connectors/files/csv/csv_files.h"
#include "connectors/files/csv/csv_infer.h"
#include "connectors/files/csv/csv_reader.h"
#include "connectors/files/format/pick_columns.h"
#include "tenon/payload.h"

namespace tenon::files {
namespace {

constexpr int32_t kStateVersion = 2;

// The whole schema travels: a file's header is compared with all of it, whatever columns are wanted.
// `data_begin`: of all files when they have one head, else -1.
std::string PackState(const Schema& all, const std::vector<int>& wanted, int64_t data_begin) {
  std::vector<std::string> types;
  for (const Field& field : all.fields()) types.push_back(field.type.ToString());
  std::vector<std::string> columns;
  for (const int column : wanted) columns.push_back(std::to_string(column));
  return Pack(kStateVersion, all.names(), types, columns, data_begin);
}

Status UnpackState(const std::string& bytes, Schema* all, std::vector<int>* wanted,
                   int64_t* data_begin) {
  std::vector<std::string> names, types, columns;
  TENON_RETURN_IF_ERROR(Unpack(bytes, kStateVersion, &names, &types, &columns, data_begin));
  const Status not_ours = Status::InvalidArgument("State is not one of a CSV read");
  if (names.size() != types.size()) return not_ours;
  std::vector<Field> fields;
  for (size_t i = 0; i < names.size(); ++i) {
    TENON_ASSIGN_OR_RETURN(DataType type, DataType::Parse(types[i]));
    fields.push_back({.name = std::move(names[i]), .type = std::move(type)});
  }
  for (const std::string& column : columns) {
    const int index = std::atoi(column.c_str());
    if (index < 0 || index >= static_cast<int>(fields.size())) return not_ours;
    wanted->push_back(index);
  }
  *all = Schema(std::move(fields));
  return Status::Ok();
}

class CsvRangeReaders : public RangeReaders {
 public:
  explicit CsvRangeReaders(std::shared_ptr<const CsvScan> scan) : scan_(std::move(scan)) {}

  Result<std::unique_ptr<PartitionReader>> Open(std::vector<FileRange> ranges,
                                                const TaskContext& context) const override {
    return std::make_unique<CsvReader>(std::move(ranges), scan_, context);
  }

 private:
  const std::shared_ptr<const CsvScan> scan_;
};

class CsvReadFormat : public ReadFormat {
 public:
  CsvReadFormat(CsvReadOptions options, CsvSizes sizes)
      : options_(std::move(options)), sizes_(sizes) {
    sizes_.longest_record_bytes = options_.longest_record_bytes;
  }

  std::string_view name() const override { return "csv"; }
  bool splittable(bool compressed) const override { return !compressed; }

  Result<std::optional<Schema>> SchemaOf(const std::vector<FileRange>& files,
                                         const ReadResources& resources, const TaskContext& context,
                                         std::string* seen) const override {
    CsvFiles heads(resources, options_, sizes_);
    const columnar::FieldPlaces declared(options_.declared.fields());
    std::vector<Field> fields;
    std::unordered_set<std::string> known;
    size_t unnamed = 0;
    CsvHeadPtr first;
    bool all_equal = true;
    for (const FileRange& file : files) {
      TENON_RETURN_IF_ERROR(context.CheckCancelled());
      TENON_ASSIGN_OR_RETURN(const CsvHeadPtr head, heads.HeadOf(file));
      if (first == nullptr) first = head;
      all_equal &= head->data_begin == first->data_begin;
      if (!options_.with_header) {
        unnamed = std::max(unnamed, head->names.size());
        continue;
      }
      if (head != first && head->names == first->names) continue;
      all_equal &= head == first;
      for (const std::string& name : head->names) {
        // Columns of all headers, in the order in which they are met.
        if (!known.insert(name).second) continue;
        const std::optional<int> place = declared.Find(name);
        fields.push_back(place ? options_.declared.field(*place) : Field{name, DataType::String()});
      }
    }
    if (first != nullptr && all_equal) *seen = std::to_string(first->data_begin);
    if (!options_.with_header) fields = options_.declared.fields();
    for (size_t i = fields.size(); i < unnamed; ++i) {
      fields.push_back({"col" + std::to_string(i), DataType::String()});
    }
    if (options_.types == CsvTypes::kStrings) return Schema(std::move(fields));
    TENON_ASSIGN_OR_RETURN(Schema typed,
                           InferCsvTypes(Schema(std::move(fields)), files, heads, context));
    return typed;
  }

  Status Offer(const ScanRequest& request, const std::optional<Schema>& schema,
               ScanOffer* offer) const override {
    offer->schema = schema;
    if (!schema || !request.columns) return Status::Ok();
    const std::optional<std::vector<int>> wanted = FindColumns(*request.columns, *schema);
    if (!wanted) return Status::Ok();
    offer->columns = true;
    offer->schema = PickColumns(*schema, *wanted);
    return Status::Ok();
  }

  Result<ScanState> StateOf(const ScanRequest& accepted, const std::optional<Schema>& schema,
                            const std::string& seen) const override {
    if (!schema) return Status::Internal("A CSV read has no schema");
    std::vector<int> wanted;
    if (accepted.columns) {
      std::optional<std::vector<int>> found = FindColumns(*accepted.columns, *schema);
      if (!found) return Status::Internal("A CSV read was given columns that it has not");
      wanted = *std::move(found);
    } else {
      for (int i = 0; i < schema->size(); ++i) wanted.push_back(i);
    }
    const int64_t data_begin = seen.empty() ? -1 : std::atoll(seen.c_str());
    return ScanState{.bytes = PackState(*schema, wanted, data_begin),
                     .schema = PickColumns(*schema, wanted)};
  }

  Result<std::unique_ptr<RangeReaders>> OpenReaders(const ScanState& state,
                                                    ReadResources resources) const override {
    auto scan = std::make_shared<CsvScan>();
    int64_t data_begin = 0;
    TENON_RETURN_IF_ERROR(UnpackState(state.bytes, &scan->all, &scan->wanted, &data_begin));
    CsvHeadPtr common;
    if (data_begin >= 0) {
      common = std::make_shared<const CsvHead>(
          CsvHead{.names = scan->all.names(), .data_begin = data_begin});
    }
    scan->fields = std::make_unique<const CsvFields>(scan->all, options_.with_header);
    scan->pool = resources.pool;
    scan->files =
        std::make_shared<CsvFiles>(std::move(resources), options_, sizes_, std::move(common));
    scan->schema = std::make_shared<const Schema>(PickColumns(scan->all, scan->wanted));
    return std::make_unique<CsvRangeReaders>(std::move(scan));
  }

 private:
  const CsvReadOptions options_;
  CsvSizes sizes_;
};

}  // namespace

std::unique_ptr<ReadFormat> MakeCsvReadFormat(CsvReadOptions options, CsvSizes sizes) {
  return std::make_unique<CsvReadFormat>(std::move(options), sizes);
}

}  // namespace tenon::files
