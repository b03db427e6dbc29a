#include "connectors/files/format/head_kept.h"

#include <algorithm>

namespace tenon::files {

Result<std::unique_ptr<HeadKept>> HeadKept::Read(std::unique_ptr<object_store::RangeReader> file,
                                                 int64_t file_bytes, int64_t head_bytes) {
  const auto wanted = static_cast<size_t>(std::min(file_bytes, head_bytes));
  std::vector<uint8_t> head(wanted);
  TENON_ASSIGN_OR_RETURN(const size_t got, file->ReadAt(0, head));
  head.resize(got);
  const bool whole = got < wanted || file_bytes <= head_bytes;
  return std::unique_ptr<HeadKept>(new HeadKept(std::move(file), std::move(head), whole));
}

Result<size_t> HeadKept::ReadAt(int64_t offset, std::span<uint8_t> out) {
  const auto at = static_cast<size_t>(offset);
  if (at >= head_.size()) {
    if (whole_) return size_t{0};
    return file_->ReadAt(offset, out);
  }
  const size_t kept = std::min(out.size(), head_.size() - at);
  std::copy_n(head_.begin() + offset, kept, out.begin());
  if (kept == out.size() || whole_) return kept;
  TENON_ASSIGN_OR_RETURN(const size_t more,
                         file_->ReadAt(static_cast<int64_t>(head_.size()), out.subspan(kept)));
  return kept + more;
}

void HeadKept::Expect(int64_t begin, int64_t end) {
  if (!whole_ && end > static_cast<int64_t>(head_.size())) file_->Expect(begin, end);
}

}  // namespace tenon::files
