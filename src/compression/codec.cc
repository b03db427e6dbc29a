#include "compression/codec.h"

#include <array>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::compression {
namespace {

struct CodecWords {
  Codec codec;
  std::string_view name;
  std::string_view ending;
  std::array<std::string_view, 3> others;  // Taken as the name too.
};

constexpr CodecWords kCodecs[] = {
    {Codec::kNone, "none", "", {"uncompressed", "", ""}},
    {Codec::kGzip, "gzip", ".gz", {"gz", "gzip", ""}},
    {Codec::kBzip2, "bzip2", ".bz2", {"bz2", "bzip", ""}},
    {Codec::kZstd, "zstd", ".zst", {"zst", "zstd", "zstandard"}},
    {Codec::kSnappy, "snappy", ".snappy", {"sz", "", ""}},
    {Codec::kLz4, "lz4", ".lz4", {"", "", ""}},
};

// Known elsewhere, so that their names are no slips of the pen.
constexpr std::string_view kForeign[] = {"lzo",    "xz",      "zip",  "7z", "br",
                                         "brotli", "deflate", "lzma", "z"};

// Of every name above.
constexpr std::string_view kFirstLetters = "gbzslx7d";

const CodecWords& WordsOf(Codec codec) { return kCodecs[static_cast<size_t>(codec)]; }

bool IsNameOf(const CodecWords& words, std::string_view name) {
  if (name == words.name) return true;
  for (const std::string_view other : words.others) {
    if (!other.empty() && name == other) return true;
  }
  return false;
}

}  // namespace

std::string_view CodecName(Codec codec) { return WordsOf(codec).name; }
std::string_view CodecEnding(Codec codec) { return WordsOf(codec).ending; }

Result<Codec> ParseCodec(std::string_view option, std::string_view value) {
  const std::string name = base::ToLower(base::Trim(value));
  const std::string facts =
      "option=" + std::string(option) + " value=" + base::ShortText(value, 40);
  if (name.empty()) return Codec::kNone;
  std::vector<std::string> names;
  for (const CodecWords& words : kCodecs) {
    if (IsNameOf(words, name)) return words.codec;
    names.emplace_back(words.name);
  }
  for (const std::string_view foreign : kForeign) {
    if (name == foreign) {
      return Status::Unsupported("Compression is not supported: " + facts)
          .WithHint("Choose one of " + base::Join(names, ", ") + ".");
    }
  }
  const std::string nearest = NearestName(name, names);
  return Status::InvalidArgument("Compression is not known: " + facts +
                                 " known=" + base::Join(names, " "))
      .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?")
      .WithNumber(base::kErrOptionBounds);
}

Result<Codec> CodecOfPath(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return Codec::kNone;
  const std::string ending = base::ToLower(name.substr(dot + 1));
  // Asked for each of many files, most of which are not packed.
  if (ending.empty() || kFirstLetters.find(ending[0]) == std::string_view::npos)
    return Codec::kNone;
  for (const CodecWords& words : kCodecs) {
    if (words.codec != Codec::kNone && IsNameOf(words, ending)) return words.codec;
  }
  for (const std::string_view foreign : kForeign) {
    if (ending == foreign) {
      return Status::Unsupported("Compression of the file is not supported: path=" +
                                 std::string(path) + " compression=" + ending)
          .WithHint(
              "Unpack it, leave it out by exclusions, or set compressionType when it is not packed.");
    }
  }
  return Codec::kNone;
}

}  // namespace tenon::compression
