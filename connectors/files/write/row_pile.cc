#include "connectors/files/write/row_pile.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/platform_file.h"
#include "columnar/memory.h"
#include "columnar/slice.h"

namespace tenon::files {

Status RowPile::MakeScratch() {
  TENON_RETURN_IF_ERROR(base::MakeFolders(std::filesystem::path(scratch_path_).parent_path()));
  TENON_ASSIGN_OR_RETURN(writer_, columnar::IpcWriter::Create(scratch_path_));
  TENON_ASSIGN_OR_RETURN(reader_, columnar::IpcReader::Open(scratch_path_));
  return Status::Ok();
}

RowPile::~RowPile() {
  std::error_code ignored;
  if (writer_ != nullptr) std::filesystem::remove(scratch_path_, ignored);
}

Status RowPile::Add(RecordBatch batch, const std::vector<Part>& parts) {
  const int64_t bytes = columnar::BufferBytes(batch);
  Batch kept;
  if (held_bytes_ + bytes <= memory_bytes_) {
    held_bytes_ += bytes;
    kept.held.emplace(std::move(batch));
  } else {
    if (writer_ == nullptr) TENON_RETURN_IF_ERROR(MakeScratch());
    TENON_ASSIGN_OR_RETURN(kept.entry, writer_->Append(batch));
  }
  for (const Part& part : parts)
    runs_[part.folder].push_back({batches_.size(), part.begin, part.rows});
  batches_.push_back(std::move(kept));
  return Status::Ok();
}

std::vector<int> RowPile::folders() const {
  std::vector<int> folders;
  for (const auto& [folder, runs] : runs_) folders.push_back(folder);
  return folders;
}

Status RowPile::Visit(int folder, const std::function<Status(RecordBatch)>& visit) {
  const auto found = runs_.find(folder);
  if (found == runs_.end()) return Status::Ok();
  for (const Run& run : found->second) {
    const Batch& batch = batches_[run.batch];
    Result<RecordBatch> rows = Status::Ok();
    if (batch.held) {
      rows = columnar::Slice(*batch.held, run.begin, run.rows);
    } else {
      TENON_ASSIGN_OR_RETURN(RecordBatch whole, reader_->Read(batch.entry));
      rows = columnar::Slice(std::move(whole), run.begin, run.rows);
    }
    if (!rows.ok()) return std::move(rows).status();
    TENON_RETURN_IF_ERROR(visit(*std::move(rows)));
  }
  return Status::Ok();
}

}  // namespace tenon::files
