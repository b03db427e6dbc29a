#include "connectors/files/json/json_index.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace tenon::files {
namespace {

constexpr size_t kUsualBytes = 256 << 10;
constexpr size_t kLargestKeptBytes = 16 << 20;

}  // namespace

struct JsonIndex::Parser {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> implementation;
  size_t capacity = 0;
};

JsonIndex::JsonIndex(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {}
JsonIndex::~JsonIndex() = default;

Result<std::unique_ptr<JsonIndex>> JsonIndex::Make() {
  auto parser = std::make_unique<Parser>();
  parser->capacity = kUsualBytes;
  // The depth bounds simdjson's second stage only, which is not used.
  const simdjson::error_code error =
      simdjson::get_active_implementation()->create_dom_parser_implementation(
          parser->capacity, 1, parser->implementation);
  if (error != simdjson::SUCCESS) {
    return Status::ResourceExhausted(std::string("JSON parser cannot be made: error=") +
                                     simdjson::error_message(error));
  }
  return std::unique_ptr<JsonIndex>(new JsonIndex(std::move(parser)));
}

const char* JsonIndex::Find(const uint8_t* text, size_t size) {
  auto& implementation = *parser_->implementation;
  const bool shrink = parser_->capacity > kLargestKeptBytes && size <= kUsualBytes;
  if (size > parser_->capacity || shrink) {
    parser_->capacity = std::max(size, kUsualBytes);
    if (implementation.set_capacity(parser_->capacity) != simdjson::SUCCESS) {
      parser_->capacity = 0;
      return "not enough memory for a record of this size";
    }
  }
  positions_ = implementation.structural_indexes.get();
  switch (implementation.stage1(text, size, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS: break;
    case simdjson::EMPTY:  // Nothing but blanks.
      implementation.n_structural_indexes = 0;
      break;
    case simdjson::UTF8_ERROR: return "text is not UTF-8";
    case simdjson::UNESCAPED_CHARS: return "a string holds a raw control character";
    case simdjson::UNCLOSED_STRING: return "a string does not end";
    default: return "text is not JSON";
  }
  count_ = implementation.n_structural_indexes;
  implementation.structural_indexes[count_] = static_cast<uint32_t>(size - 1);
  return nullptr;
}

}  // namespace tenon::files
