#include "location.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::cli {
namespace {

namespace fs = std::filesystem;

using Pair = std::pair<std::string_view, std::string_view>;
constexpr std::array kFormats = {
    Pair{".json", "json"},       Pair{".jsonl", "json"}, Pair{".ndjson", "json"},
    Pair{".csv", "csv"},         Pair{".tsv", "csv"},    Pair{".tab", "csv"},
    Pair{".parquet", "parquet"}, Pair{".pq", "parquet"},
};
constexpr std::array kCompressions = {
    Pair{".gz", "gzip"},       Pair{".bz2", "bzip2"}, Pair{".zst", "zstd"},
    Pair{".snappy", "snappy"}, Pair{".lz4", "lz4"},
};
// A folder is looked into for its format only so far.
constexpr int kEntriesLookedAt = 10'000;

template <size_t N>
std::string_view TakeEnding(std::string_view* name, const std::array<Pair, N>& known) {
  const std::string lower = base::ToLower(*name);
  for (const auto& [ending, meaning] : known) {
    if (!lower.ends_with(ending)) continue;
    name->remove_suffix(ending.size());
    return meaning;
  }
  return {};
}

bool IsHidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name.starts_with('_');
}

// Of the file whose name comes first among those that say something.
Ending EndingInFolder(const fs::path& folder) {
  std::error_code error;
  std::string first;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  int left = kEntriesLookedAt;
  for (; !error && at != fs::recursive_directory_iterator() && left-- > 0; at.increment(error)) {
    if (IsHidden(at->path())) {
      at.disable_recursion_pending();
      continue;
    }
    std::string path = at->path().string();
    if (EndingOf(path).format.empty() || (!first.empty() && path >= first)) continue;
    std::error_code unknown;
    if (at->is_regular_file(unknown)) first = std::move(path);
  }
  return EndingOf(first);
}

Result<Location> Parse(const std::string& word, const char* what) {
  if (word.empty()) {
    return Status::InvalidArgument(std::string("A path is empty: argument=") + what)
        .WithNumber(base::kErrArguments);
  }
  Location location;
  location.ending = EndingOf(word);
  const std::string lower = base::ToLower(word.substr(0, 6));
  if (lower.starts_with("s3://") || lower.starts_with("s3a://") || lower.starts_with("s3n://")) {
    location.connection_type = "s3";
    location.path = word;
    return location;
  }
  location.connection_type = "file";
  constexpr std::string_view kFileUrl = "file://";
  if (base::ToLower(word.substr(0, kFileUrl.size())) == kFileUrl) {
    location.path = word;
    return location;
  }
  std::error_code error;
  const fs::path path = fs::absolute(word, error);
  location.path = error ? word : path.lexically_normal().string();
  return location;
}

}  // namespace

Ending EndingOf(std::string_view name) {
  Ending ending;
  ending.compression = TakeEnding(&name, kCompressions);
  const std::string lower = base::ToLower(name);
  ending.tabs = lower.ends_with(".tsv") || lower.ends_with(".tab");
  ending.format = TakeEnding(&name, kFormats);
  // A name that is nothing but an ending has none.
  if (ending.format.empty() || name.empty() || name.ends_with('/')) return {};
  return ending;
}

Result<Location> ParseSource(const std::string& word, bool look) {
  TENON_ASSIGN_OR_RETURN(Location location, Parse(word, "SRC"));
  std::error_code error;
  if (look && location.connection_type == "file" && fs::is_directory(location.path, error)) {
    location.ending = EndingInFolder(location.path);
  }
  return location;
}

Result<Location> ParseTarget(const std::string& word) {
  if (word == "-") return Location{.console = true};
  TENON_ASSIGN_OR_RETURN(Location location, Parse(word, "DST"));
  location.folder = location.ending.format.empty();
  return location;
}

}  // namespace tenon::cli
