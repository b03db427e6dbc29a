// How covers are written down: whole in the journal, and without positions and pins for the sink.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runstate/records.h"
#include "tenon/result.h"

namespace tenon::runstate {

// JSON that CoversFromJson reads back.
std::string CoversToJson(const std::vector<Cover>& covers);
// kDataError when `json` is not what CoversToJson writes.
Result<std::vector<Cover>> CoversFromJson(std::string_view json);

// What the sink stores beside its register: which interval of which source it holds, provable but
// not readable, for positions and pins may be long and are the source's own affair. Each stands as
// its SHA-256, an absent one as null.
std::string CoversForSink(const std::vector<Cover>& covers);

// Whether two covers speak of rows of one source that may be the same rows: the same bookmark
// version, and equal intervals (empty ones too) or both not empty. Positions cannot be compared,
// but intervals that start at the same bookmark version start at the same place.
bool Overlap(const Cover& left, const Cover& right);
// The same source, bookmark version and interval.
bool SameInterval(const Cover& left, const Cover& right);

}  // namespace tenon::runstate
