// Several Parquet files become one: their row groups one after the other, as they are, under a footer of their own.
//
// No value is decoded. What holds offsets is moved: the footer's columns and the page index. The pieces must have one
// schema, which the files of one write with a known schema have.
#pragma once

#include <string>
#include <vector>

#include "tenon/status.h"

namespace tenon::files {

// Writes `whole` durably. kDataError: a piece is no Parquet file, is damaged, or has another schema than the first.
// kResourceExhausted: the disk is full. REQUIRES: at least one piece.
Status JoinParquet(const std::vector<std::string>& pieces, const std::string& whole);

}  // namespace tenon::files
