// Files and folders that survive a power cut.
#pragma once

#include <filesystem>

#include "tenon/status.h"

namespace tenon::base {

// Returns when the file's bytes are on the disk. The error names the file.
Status SyncFile(const std::filesystem::path& file);

// Returns when the folder's entries (made, renamed, removed files) are on the disk. The error names
// the folder.
Status SyncFolder(const std::filesystem::path& folder);

// Makes the folder and all above it that are missing, durably. The error names the folder.
Status MakeFolders(const std::filesystem::path& folder);

// By `error`, an errno: kNotFound, kPermissionDenied (TN5002, with a hint), kResourceExhausted (disk
// full, file too large, too many open files), kInvalidArgument (name too long) or kUnavailable:
// "<what>: <path>: <system's text>" as message and facts.
Status FileError(const char* what, const std::filesystem::path& path, int error);

// The same of a folder that could not be made: TN4006, with a hint, where its place takes none.
Status NoFolder(const char* what, const std::filesystem::path& path, int error);

}  // namespace tenon::base
