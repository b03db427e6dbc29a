#include "file_data.h"

#include <cstdio>
#include <memory>
#include <random>
#include <vector>

namespace tenon::bench {
namespace {

constexpr size_t kBlockBytes = 4 << 20;
const char* const kWords[] = {
    "alpha", "beta",  "gamma",    "delta",         "north",          "south",
    "red",   "small", "greenish", "z\xc3\xbcrich", "m\xc3\xbcnchen", "a longer phrase of words"};

class Text {
 public:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  bool In(uint64_t of, uint64_t hits = 1) { return Below(of) < hits; }

  std::string Number(uint64_t bound) { return std::to_string(Below(bound)); }
  std::string Cents(uint64_t bound) {
    char text[32];
    std::snprintf(text, sizeof(text), "%llu.%02llu", static_cast<unsigned long long>(Below(bound)),
                  static_cast<unsigned long long>(Below(100)));
    return text;
  }
  std::string Date() {
    char text[32];
    std::snprintf(text, sizeof(text), "%04d-%02d-%02d", static_cast<int>(1992 + Below(7)),
                  static_cast<int>(1 + Below(12)), static_cast<int>(1 + Below(28)));
    return text;
  }
  std::string Word() { return kWords[Below(12)]; }

 private:
  std::mt19937_64 random_{20261122};
};

using MakeLine = void (*)(Text& text, int64_t row, std::string& out);

Status MakeFile(const std::string& path, int64_t bytes, const std::string& header, MakeLine make) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"),
                                                             &std::fclose);
  if (file == nullptr) return Status::InvalidArgument("File cannot be made: path=" + path);
  Text text;
  std::string block = header;
  int64_t written = 0;
  for (int64_t row = 0; written + static_cast<int64_t>(block.size()) < bytes; ++row) {
    make(text, row, block);
    if (block.size() < kBlockBytes) continue;
    if (std::fwrite(block.data(), 1, block.size(), file.get()) != block.size())
      return Status::ResourceExhausted("File cannot be written: path=" + path);
    written += static_cast<int64_t>(block.size());
    block.clear();
  }
  if (std::fwrite(block.data(), 1, block.size(), file.get()) != block.size())
    return Status::ResourceExhausted("File cannot be written: path=" + path);
  return Status::Ok();
}

std::string Quoted(Text& text, bool may_break) {
  std::string quoted = "\"" + text.Word();
  if (text.In(10)) quoted += ", " + text.Word();
  if (text.In(100)) quoted += " \"\"so called\"\"";
  if (may_break && text.In(1000)) quoted += "\nnext line";
  return quoted + "\"";
}

void AddOrder(Text& text, int64_t row, std::string& out) {
  out += std::to_string(row * 4 + 1) + ',' + text.Number(200'000) + ',';
  out += text.Number(10'000) + ',' + std::to_string(1 + text.Below(7)) + ',';
  out += text.Cents(50) + ',' + text.Cents(100'000) + ',';
  out += "0.0" + text.Number(10) + ',';
  if (!text.In(50)) out += "0.0" + text.Number(9);
  out += text.In(2) ? ",N," : ",R,";
  out += text.In(2) ? "O," : "F,";
  out += text.Date() + ',' + text.Date() + ',';
  if (!text.In(50)) out += text.Date();
  out += ',' + Quoted(text, false) + ',';
  out += text.Word() + ',' + Quoted(text, true) + '\n';
}

// A value of one kind, or in `percent` of the cases the other text.
std::string Either(Text& text, uint64_t percent, const std::string& usual,
                   const std::string& rare) {
  return text.In(100, percent) ? rare : usual;
}

std::string Items(Text& text) {
  std::string items = "[";
  for (uint64_t i = 0, count = text.Below(4); i < count; ++i) {
    items += i == 0 ? "" : ",";
    items += "{\"sku\":\"" + text.Word() + text.Number(1000) + "\",\"qty\":" + text.Number(20) +
             ",\"attrs\":{\"size\":" + Either(text, 4, text.Number(50), "\"XL\"") +
             ",\"color\":\"" + text.Word() + "\"}}";
  }
  return items + "]";
}

void AddDocument(Text& text, int64_t row, std::string& out) {
  std::vector<std::string> fields;
  fields.push_back("\"id\":" + std::to_string(row));
  fields.push_back("\"user\":{\"name\":\"" + text.Word() + " " + text.Word() + "\",\"age\":" +
                   text.Number(90) + ",\"address\":{\"city\":\"" + text.Word() + "\",\"zip\":" +
                   Either(text, 3, text.Number(99'999), "\"D-" + text.Number(99'999) + "\"") +
                   ",\"geo\":{\"lat\":" + text.Cents(90) + ",\"lon\":" + text.Cents(180) + "}}}");
  fields.push_back("\"price\":" + Either(text, 4, text.Cents(1000), "\"n/a\""));
  fields.push_back("\"score\":" + Either(text, 10, text.Cents(10), text.Number(10)));
  fields.push_back("\"big\":" +
                   Either(text, 2, text.Number(1'000'000), "40000000000" + text.Number(9)));
  fields.push_back("\"active\":" + std::string(text.In(2) ? "true" : "false"));
  fields.push_back("\"items\":" + Items(text));
  fields.push_back("\"tags\":[\"" + text.Word() + "\",\"" + text.Word() + "\"]");
  fields.push_back("\"meta\":" +
                   Either(text, 3,
                          "{\"source\":\"" + text.Word() + "\",\"level\":" + text.Number(9) + "}",
                          "\"none\""));
  fields.push_back("\"note\":" +
                   Either(text, 20, "\"" + text.Word() + " \\\"" + text.Word() + "\\\"\"", "null"));
  for (int i = 0; i < 10; ++i) {
    if (text.In(100, static_cast<uint64_t>(5 + 2 * i)))
      fields.push_back("\"opt" + std::to_string(i) + "\":" + text.Number(1000));
  }
  if (text.In(100, 3)) std::swap(fields[1], fields[text.Below(fields.size())]);
  out += '{';
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ',';
    out += fields[i];
  }
  out += "}\n";
}

}  // namespace

Status MakeOrdersCsv(const std::string& path, int64_t bytes) {
  return MakeFile(path, bytes,
                  "order_id,part,supplier,line,quantity,price,discount,tax,returned,status,shipped,"
                  "promised,received,instruct,mode,comment\n",
                  AddOrder);
}

Status MakeNestedJson(const std::string& path, int64_t bytes) {
  return MakeFile(path, bytes, "", AddDocument);
}

}  // namespace tenon::bench
