// Globs as Glue's exclusions have them, also in paths: / separates; * stays within one level, ** crosses levels; ?
// is one character; \ takes the next one as it is; [a-z] and [!…] are classes; {a,b} are
// alternatives, not nested. A leading dot is an ordinary character. Immutable; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/result.h"

namespace tenon::files {

class PathPattern {
 public:
  // kInvalidArgument: a class or group that does not end, a nested group, too many alternatives.
  static Result<PathPattern> Parse(std::string_view text);

  // The whole of `path`, relative to the folder that was asked for.
  bool Matches(std::string_view path) const;
  // Whether some path below the folder of this name may match.
  bool MatchesBelow(std::string_view folder) const;

  // Whether the text has any character that a pattern gives a meaning.
  static bool IsPattern(std::string_view text);
  // How many bytes of the pattern are folders of fixed names, with their last slash. REQUIRES: IsPattern(text).
  static size_t FixedFolderBytes(std::string_view text);

 private:
  enum class Step : uint8_t { kOne, kStar, kStars };
  struct Token {
    Step step = Step::kOne;
    std::array<uint64_t, 4> bytes{};  // Which byte a kOne takes.
  };
  using Tokens = std::vector<Token>;

  static Result<Tokens> ParseAlternative(std::string_view text);
  // Which tokens may come next behind `path`; the last state: none need to.
  static std::vector<bool> StatesBehind(const Tokens& tokens, std::string_view path);

  std::vector<Tokens> alternatives_;
};

}  // namespace tenon::files
