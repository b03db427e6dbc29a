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

// How the pieces of one file are put together.
enum class Joining { kBytes, kParquet };

struct SinkPlaces {
  // One rename of a new folder or of a file, or a rename a file into a folder that is there.
  CommitClass commit_class = CommitClass::kRecoverable;
  std::string folder;  // The target, or the folder of a target that is a file.
  std::string file;    // The name of a target that is one file; empty when it is a folder.
  Joining joining = Joining::kBytes;  // Of one file.
  std::string temporary;              // A folder of this call alone, on the same file system.
  std::string mark;  // The first 8 digits of the call's token; part of every file's name.
  // Of an object store: the first 12 digits of the register's key, and the whole token.
  std::string register_key, token;
  std::vector<std::string> old;  // What a replacement removes once the new files are there.
  std::optional<Schema> schema;  // Of the rows, when it is known.

  std::string ToJson() const;
  // kInvalidArgument: not places of a file sink.
  static Result<SinkPlaces> FromJson(std::string_view json);
};

// Where an attempt writes the file that will be `name` in the target's folder.
std::string TemporaryPath(const SinkPlaces& places, const std::string& name, int attempt);
// The folder that a path is in; "/" for one at the root.
std::string FolderOf(const std::string& path);
// `name` in `folder`, and back: what of `path` is below the folder. The folder has no slash at its end but as "/".
std::string PathBelow(const std::string& folder, const std::string& name);
std::string NameBelow(const std::string& folder, const std::string& path);

// The files of one writer. kResourceExhausted: so many that no message holds them.
Result<std::string> MessageOf(const SinkPlaces& places, int attempt,
                              const std::vector<object_store::StagedObject>& files);
// The files of all writers. kInvalidArgument: not messages of a file sink.
Result<std::vector<object_store::StagedObject>> FilesOf(const SinkPlaces& places,
                                                        std::span<const std::string> messages);

}  // namespace tenon::files
