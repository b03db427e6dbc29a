#include "connectors/files/write/folder_writer.h"

#include <algorithm>
#include <list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "columnar/conform.h"
#include "columnar/share.h"
#include "columnar/slice.h"
#include "connectors/files/write/partition_split.h"
#include "connectors/files/write/row_pile.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;

constexpr int64_t kPileBytes = 16 << 20;

std::string ScratchPath(const WriterTerms& terms, WriterId id) {
  return terms.target->ScratchFolder(terms.places) + "/.pile-" + terms.places.mark + "-" +
         std::to_string(id.partition) + "-" + std::to_string(id.attempt);
}

class FolderWriter : public PartitionWriter {
 public:
  FolderWriter(std::shared_ptr<const WriterTerms> terms, WriterId id, SchemaPtr schema,
               PartitionKeys keys)
      : terms_(std::move(terms)),
        id_(id),
        schema_(std::move(schema)),
        rows_(keys.rows),
        split_(schema_, std::move(keys)),
        pile_(ScratchPath(*terms_, id), kPileBytes) {}

  Status Write(RecordBatch batch) override { return OfDisk(WriteBatch(std::move(batch))); }

  Result<std::string> Commit() override {
    TENON_RETURN_IF_ERROR(OfDisk(Finish()));
    std::vector<StagedObject> files;
    for (const auto& [folder, series] : series_)
      files.insert(files.end(), series.files().begin(), series.files().end());
    TENON_RETURN_IF_ERROR(OfDisk(terms_->target->Keep(terms_->places, files)));
    return MessageOf(terms_->places, id_.attempt, files);
  }

 private:
  Status WriteBatch(RecordBatch batch) {
    if (batch.num_rows() == 0) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(columnar::ConformResult fitting,
                           columnar::Conform(std::move(batch), schema_));
    TENON_ASSIGN_OR_RETURN(SplitRows split, split_.Split(std::move(fitting.batch)));
    if (split.parts.size() == 1) return WriteOneFolder(std::move(split));
    std::vector<const SplitRows::Part*> now, later;
    for (const SplitRows::Part& part : split.parts)
      (MayOpen(part.folder) ? now : later).push_back(&part);
    const columnar::SharedBatch all(std::move(split.others));
    if (!now.empty()) {
      TENON_ASSIGN_OR_RETURN(Gathered some, Gather(all.Share(), now));
      const columnar::SharedBatch shared(std::move(some.batch));
      for (const RowPile::Part& part : some.parts) {
        TENON_ASSIGN_OR_RETURN(RecordBatch rows, columnar::Slice(shared, part.begin, part.rows));
        TENON_RETURN_IF_ERROR(WriteTo(part.folder, std::move(rows)));
      }
    }
    if (later.empty()) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(Gathered rest, Gather(all.Share(), later));
    return pile_.Add(std::move(rest.batch), rest.parts);
  }

  Status WriteOneFolder(SplitRows split) {
    const int folder = split.parts.front().folder;
    if (!MayOpen(folder)) {
      const bool seen = pile_.Has(folder) || series_.count(folder) > 0;
      if (seen) {
        const int64_t rows = split.others.num_rows();
        return pile_.Add(std::move(split.others), {{.folder = folder, .begin = 0, .rows = rows}});
      }
      TENON_RETURN_IF_ERROR(SeriesOf(open_.front()).Close());
      open_.pop_front();
    }
    return WriteTo(folder, std::move(split.others));
  }

  // Whether rows of this folder can go into a file at once: it has an open one, or may get one.
  bool MayOpen(int folder) {
    const auto series = series_.find(folder);
    if (series != series_.end() && series->second.open()) return true;
    if (pile_.Has(folder)) return false;
    // Counted before the file is opened: the parts of one batch are told apart before any is written.
    const auto wanted = std::find(open_.begin(), open_.end(), folder);
    if (wanted != open_.end()) return true;
    if (std::ssize(open_) >= terms_->most_open_files) return false;
    open_.push_back(folder);
    return true;
  }

  Status WriteTo(int folder, RecordBatch rows) {
    open_.remove(folder);
    open_.push_back(folder);
    return SeriesOf(folder).Write(std::move(rows));
  }

  FileSeries& SeriesOf(int folder) {
    const auto found = series_.find(folder);
    if (found != series_.end()) return found->second;
    return series_.try_emplace(folder, terms_, id_, split_.folder(folder), rows_).first->second;
  }

  Status Finish() {
    for (auto& [folder, series] : series_) TENON_RETURN_IF_ERROR(series.Close());
    for (const int folder : pile_.folders()) {
      FileSeries& series = SeriesOf(folder);
      TENON_RETURN_IF_ERROR(pile_.Visit(
          folder, [&series](RecordBatch rows) { return series.Write(std::move(rows)); }));
      TENON_RETURN_IF_ERROR(series.Close());
    }
    return Status::Ok();
  }

  struct Gathered {
    RecordBatch batch;
    std::vector<RowPile::Part> parts;
  };

  // The rows of these parts, one part after the other.
  static Result<Gathered> Gather(RecordBatch all,
                                 const std::vector<const SplitRows::Part*>& parts) {
    Gathered gathered;
    std::vector<int64_t> rows;
    for (const SplitRows::Part* part : parts) {
      gathered.parts.push_back(
          {.folder = part->folder, .begin = std::ssize(rows), .rows = std::ssize(part->rows)});
      rows.insert(rows.end(), part->rows.begin(), part->rows.end());
    }
    TENON_ASSIGN_OR_RETURN(gathered.batch, columnar::TakeRows(std::move(all), rows));
    return gathered;
  }

  const std::shared_ptr<const WriterTerms> terms_;
  const WriterId id_;
  const SchemaPtr schema_;
  const SchemaPtr rows_;  // Without the keys.
  PartitionSplit split_;
  RowPile pile_;
  std::map<int, FileSeries> series_;
  std::list<int>
      open_;  // Folders that have, or are about to get, an open file; written to last at the back.
};

}  // namespace

Result<std::unique_ptr<PartitionWriter>> OpenFolderWriter(std::shared_ptr<const WriterTerms> terms,
                                                          WriterId id, SchemaPtr schema) {
  TENON_ASSIGN_OR_RETURN(PartitionKeys keys, PartitionKeys::Of(*schema, terms->partition_keys));
  return std::make_unique<FolderWriter>(std::move(terms), id, std::move(schema), std::move(keys));
}

}  // namespace tenon::files
