// A text format whose files are packed as they are written.
//
// The format writes into a staged file as ever; what it appends is compressed on the way. Pieces of one file may stand
// one behind the other: each is a whole member or frame, and readers read them as one stream.
#pragma once

#include <memory>

#include "compression/codec.h"
#include "connectors/files/format/written_file.h"

namespace tenon::files {

// `format` itself when the codec is kNone. Its files end as the format's do, then as the codec's.
std::unique_ptr<WriteFormat> Packed(std::unique_ptr<WriteFormat> format, compression::Codec codec);

}  // namespace tenon::files
