#include "connectors/files/read/file_source.h"

#include <algorithm>
#include <utility>

#include "connectors/files/format/open_bytes.h"
#include "connectors/files/read/added_columns.h"
#include "connectors/files/read/file_partitions.h"
#include "connectors/files/read/file_pin.h"
#include "connectors/files/read/file_readers.h"
#include "object_store/route/open_store.h"

namespace tenon::files {
namespace {

constexpr size_t kPartitionsAtOnce = 1024;
constexpr size_t kPooledBytes = 96 << 20;

using FileListPtr = std::shared_ptr<const std::vector<ListedFile>>;

ReadResources ResourcesOf(const ReadOptions& options, std::stop_token stop) {
  return {.store = object_store::OpenStore({.stop = std::move(stop)}),
          .pool = std::make_shared<BufferPool>(kPooledBytes),
          .codec = options.codec,
          .helpers = std::make_shared<compression::UnpackThreads>()};
}

// Makes partitions of the files as they are asked for: neither ranges nor what a format looks at to leave some out is
// in memory for all files.
class FileScan : public Scan {
 public:
  FileScan(const ReadOptions& options, ReadResources resources, FileListPtr files,
           int wanted_partitions, FileScanState state)
      : format_(options.format),
        resources_(std::move(resources)),
        files_(std::move(files)),
        partitions_({.wanted_partitions = wanted_partitions,
                     .group = options.group,
                     .group_bytes = options.group_bytes,
                     .least_range_bytes = options.format->least_range_bytes()},
                    TotalBytes(*files_)),
        state_(std::move(state)),
        pin_(PinOf(*files_)) {}

  Result<std::vector<Partition>> NextPartitions(const TaskContext& context) override {
    std::vector<Partition> partitions;
    while (partitions.empty() && file_ < files_->size()) {
      TENON_RETURN_IF_ERROR(context.CheckCancelled());
      TENON_RETURN_IF_ERROR(AddSome(context, &partitions));
    }
    if (file_ == files_->size()) partitions_.Flush(&partitions);
    return partitions;
  }

  std::string pin() const override { return pin_; }
  ScanState state() const override { return state_.Pack(); }

 private:
  static int64_t TotalBytes(const std::vector<ListedFile>& files) {
    int64_t total = 0;
    for (const ListedFile& file : files) total += file.bytes;
    return total;
  }

  Status AddSome(const TaskContext& context, std::vector<Partition>* partitions) {
    std::vector<FileRange> ranges;
    std::vector<bool> splittable;
    for (; file_ < files_->size() && ranges.size() < kPartitionsAtOnce; ++file_) {
      const ListedFile& file = (*files_)[file_];
      TENON_ASSIGN_OR_RETURN(const compression::Codec codec, CodecOf(resources_, file.path));
      const bool may_cut = format_->splittable(codec != compression::Codec::kNone);
      for (FileRange& range : partitions_.RangesOf(file, may_cut)) {
        ranges.push_back(std::move(range));
      }
    }
    TENON_ASSIGN_OR_RETURN(
        ranges, format_->Prune(std::move(ranges), state_.OfFormat(), resources_, context));
    for (FileRange& range : ranges) {
      TENON_ASSIGN_OR_RETURN(const compression::Codec codec, CodecOf(resources_, range.path));
      const bool may_cut = format_->splittable(codec != compression::Codec::kNone);
      partitions_.Add(std::move(range), may_cut, partitions);
    }
    return Status::Ok();
  }

  const std::shared_ptr<const ReadFormat> format_;
  const ReadResources resources_;
  const FileListPtr files_;
  FilePartitions partitions_;
  const FileScanState state_;
  const std::string pin_;
  size_t file_ = 0;
};

class FileSource : public Source {
 public:
  FileSource(ReadOptions options, ReadResources resources)
      : options_(std::move(options)), resources_(std::move(resources)) {}

  Result<std::optional<Schema>> schema(const TaskContext& context) override {
    if (options_.format->self_describing()) return std::nullopt;
    if (!asked_schema_) {
      TENON_RETURN_IF_ERROR(ListAll());
      TENON_ASSIGN_OR_RETURN(const std::vector<FileRange> whole, WholeFiles());
      TENON_ASSIGN_OR_RETURN(schema_,
                             options_.format->SchemaOf(whole, resources_, context, &seen_));
      asked_schema_ = true;
    }
    if (!schema_) return std::nullopt;
    return AddedTo(*files_).Behind(*schema_, std::nullopt);
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(schema(context).status());
    TENON_RETURN_IF_ERROR(FindKeys());
    const AddedColumns added(NamesOfAdded());
    ScanOffer offer;
    const ScanRequest inner = InnerRequest(request, added);
    TENON_RETURN_IF_ERROR(options_.format->Offer(inner, schema_, &offer));
    offer.where = AnswersTo(request, inner, offer.where);
    if (schema_) {
      offer.schema = AddedTo(*files_).Behind(offer.schema.value_or(*schema_), request.columns);
    }
    if (!added.empty()) offer.limit = false;
    std::string detail = "files format=" + std::string(options_.format->name());
    for (const std::string& path : options_.selection.paths) detail += " path=" + path;
    for (const AddedColumn& column : added.columns()) detail += " adds=" + column.field.name;
    if (!offer.detail.empty()) detail += " " + offer.detail;
    offer.detail = std::move(detail);
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(schema(context).status());
    TENON_RETURN_IF_ERROR(FindKeys());
    TENON_ASSIGN_OR_RETURN(FileListPtr files, FilesOf(accepted));
    FileScanState state{.added = AddedTo(files_ ? *files_ : *files),
                        .wanted = accepted.columns,
                        .threads = accepted.wanted_partitions};
    const ScanRequest inner = InnerRequest(accepted, state.added);
    // A pin may name files that are not the ones that were looked at.
    TENON_ASSIGN_OR_RETURN(
        ScanState of_format,
        options_.format->StateOf(inner, schema_, accepted.pin.empty() ? seen_ : std::string()));
    state.format_bytes = std::move(of_format.bytes);
    if (of_format.schema) state.schema = state.added.Behind(*of_format.schema, accepted.columns);
    return std::make_unique<FileScan>(options_, resources_, std::move(files),
                                      accepted.wanted_partitions, std::move(state));
  }

 private:
  Status ListAll() {
    if (files_) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(std::vector<ListedFile> files,
                           ListFiles(*resources_.store, options_.selection, nullptr));
    files_ = std::make_shared<const std::vector<ListedFile>>(std::move(files));
    return Status::Ok();
  }

  Status FindKeys() {
    if (!options_.hive_columns || keys_) return Status::Ok();
    if (files_) {
      keys_ = Schema(HiveFieldsOf(*files_)).names();
    } else {
      TENON_ASSIGN_OR_RETURN(keys_, FindHiveKeys(*resources_.store, options_.selection));
    }
    return Status::Ok();
  }

  // The files of the read: those of the pin, or those that the conjuncts on folders leave. Of a source that has listed
  // all its files for their schema, from that list.
  Result<FileListPtr> FilesOf(const ScanRequest& accepted) {
    std::vector<ListedFile> files;
    if (!accepted.pin.empty()) {
      TENON_ASSIGN_OR_RETURN(files, ReadPin(accepted.pin));
      TENON_RETURN_IF_ERROR(CheckStillThere(*resources_.store, files));
      return std::make_shared<const std::vector<ListedFile>>(std::move(files));
    }
    const HiveFilter filter(accepted.where, keys_.value_or(std::vector<std::string>()),
                            files_ ? HiveFieldsOf(*files_) : std::vector<Field>());
    if (!files_) {
      TENON_ASSIGN_OR_RETURN(files, ListFiles(*resources_.store, options_.selection, &filter));
    } else if (filter.empty()) {
      return files_;
    } else {
      for (const ListedFile& file : *files_) {
        TENON_ASSIGN_OR_RETURN(const bool may, filter.MayHold(FoldersOf(file.path), true));
        if (may) files.push_back(file);
      }
    }
    return std::make_shared<const std::vector<ListedFile>>(std::move(files));
  }

  static std::vector<HiveValue> FoldersOf(std::string_view path) {
    return HiveValuesOf(path.substr(0, path.rfind('/') + 1));
  }

  static std::vector<Field> HiveFieldsOf(const std::vector<ListedFile>& files) {
    HiveColumns columns;
    std::string_view last;
    for (const ListedFile& file : files) {
      const std::string_view folder =
          std::string_view(file.path).substr(0, file.path.rfind('/') + 1);
      if (folder != last) columns.Add(HiveValuesOf(folder));
      last = folder;
    }
    return columns.fields();
  }

  AddedColumns AddedTo(const std::vector<ListedFile>& files) const {
    std::vector<AddedColumn> columns;
    if (options_.hive_columns) {
      for (Field& field : HiveFieldsOf(files)) {
        columns.push_back({.kind = AddedColumn::kHive, .field = std::move(field)});
      }
    }
    AddAttached(&columns);
    return AddedColumns(std::move(columns));
  }

  // Before the files are listed: the types of folders are not known.
  std::vector<AddedColumn> NamesOfAdded() const {
    std::vector<AddedColumn> columns;
    for (const std::string& key : keys_.value_or(std::vector<std::string>())) {
      columns.push_back({.kind = AddedColumn::kHive, .field = {.name = key}});
    }
    AddAttached(&columns);
    return columns;
  }

  void AddAttached(std::vector<AddedColumn>* columns) const {
    const auto add = [&](AddedColumn::Kind kind, const std::string& name, DataType type) {
      if (name.empty()) return;
      std::erase_if(*columns, [&](const AddedColumn& column) {
        return EqualsIgnoreCase(column.field.name, name);
      });
      columns->push_back({.kind = kind, .field = {.name = name, .type = std::move(type)}});
    };
    add(AddedColumn::kFileName, options_.file_name_column, DataType::String());
    add(AddedColumn::kTimestamp, options_.timestamp_column, DataType::Timestamp());
  }

  // What of a request the format sees.
  ScanRequest InnerRequest(const ScanRequest& request, const AddedColumns& added) const {
    ScanRequest inner = request;
    if (inner.columns) {
      inner.columns = added.WithoutMine(*inner.columns);
    } else if (schema_ && added.WithoutMine(*schema_) != *schema_) {
      inner.columns = added.WithoutMine(schema_->names());  // Columns that give way are not read.
    }
    std::erase_if(inner.where,
                  [&](const Predicate& conjunct) { return NamesAny(conjunct, added); });
    if (!added.empty()) inner.limit.reset();
    return inner;
  }

  static bool NamesAny(const Predicate& conjunct, const AddedColumns& added) {
    const std::vector<std::string> columns = conjunct.Columns();
    return std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
      return added.Has(column.substr(0, column.find('.')));
    });
  }

  // The format's answers, with those of the folders between them.
  std::vector<PushDown> AnswersTo(const ScanRequest& request, const ScanRequest& inner,
                                  const std::vector<PushDown>& of_format) const {
    const std::vector<std::string> keys = keys_.value_or(std::vector<std::string>());
    std::vector<PushDown> answers;
    size_t next = 0;
    for (const Predicate& conjunct : request.where) {
      if (next < inner.where.size() && conjunct == inner.where[next]) {
        answers.push_back(next < of_format.size() ? of_format[next] : PushDown::kNone);
        ++next;
      } else {
        answers.push_back(HiveFilter::Decides(conjunct, keys) ? PushDown::kExact : PushDown::kNone);
      }
    }
    return answers;
  }

  // Of packed ones nobody knows where they end.
  Result<std::vector<FileRange>> WholeFiles() const {
    std::vector<FileRange> ranges;
    for (const ListedFile& file : *files_) {
      if (file.bytes == 0) continue;
      TENON_ASSIGN_OR_RETURN(const compression::Codec codec, CodecOf(resources_, file.path));
      const int64_t end = codec == compression::Codec::kNone ? file.bytes : kUnknownEnd;
      ranges.push_back({.path = file.path,
                        .begin = 0,
                        .end = end,
                        .file_bytes = end,
                        .modified_ns = file.modified_ns,
                        .etag = file.etag});
    }
    return ranges;
  }

  const ReadOptions options_;
  const ReadResources resources_;
  FileListPtr files_;             // All of them; null until they are needed for the schema.
  std::optional<Schema> schema_;  // Of the files, without added columns.
  std::string seen_;              // By the format, as it was asked for it.
  bool asked_schema_ = false;
  std::optional<std::vector<std::string>> keys_;
};

}  // namespace

Result<std::unique_ptr<Source>> OpenFileSource(ReadOptions options, std::stop_token stop) {
  ReadResources resources = ResourcesOf(options, std::move(stop));
  TENON_RETURN_IF_ERROR(CheckPathsExist(*resources.store, options.selection.paths));
  return std::make_unique<FileSource>(std::move(options), std::move(resources));
}

Result<std::unique_ptr<ReaderFactory>> OpenFileReaders(const ReadOptions& options,
                                                       const ScanState& state,
                                                       std::stop_token stop) {
  return MakeFileReaders(options, state, ResourcesOf(options, std::move(stop)));
}

}  // namespace tenon::files
