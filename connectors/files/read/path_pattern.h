// Globs as Glue's exclusions have them: / separates; * stays within one level, ** crosses levels; ?
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

 private:
  enum class Step : uint8_t { kOne, kStar, kStars };
  struct Token {
    Step step = Step::kOne;
    std::array<uint64_t, 4> bytes{};  // Which byte a kOne takes.
  };
  using Tokens = std::vector<Token>;

  static Result<Tokens> ParseAlternative(std::string_view text);
  static bool Matches(const Tokens& tokens, std::string_view path);

  std::vector<Tokens> alternatives_;
};

}  // namespace tenon::files
