#include "runstate/covers.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/hash.h"
#include "base/text.h"

namespace tenon::runstate {
namespace {

using nlohmann::json;

// Positions and pins are any bytes of a connector, and must come back as they were: what is no
// UTF-8 is written in hex, under another name.
constexpr std::string_view kHexSuffix = "_hex";

void PutBytes(std::string key, const std::string& bytes, json* facts) {
  if (base::IsUtf8(bytes)) {
    (*facts)[key] = bytes;
    return;
  }
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned char byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  (*facts)[key.append(kHexSuffix)] = hex;
}

// None when neither form of the key is there. Throws what nlohmann throws.
std::optional<std::string> TakeBytes(std::string key, const json& facts) {
  if (const auto plain = facts.find(key); plain != facts.end()) return plain->get<std::string>();
  const auto hex = facts.find(key.append(kHexSuffix));
  if (hex == facts.end()) return std::nullopt;
  const std::string text = hex->get<std::string>();
  std::string bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return bytes;
}

void PutPosition(std::string key, const std::optional<Position>& position, json* facts) {
  if (position) PutBytes(std::move(key), position->json, facts);
}

std::optional<Position> TakePosition(std::string key, const json& facts) {
  std::optional<std::string> bytes = TakeBytes(std::move(key), facts);
  if (!bytes) return std::nullopt;
  return Position{*std::move(bytes)};
}

json HashOf(const std::optional<Position>& position) {
  return position ? json(base::Sha256Hex(position->json)) : json(nullptr);
}

// Names and hashes may hold what is no UTF-8 too; that must not end a run.
std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json CommonFacts(const Cover& cover) {
  json facts = {{"ctx", cover.context}, {"rows", cover.fingerprint.rows}};
  if (cover.bookmarked) facts["version"] = cover.bookmark_version;
  if (!cover.fingerprint.key_hash.empty()) facts["key_hash"] = cover.fingerprint.key_hash;
  if (!cover.fingerprint.row_hash.empty()) {
    facts["row_hash"] = cover.fingerprint.row_hash;
    facts["columns"] = cover.fingerprint.hash_columns;
  }
  return facts;
}

}  // namespace

std::string CoversToJson(const std::vector<Cover>& covers) {
  json list = json::array();
  for (const Cover& cover : covers) {
    json facts = CommonFacts(cover);
    if (cover.bookmarked) {
      PutPosition("low", cover.interval.low, &facts);
      PutPosition("high", cover.interval.high, &facts);
    }
    if (!cover.interval.pin.empty()) PutBytes("pin", cover.interval.pin, &facts);
    list.push_back(std::move(facts));
  }
  return Dump(list);
}

Result<std::vector<Cover>> CoversFromJson(std::string_view text) {
  std::vector<Cover> covers;
  try {
    for (const json& facts : json::parse(text)) {
      Cover cover;
      cover.context = facts.at("ctx").get<std::string>();
      cover.bookmarked = facts.contains("version");
      if (cover.bookmarked) {
        cover.bookmark_version = facts.at("version").get<uint64_t>();
        cover.interval.low = TakePosition("low", facts);
        cover.interval.high = TakePosition("high", facts);
      }
      cover.interval.pin = TakeBytes("pin", facts).value_or("");
      cover.fingerprint.rows = facts.at("rows").get<int64_t>();
      cover.fingerprint.key_hash = facts.value("key_hash", "");
      cover.fingerprint.row_hash = facts.value("row_hash", "");
      cover.fingerprint.hash_columns = facts.value("columns", std::vector<std::string>());
      covers.push_back(std::move(cover));
    }
  } catch (const std::exception& error) {  // nlohmann's, and std::stoi's.
    return Status::DataError(std::string("Covers of a slot cannot be read: error=") + error.what());
  }
  return covers;
}

std::string CoversForSink(const std::vector<Cover>& covers) {
  json list = json::array();
  for (const Cover& cover : covers) {
    json facts = CommonFacts(cover);
    if (cover.bookmarked) {
      facts["low"] = HashOf(cover.interval.low);
      facts["high"] = HashOf(cover.interval.high);
    }
    if (!cover.interval.pin.empty()) facts["pin"] = base::Sha256Hex(cover.interval.pin);
    list.push_back(std::move(facts));
  }
  return Dump(list);
}

bool Overlap(const Cover& left, const Cover& right) {
  if (!left.bookmarked || !right.bookmarked || left.context != right.context ||
      left.bookmark_version != right.bookmark_version)
    return false;
  return left.interval.high == right.interval.high || (!left.empty() && !right.empty());
}

bool SameInterval(const Cover& left, const Cover& right) {
  return left.bookmarked == right.bookmarked && left.context == right.context &&
         left.bookmark_version == right.bookmark_version &&
         left.interval.low == right.interval.low && left.interval.high == right.interval.high;
}

}  // namespace tenon::runstate
