#include "connectors/files/read/path_pattern.h"

#include <algorithm>
#include <utility>

namespace tenon::files {
namespace {

constexpr size_t kMostAlternatives = 256;

void Set(std::array<uint64_t, 4>& bytes, uint8_t byte) {
  bytes[byte / 64] |= uint64_t{1} << (byte % 64);
}
bool Has(const std::array<uint64_t, 4>& bytes, uint8_t byte) {
  return (bytes[byte / 64] >> (byte % 64) & 1) != 0;
}

Status Malformed(const char* what, std::string_view text) {
  return Status::InvalidArgument(std::string("Pattern ") + what + ": pattern=" + std::string(text));
}

// Where the character at `at` ends that stands for itself or is escaped.
size_t EndOfPlain(std::string_view text, size_t at) {
  return text[at] == '\\' && at + 1 < text.size() ? at + 2 : at + 1;
}

// Replaces the first group of `text` by each of its alternatives, until none has a group.
Status Expand(std::string_view text, std::vector<std::string>& expanded) {
  size_t open = 0;
  while (open < text.size() && text[open] != '{') open = EndOfPlain(text, open);
  if (open >= text.size()) {
    expanded.emplace_back(text);
    return expanded.size() <= kMostAlternatives ? Status::Ok()
                                                : Malformed("has too many alternatives", text);
  }
  std::vector<std::string_view> pieces;
  size_t piece = open + 1;
  size_t at = piece;
  for (;; at = EndOfPlain(text, at)) {
    if (at >= text.size()) return Malformed("has a { without }", text);
    if (text[at] == '{') return Malformed("has a { inside { }", text);
    if (text[at] != ',' && text[at] != '}') continue;
    pieces.push_back(text.substr(piece, at - piece));
    piece = at + 1;
    if (text[at] == '}') break;
  }
  for (const std::string_view each : pieces) {
    TENON_RETURN_IF_ERROR(Expand(
        std::string(text.substr(0, open)) + std::string(each) + std::string(text.substr(at + 1)),
        expanded));
  }
  return Status::Ok();
}

// Reads the class that starts behind `[`; `at` is behind its `]` afterwards.
Status ParseClass(std::string_view text, size_t& at, std::array<uint64_t, 4>& bytes) {
  const bool negated = at < text.size() && (text[at] == '!' || text[at] == '^');
  if (negated) ++at;
  for (bool first = true;; first = false) {
    if (at >= text.size()) return Malformed("has a [ without ]", text);
    if (text[at] == ']' && !first) break;
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    const auto low = static_cast<uint8_t>(text[at++]);
    uint8_t high = low;
    if (at + 1 < text.size() && text[at] == '-' && text[at + 1] != ']') {
      high = static_cast<uint8_t>(text[at + 1]);
      at += 2;
    }
    for (int byte = low; byte <= high; ++byte) Set(bytes, static_cast<uint8_t>(byte));
  }
  ++at;
  if (negated) {
    for (uint64_t& word : bytes) word = ~word;
  }
  bytes['/' / 64] &= ~(uint64_t{1} << ('/' % 64));
  return Status::Ok();
}

}  // namespace

Result<PathPattern> PathPattern::Parse(std::string_view text) {
  std::vector<std::string> expanded;
  TENON_RETURN_IF_ERROR(Expand(text, expanded));
  PathPattern pattern;
  for (const std::string& each : expanded) {
    TENON_ASSIGN_OR_RETURN(Tokens tokens, ParseAlternative(each));
    pattern.alternatives_.push_back(std::move(tokens));
  }
  return pattern;
}

Result<PathPattern::Tokens> PathPattern::ParseAlternative(std::string_view text) {
  Tokens tokens;
  for (size_t at = 0; at < text.size();) {
    Token token;
    const char c = text[at++];
    if (c == '*') {
      token.step = Step::kStar;
      if (at < text.size() && text[at] == '*') {
        token.step = Step::kStars;
        ++at;
      }
    } else if (c == '?') {
      for (uint64_t& word : token.bytes) word = ~uint64_t{0};
      token.bytes['/' / 64] &= ~(uint64_t{1} << ('/' % 64));
    } else if (c == '[') {
      TENON_RETURN_IF_ERROR(ParseClass(text, at, token.bytes));
    } else {
      const bool escaped = c == '\\' && at < text.size();
      Set(token.bytes, static_cast<uint8_t>(escaped ? text[at++] : c));
    }
    tokens.push_back(token);
  }
  return tokens;
}

// Keeps the set of tokens that may come next, so that no pattern takes more than tokens x bytes.
std::vector<bool> PathPattern::StatesBehind(const Tokens& tokens, std::string_view path) {
  std::vector<bool> now(tokens.size() + 1), next(tokens.size() + 1);
  const auto skip_stars = [&](std::vector<bool>& states) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (states[i] && tokens[i].step != Step::kOne) states[i + 1] = true;
    }
  };
  now[0] = true;
  skip_stars(now);
  for (const char c : path) {
    next.assign(tokens.size() + 1, false);
    bool any = false;
    for (size_t i = 0; i < tokens.size(); ++i) {
      if (!now[i]) continue;
      if (tokens[i].step == Step::kOne) {
        if (!Has(tokens[i].bytes, static_cast<uint8_t>(c))) continue;
        next[i + 1] = any = true;
      } else if (tokens[i].step == Step::kStars || c != '/') {
        next[i] = any = true;
      }
    }
    now.swap(next);
    if (!any) break;
    skip_stars(now);
  }
  return now;
}

bool PathPattern::Matches(std::string_view path) const {
  for (const Tokens& tokens : alternatives_) {
    if (StatesBehind(tokens, path)[tokens.size()]) return true;
  }
  return false;
}

bool PathPattern::MatchesBelow(std::string_view folder) const {
  const std::string behind = std::string(folder) + "/";
  for (const Tokens& tokens : alternatives_) {
    const std::vector<bool> states = StatesBehind(tokens, behind);
    if (std::find(states.begin(), states.end() - 1, true) != states.end() - 1) return true;
  }
  return false;
}

bool PathPattern::IsPattern(std::string_view text) {
  return text.find_first_of("*?[{\\") != std::string_view::npos;
}

size_t PathPattern::FixedFolderBytes(std::string_view text) {
  const size_t slash = text.rfind('/', text.find_first_of("*?[{\\"));
  return slash == std::string_view::npos ? 0 : slash + 1;
}

}  // namespace tenon::files
