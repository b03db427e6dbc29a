#include "base/redact.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/json.h"
#include "base/text.h"

namespace tenon::base {

// Longest first, so that a secret which holds another one goes as a whole.
struct Redactor::Values {
  std::vector<std::string> texts;
};

namespace {

std::string PercentEncode(std::string_view value) {
  std::string encoded;
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      encoded += c;
    } else {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), "%%%02X", static_cast<uint8_t>(c));
      encoded += hex.data();
    }
  }
  return encoded;
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// Where the value that starts at `begin` ends: at its quote, or at the first byte that no unquoted
// value has.
size_t ValueEnd(std::string_view text, size_t begin) {
  const char quote = text[begin];
  if (quote == '"' || quote == '\'') {
    size_t at = begin + 1;
    while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
    return std::min(at, text.size());
  }
  size_t end = text.find_first_of(" \t\r\n&;,)}]\"'", begin);
  return end == std::string_view::npos ? text.size() : end;
}

using Found = std::vector<std::string>;

// password=…, "password": "…", Password: …; what was taken out goes to `found`, which may be null.
std::string RedactByKey(std::string_view text, Found* found = nullptr) {
  std::string out;
  size_t copied = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '=' && text[at] != ':') continue;
    size_t name_end = at;
    while (name_end > copied && text[name_end - 1] == ' ') --name_end;
    if (name_end > copied && (text[name_end - 1] == '"' || text[name_end - 1] == '\'')) --name_end;
    size_t name = name_end;
    while (name > copied && IsNameByte(text[name - 1])) --name;
    if (!IsSecretKey(text.substr(name, name_end - name))) continue;
    size_t value = at + 1;
    while (value < text.size() && text[value] == ' ') ++value;
    if (value == text.size()) break;
    const size_t end = ValueEnd(text, value);
    const bool quoted = text[value] == '"' || text[value] == '\'';
    if (quoted) ++value;
    // "Authorization: Bearer abc": the scheme is not the secret.
    size_t stop = end;
    if (!quoted && end < text.size() && text[end] == ' ') {
      const std::string scheme = ToLower(text.substr(value, end - value));
      if ((scheme == "bearer" || scheme == "basic") && end + 1 < text.size()) {
        stop = ValueEnd(text, end + 1);
      }
    }
    if (stop <= value) continue;
    if (found != nullptr) found->emplace_back(text.substr(value, stop - value));
    out += text.substr(copied, value - copied);
    out += Redactor::kMask;
    copied = stop;
    at = stop > at ? stop - 1 : at;
  }
  return out + std::string(text.substr(copied));
}

// scheme://user:password@host
std::string RedactUrls(std::string_view text, Found* found = nullptr) {
  std::string out;
  size_t copied = 0;
  for (size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const size_t authority = at + 3;
    size_t end = text.find_first_of("/?# \t\r\n\"'", authority);
    if (end == std::string_view::npos) end = text.size();
    const size_t sign = text.substr(0, end).rfind('@');
    if (sign == std::string_view::npos || sign < authority) continue;
    const size_t colon = text.substr(0, sign).find(':', authority);
    if (colon == std::string_view::npos || colon + 1 >= sign || colon < copied) continue;
    if (found != nullptr) found->emplace_back(text.substr(colon + 1, sign - colon - 1));
    out += text.substr(copied, colon + 1 - copied);
    out += Redactor::kMask;
    copied = sign;
  }
  return out + std::string(text.substr(copied));
}

constexpr size_t kMinBase64 = 8;  // Shorter pieces are met by chance.

// The digits of base64 that belong to `value` alone when `before` bytes of something else stand before it.
std::string Base64Inside(std::string_view value, size_t before) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string bytes = std::string(before, '\0') + std::string(value);
  std::string text;
  for (size_t bit = 0; bit + 6 <= bytes.size() * 8; bit += 6) {
    const size_t byte = bit / 8, shift = bit % 8;
    const unsigned next = byte + 1 < bytes.size() ? static_cast<uint8_t>(bytes[byte + 1]) : 0;
    const unsigned pair = static_cast<unsigned>(static_cast<uint8_t>(bytes[byte])) << 8 | next;
    text += kDigits[pair >> (10 - shift) & 63];
  }
  // Digits that hold bits of what stands before.
  text.erase(0, (before * 8 + 5) / 6);
  return text.size() < kMinBase64 ? std::string() : text;
}

// Every text that the value may stand in as.
std::vector<std::string> FormsOf(std::string_view value) {
  std::string escaped = DumpJson(Json(std::string(value)));
  escaped = escaped.substr(1, escaped.size() - 2);
  std::vector<std::string> forms = {std::string(value), PercentEncode(value), std::move(escaped)};
  for (size_t before = 0; before < 3; ++before) {
    std::string base64 = Base64Inside(value, before);
    if (base64.empty()) continue;
    forms.push_back(base64);
    std::replace(base64.begin(), base64.end(), '+', '-');
    std::replace(base64.begin(), base64.end(), '/', '_');
    forms.push_back(std::move(base64));
  }
  return forms;
}

}  // namespace

std::vector<std::string> SecretsIn(std::string_view text) {
  Found found;
  static_cast<void>(RedactUrls(RedactByKey(text, &found), &found));
  // What was taken out by its key stands there as the mask.
  std::erase(found, Redactor::kMask);
  return found;
}

bool IsSecretKey(std::string_view name) {
  std::string folded;
  for (const char c : ToLower(name)) {
    if (c != '_' && c != '-' && c != '.') folded += c;
  }
  static constexpr std::array<std::string_view, 14> kEndings = {
      "password",  "passwd",          "pwd",           "passphrase", "secret",
      "secretkey", "secretaccesskey", "accesstoken",   "authtoken",  "sessiontoken",
      "apikey",    "privatekey",      "authorization", "bearertoken"};
  if (folded == "token") return true;
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return folded.ends_with(ending); });
}

void Redactor::AddSecret(std::string_view value) {
  if (value.size() < kMinValueBytes) return;
  std::vector<std::string> forms = FormsOf(value);
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<Values>();
  if (values_) *next = *values_;
  for (std::string& form : forms) {
    if (std::find(next->texts.begin(), next->texts.end(), form) == next->texts.end()) {
      next->texts.push_back(std::move(form));
    }
  }
  std::stable_sort(next->texts.begin(), next->texts.end(),
                   [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  values_ = std::move(next);
}

void Redactor::AddSecrets(const Options& options) {
  for (const std::string& name : options.names()) {
    if (!options.IsSecret(name)) continue;
    if (Result<Secret> secret = options.GetSecret(name); secret.ok()) AddSecret(secret->Reveal());
  }
}

std::shared_ptr<const Redactor::Values> Redactor::values() const {
  const std::lock_guard lock(mutex_);
  return values_;
}

std::string Redactor::Redact(std::string_view text) const {
  std::string out(text);
  if (const std::shared_ptr<const Values> known = values()) {
    for (const std::string& secret : known->texts) {
      for (size_t at = out.find(secret); at != std::string::npos;
           at = out.find(secret, at + kMask.size())) {
        out.replace(at, secret.size(), kMask);
      }
    }
  }
  return RedactUrls(RedactByKey(out));
}

Status Redactor::Redact(Status status) const {
  if (status.ok()) return status;
  Status redacted = Status(status.code(), Redact(status.message()))
                        .WithHint(Redact(status.hint()))
                        .WithNumber(status.number())
                        .WithRetry(status.retry(), status.retry_after());
  if (!status.where().empty()) redacted = std::move(redacted).WithWhere(Redact(status.where()));
  return redacted;
}

bool Redactor::HoldsSecret(std::string_view text) const {
  const std::shared_ptr<const Values> known = values();
  return known &&
         std::any_of(known->texts.begin(), known->texts.end(), [&](const std::string& secret) {
           return text.find(secret) != std::string_view::npos;
         });
}

}  // namespace tenon::base
