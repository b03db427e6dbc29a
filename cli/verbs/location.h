// Where rows come from or go to, as a word of the command line: a path, a pattern, a URL, or "-".
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "tenon/result.h"

namespace tenon::cli {

// What the ending of a name says: ".csv.gz" is csv, packed by gzip.
struct Ending {
  std::string_view format;       // Empty: it says nothing.
  std::string_view compression;  // Empty: none.
  bool tabs = false;             // A .tsv: fields are separated by tabs.
};
Ending EndingOf(std::string_view name);

struct Location {
  bool console = false;         // "-".
  std::string connection_type;  // "file" or "s3".
  std::string path;             // Absolute, of local files; a URL as it was given.
  Ending ending;  // Of the name, or of the first file that a source's folder or pattern means.
  bool folder = false;  // A target without a known ending.
};

// kInvalidArgument: an empty word. `look`: a name that tells no format is looked into for the first file whose ending
// does; errors of its store; `stop` ends the waits for it with kCancelled.
Result<Location> ParseSource(const std::string& word, bool look, std::stop_token stop = {});
Result<Location> ParseTarget(const std::string& word);

}  // namespace tenon::cli
