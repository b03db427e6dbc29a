#include "connectors/files/write/file_series.h"

#include <cstdio>
#include <utility>

#include "base/error_catalog.h"
#include "base/failpoint.h"
#include "columnar/conform.h"
#include "connectors/files/write/schema_growth.h"

namespace tenon::files {
namespace {

using object_store::StagedObject;
using object_store::StagedWriter;

// The first piece of a file has its header; who counts from 0 comes first.
const WriteFormat& FormatOf(const WriterTerms& terms, WriterId id) {
  return terms.following != nullptr && id.partition > 0 ? *terms.following : *terms.format;
}

}  // namespace

Status OfDisk(Status status) {
  if (!status.Is(StatusCode::kResourceExhausted) || status.number() != 0) return status;
  return std::move(status)
      .WithNumber(base::kErrDiskFull)
      .WithHint("Make room on the disk and run again; nothing of this write is visible.");
}

FileSeries::FileSeries(std::shared_ptr<const WriterTerms> terms, WriterId id, std::string folder,
                       SchemaPtr schema)
    : terms_(std::move(terms)),
      format_(FormatOf(*terms_, id)),
      id_(id),
      folder_(std::move(folder)),
      schema_is_known_(schema != nullptr),
      schema_(std::move(schema)) {}

Status FileSeries::Write(RecordBatch batch) {
  if (batch.num_rows() == 0) return Status::Ok();
  if (format_.one_schema()) {
    TENON_RETURN_IF_ERROR(FitSchema(batch.schema_ptr()));
    TENON_ASSIGN_OR_RETURN(columnar::ConformResult fitting,
                           columnar::Conform(std::move(batch), schema_));
    batch = std::move(fitting.batch);
  }
  if (file_ == nullptr) TENON_RETURN_IF_ERROR(OpenNext());
  TENON_RETURN_IF_ERROR(file_->Write(std::move(batch)));
  TENON_FAILPOINT_STATUS("K10");
  if (terms_->max_file_bytes > 0 && file_->bytes() >= terms_->max_file_bytes) return Close();
  return Status::Ok();
}

Status FileSeries::WriteNothing() {
  if (file_ != nullptr || !files_.empty()) return Status::Ok();
  TENON_RETURN_IF_ERROR(OpenNext());
  return Close();
}

// Starts another file when the batch brings columns that this one has not.
Status FileSeries::FitSchema(const SchemaPtr& batch) {
  if (batch == last_batch_ || batch == schema_ || schema_is_known_) return Status::Ok();
  TENON_ASSIGN_OR_RETURN(Schema grown, GrowSchema(schema_ ? *schema_ : Schema(), *batch));
  last_batch_ = batch;
  if (schema_ && grown == *schema_) return Status::Ok();
  TENON_RETURN_IF_ERROR(format_.CheckSchema(grown));
  schema_ = std::make_shared<const Schema>(std::move(grown));
  return Close();
}

Status FileSeries::OpenNext() {
  char number[32];
  std::snprintf(number, sizeof(number), "part-%05d-", id_.partition);
  std::string name = folder_.empty() ? "" : folder_ + "/";
  name += number + terms_->places.mark;
  if (!files_.empty()) {
    // '_' sorts behind the '.' of the first one's ending.
    std::snprintf(number, sizeof(number), "_%03zu", files_.size());
    name += number;
  }
  TENON_ASSIGN_OR_RETURN(
      std::unique_ptr<StagedWriter> staged,
      terms_->target->Stage(terms_->places, name + format_.ending(), id_.attempt));
  TENON_ASSIGN_OR_RETURN(file_, format_.Open(std::move(staged), schema_));
  return Status::Ok();
}

Status FileSeries::Close() {
  if (file_ == nullptr) return Status::Ok();
  TENON_ASSIGN_OR_RETURN(StagedObject done, file_->Close());
  files_.push_back(std::move(done));
  file_.reset();
  return Status::Ok();
}

}  // namespace tenon::files
