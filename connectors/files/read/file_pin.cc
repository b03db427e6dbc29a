#include "connectors/files/read/file_pin.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::files {
namespace {

constexpr std::string_view kStart = "files 2\n";

// Bytes that would end a line or a field, or be no text, as %XX.
void PutEscaped(std::string_view text, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  size_t begin = 0;  // What is before it has been put.
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<uint8_t>(text[at]);
    if (byte > 0x20 && byte < 0x7f && byte != '%') continue;
    out->append(text.substr(begin, at - begin));
    *out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    begin = at + 1;
  }
  out->append(text.substr(begin));
}

std::optional<std::string> Unescaped(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const size_t high = kHex.find(text[at + 1]), low = kHex.find(text[at + 2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    plain += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return plain;
}

// "shared bytes modified path's-rest": `shared` bytes with the path before, the time since that of the file before.
std::optional<ListedFile> ReadLine(std::string_view line, const ListedFile& before) {
  const std::vector<std::string_view> fields = base::Split(line, ' ');
  if (fields.size() != 4) return std::nullopt;
  const auto shared = base::ParseInteger(fields[0]), bytes = base::ParseInteger(fields[1]),
             modified = base::ParseInteger(fields[2]);
  std::optional<std::string> rest = Unescaped(fields[3]);
  if (!shared || !bytes || !modified || !rest || *shared < 0 || *bytes < 0 ||
      static_cast<size_t>(*shared) > before.path.size()) {
    return std::nullopt;
  }
  const auto modified_ns = static_cast<int64_t>(static_cast<uint64_t>(before.modified_ns) +
                                                static_cast<uint64_t>(*modified));
  return ListedFile{.path = before.path.substr(0, static_cast<size_t>(*shared)) + *rest,
                    .bytes = *bytes,
                    .modified_ns = modified_ns};
}

Status Changed(const ListedFile& file, const std::string& how) {
  return Status::Conflict("File is not what it was when it was first read: path=" + file.path + how)
      .WithHint("Bring the file back, or forget the cut run to read everything anew.")
      .WithNumber(base::kErrSourceChanged);
}

Status CheckUnchanged(object_store::Store& store, const ListedFile& file) {
  Result<object_store::ObjectInfo> info = store.Stat(file.path);
  if (!info.ok()) {
    if (info.status().Is(StatusCode::kNotFound)) return Changed(file, " now=gone");
    return std::move(info).status();
  }
  if (info->bytes != file.bytes) {
    return Changed(file,
                   " bytes=" + std::to_string(file.bytes) + " now=" + std::to_string(info->bytes));
  }
  if (info->modified_ns != file.modified_ns) return Changed(file, " changed=modification time");
  return Status::Ok();
}

}  // namespace

std::string PinOf(const std::vector<ListedFile>& files) {
  std::string pin(kStart);
  const ListedFile nothing;
  const ListedFile* before = &nothing;
  for (const ListedFile& file : files) {
    const auto [a, b] =
        std::mismatch(file.path.begin(), file.path.end(), before->path.begin(), before->path.end());
    const auto shared = a - file.path.begin();
    const auto since = static_cast<int64_t>(static_cast<uint64_t>(file.modified_ns) -
                                            static_cast<uint64_t>(before->modified_ns));
    pin += std::to_string(shared) + ' ' + std::to_string(file.bytes) + ' ' + std::to_string(since) +
           ' ';
    PutEscaped(std::string_view(file.path).substr(static_cast<size_t>(shared)), &pin);
    pin += '\n';
    before = &file;
  }
  return pin;
}

Result<std::vector<ListedFile>> ReadPin(std::string_view pin) {
  const Status malformed = Status::InvalidArgument("Pin is not one of the files connector");
  if (!pin.starts_with(kStart) || !pin.ends_with('\n')) return malformed;
  pin.remove_prefix(kStart.size());
  std::vector<ListedFile> files;
  ListedFile before;
  while (!pin.empty()) {
    const size_t end = pin.find('\n');
    std::optional<ListedFile> file = ReadLine(pin.substr(0, end), before);
    if (!file) return malformed;
    before = *file;
    files.push_back(*std::move(file));
    pin.remove_prefix(end + 1);
  }
  return files;
}

Status CheckStillThere(object_store::Store& store, const std::vector<ListedFile>& files) {
  for (const ListedFile& file : files) TENON_RETURN_IF_ERROR(CheckUnchanged(store, file));
  return Status::Ok();
}

}  // namespace tenon::files
