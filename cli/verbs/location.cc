#include "location.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "connectors/files/read/first_files.h"

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
// What a store lists at once.
constexpr int kFilesLookedAt = 1000;

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

// Of the first file that a read would take and whose name says something; of none where there is no such file.
Result<Ending> EndingOfFirstFile(const std::string& path, std::stop_token stop) {
  Result<std::vector<std::string>> files = files::FirstFiles(path, kFilesLookedAt, std::move(stop));
  if (!files.ok()) {
    // A folder without files has no format.
    std::error_code error;
    if (files.status().Is(StatusCode::kNotFound) && fs::is_directory(path, error)) return Ending();
    return std::move(files).status();
  }
  for (const std::string& file : *files) {
    const Ending ending = EndingOf(file);
    if (!ending.format.empty()) return ending;
  }
  return Ending();
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

Result<Location> ParseSource(const std::string& word, bool look, std::stop_token stop) {
  TENON_ASSIGN_OR_RETURN(Location location, Parse(word, "SRC"));
  if (look && location.ending.format.empty()) {
    TENON_ASSIGN_OR_RETURN(location.ending, EndingOfFirstFile(location.path, std::move(stop)));
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
