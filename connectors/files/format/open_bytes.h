// A file's bytes as its format sees them: unpacked when the file is packed.
#pragma once

#include <memory>

#include "connectors/files/format/file_range.h"
#include "connectors/files/format/read_format.h"
#include "object_store/store.h"

namespace tenon::files {

struct OpenedRange {
  // Of a packed file: plain bytes, read front to back; reading from a place before the last one starts again at the
  // file's beginning. One thread at a time.
  std::unique_ptr<object_store::RangeReader> bytes;
  // Of a packed file: `end` and `file_bytes` are kUnknownEnd, for only reading tells; places are those of plain bytes.
  FileRange range;
};

// The file of a range as it was when the read was planned: a store that opens it so says whether it still is. Of a
// range of unpacked bytes only its path.
object_store::ObjectInfo AsPlanned(const FileRange& range);

// Opens the file of `range` as it was planned; how it is packed say resources.codec and its ending. Opening it twice
// gives two readers. kUnsupported: packed in a way that is not supported. REQUIRES: a packed file's range is all of it.
Result<OpenedRange> OpenBytes(const ReadResources& resources, FileRange range);

// How the file at `path` is packed in this read.
Result<compression::Codec> CodecOf(const ReadResources& resources, const std::string& path);

}  // namespace tenon::files
