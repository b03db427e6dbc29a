// Small files that belong to this user alone, written as a whole: a reader finds the old text or the new one, never a
// part, also after a crash or a power cut. Any thread; two writers of one file are kept apart by their callers.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::base {

// Makes the folder with those above it when they are missing, and takes the rights of all others away from it. The
// error names the folder.
Status MakePrivateFolder(const std::filesystem::path& folder);

// Puts `text` in the place of whatever `file` held, durably, readable by its owner alone. Another file beside it, whose
// name ends with kUnfinished, exists meanwhile; a killed process leaves it. The error names the file.
Status WritePrivateFile(const std::filesystem::path& file, std::string_view text);
inline constexpr std::string_view kUnfinished = ".unfinished";
// The same where no file is yet; of several writers one succeeds. kAlreadyExists: there is one.
Status MakePrivateFile(const std::filesystem::path& file, std::string_view text);

// Removes what killed processes left of such writes. REQUIRES: nobody writes in the folder meanwhile.
void SweepUnfinished(const std::filesystem::path& folder);

// The whole text. kNotFound: no such file. kInvalidArgument: longer than `max_bytes`, or no file.
Result<std::string> ReadSmallFile(const std::filesystem::path& file, size_t max_bytes);

// Removes the file, durably. kNotFound: no such file.
Status RemoveFile(const std::filesystem::path& file);

}  // namespace tenon::base
