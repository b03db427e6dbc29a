// What a file sink leaves in the journal: where a call puts its files (its places) and what each
// writer made (its message). Both are JSON, because a person may have to read them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "object_store/store.h"
#include "tenon/schema.h"
#include "tenon/sink.h"

namespace tenon::files {

struct SinkPlaces {
  // One rename of a new folder, or a rename a file into a folder that is there.
  CommitClass commit_class = CommitClass::kRecoverable;
  std::string folder;     // The target.
  std::string temporary;  // A folder of this call alone, on the same file system.
  std::string mark;       // The first 8 digits of the call's token; part of every file's name.
  std::vector<std::string> old;  // What a replacement removes once the new files are there.
  std::optional<Schema> schema;  // Of the rows, when it is known.

  std::string ToJson() const;
  // kInvalidArgument: not places of a file sink.
  static Result<SinkPlaces> FromJson(std::string_view json);
};

// The files of one writer, with whole paths.
std::string MessageOf(const std::vector<object_store::StagedObject>& files);
// The files of all writers. kInvalidArgument: not messages of a file sink.
Result<std::vector<object_store::StagedObject>> FilesOf(const SinkPlaces& places,
                                                        std::span<const std::string> messages);

}  // namespace tenon::files
