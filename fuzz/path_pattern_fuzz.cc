// Patterns of any text: an error or a pattern that takes any path, and enters the folders of all that it matches.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "connectors/files/read/path_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using tenon::files::PathPattern;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const size_t border = text.find('\n');
  const std::string_view pattern_text = text.substr(0, border);
  const std::string_view path =
      border == std::string_view::npos ? "a/b-c.json" : text.substr(border + 1);
  const tenon::Result<PathPattern> pattern = PathPattern::Parse(pattern_text);
  if (PathPattern::IsPattern(pattern_text) &&
      PathPattern::FixedFolderBytes(pattern_text) > pattern_text.size()) {
    std::abort();
  }
  if (!pattern.ok() || !pattern->Matches(path)) return 0;
  for (size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (slash + 1 < path.size() && !pattern->MatchesBelow(path.substr(0, slash))) std::abort();
  }
  return 0;
}
