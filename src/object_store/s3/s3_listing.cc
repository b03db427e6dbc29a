#include "object_store/s3/s3_listing.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "object_store/aws/aws_time.h"
#include "object_store/aws/xml.h"
#include "object_store/location.h"

namespace tenon::object_store {
namespace {

// So many folders to enter on one page are listed together.
constexpr size_t kFoldersTogether = 4;
// Sorts behind everything that a key may go on with.
constexpr std::string_view kBehindAll = "\xf4\x8f\xbf\xbf";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string DecodeUrl(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = high >= 0 ? HexValue(text[i + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// Names that cannot stand in XML come encoded when the store says so.
class KeyText {
 public:
  explicit KeyText(const XmlElement& list) : encoded_(list.TextOf("EncodingType") == "url") {}
  std::string operator()(std::string_view text) const {
    return encoded_ ? DecodeUrl(text) : std::string(text);
  }

 private:
  const bool encoded_;
};

// Empty objects with which some tools mark a folder.
bool IsFolderMark(const std::string& key, int64_t bytes) {
  return key.ends_with('/') || (bytes == 0 && key.ends_with("_$folder$"));
}

std::string FolderPath(const std::string& bucket, std::string_view key_with_slash) {
  key_with_slash.remove_suffix(1);
  return S3Url(bucket, key_with_slash);
}

class FolderLister {
 public:
  FolderLister(S3Client& client, std::string bucket,
               const std::function<bool(const std::string&)>& enter,
               const std::function<Status(const ObjectInfo&)>& visit)
      : client_(client), bucket_(std::move(bucket)), enter_(enter), visit_(visit) {}

  // Folder by folder.
  Status Level(const std::string& prefix) {
    ListedRange range{.bucket = bucket_, .prefix = prefix, .by_folders = true};
    std::string next, after;
    do {
      TENON_ASSIGN_OR_RETURN(const ListedPage page, ListPage(client_, range, next));
      std::set<std::string, std::less<>> entered;
      for (const ListedPage::Entry& entry : page.entries) {
        if (entry.folder && Enters(entry.key)) entered.insert(entry.key);
      }
      if (entered.size() >= kFoldersTogether) {
        TENON_RETURN_IF_ERROR(Together(prefix, after, page.entries.back().key, entered));
      } else {
        for (const ListedPage::Entry& entry : page.entries) {
          if (!entry.folder) {
            TENON_RETURN_IF_ERROR(Visit(entry));
          } else if (entered.count(entry.key) > 0) {
            TENON_RETURN_IF_ERROR(Level(entry.key));
          }
        }
      }
      if (!page.entries.empty()) after = BehindOf(page.entries.back());
      next = page.next;
    } while (!next.empty());
    return Status::Ok();
  }

 private:
  static std::string BehindOf(const ListedPage::Entry& entry) {
    return entry.folder ? entry.key + std::string(kBehindAll) : entry.key;
  }

  bool Enters(const std::string& key) const { return enter_ && enter_(FolderPath(bucket_, key)); }

  Status Visit(const ListedPage::Entry& entry) const {
    return IsFolderMark(entry.key, entry.info.bytes) ? Status::Ok() : visit_(entry.info);
  }

  // Everything behind `after` up to `last`, which is a key or a whole folder. `entered`: those of the first level.
  Status Together(const std::string& prefix, std::string after, const std::string& last,
                  const std::set<std::string, std::less<>>& entered) {
    std::vector<std::pair<std::string, bool>>
        chain;  // The folders of the last key, entered or not.
    std::string next;
    for (;;) {
      const ListedRange range{.bucket = bucket_, .prefix = prefix, .after = after};
      TENON_ASSIGN_OR_RETURN(const ListedPage page, ListPage(client_, range, next));
      for (const ListedPage::Entry& entry : page.entries) {
        if (entry.key > last && !(last.ends_with('/') && entry.key.starts_with(last)))
          return Status::Ok();
        Follow(prefix, entry.key, entered, &chain);
        if (chain.empty() || chain.back().second) TENON_RETURN_IF_ERROR(Visit(entry));
      }
      next = page.next;
      if (next.empty()) return Status::Ok();
      if (!chain.empty() && !chain.back().second) {
        // In the middle of a folder that is left out: on to what follows it.
        after = chain.back().first + std::string(kBehindAll);
        next.clear();
      }
    }
  }

  // Makes `chain` the folders between the prefix and the key; nothing is asked below a folder that is not entered.
  void Follow(const std::string& prefix, const std::string& key,
              const std::set<std::string, std::less<>>& entered,
              std::vector<std::pair<std::string, bool>>* chain) const {
    while (!chain->empty() && !key.starts_with(chain->back().first)) chain->pop_back();
    if (!chain->empty() && !chain->back().second) return;
    size_t from = chain->empty() ? prefix.size() : chain->back().first.size();
    for (size_t slash = key.find('/', from); slash != std::string::npos;
         slash = key.find('/', slash + 1)) {
      std::string folder = key.substr(0, slash + 1);
      const bool first_level = chain->empty();
      const bool enters = first_level ? entered.count(folder) > 0 : Enters(folder);
      chain->emplace_back(std::move(folder), enters);
      if (!enters) return;
    }
  }

  S3Client& client_;
  const std::string bucket_;
  const std::function<bool(const std::string&)>& enter_;
  const std::function<Status(const ObjectInfo&)>& visit_;
};

}  // namespace

Result<ListedPage> ListPage(S3Client& client, const ListedRange& range, const std::string& page) {
  S3Request request;
  request.operation = "ListBucket";
  request.bucket = range.bucket;
  request.query = {{"list-type", "2"},
                   {"encoding-type", "url"},
                   {"max-keys", std::to_string(range.most)},
                   {"prefix", range.prefix}};
  if (range.by_folders) request.query.emplace_back("delimiter", "/");
  if (!page.empty()) {
    request.query.emplace_back("continuation-token", page);
  } else if (!range.after.empty()) {
    request.query.emplace_back("start-after", range.after);
  }
  TENON_ASSIGN_OR_RETURN(const S3Answer answer, client.Do(request));
  request.key = range.prefix;  // For the error's path.
  if (!answer.ok()) return client.StatusOf(request, answer);
  TENON_ASSIGN_OR_RETURN(const XmlElement list, client.BodyOf(request, answer));
  const KeyText key_text(list);
  ListedPage listed;
  for (const XmlElement& element : list.children) {
    ListedPage::Entry entry;
    entry.folder = element.name == "CommonPrefixes";
    if (!entry.folder && element.name != "Contents") continue;
    entry.key = key_text(element.TextOf(entry.folder ? "Prefix" : "Key"));
    if (entry.key.size() < range.prefix.size() + (entry.folder ? 1 : 0)) continue;
    entry.info.path = S3Url(range.bucket, entry.key);
    entry.info.bytes = base::ParseInteger(element.TextOf("Size")).value_or(0);
    entry.info.modified_ns = ParseIsoTime(element.TextOf("LastModified")).value_or(0);
    // Some stores give milliseconds here and HTTP's seconds elsewhere; a file must look the same to both.
    entry.info.modified_ns -= entry.info.modified_ns % 1'000'000'000;
    entry.info.etag = element.TextOf("ETag");
    // Some stores list it bare, and answer with its quotes.
    std::string& etag = entry.info.etag;
    if (!etag.empty() && !etag.ends_with('"')) etag = '"' + etag + '"';
    entry.info.storage_class = element.TextOf("StorageClass");
    // Some stores leave it out, as a HEAD request's answer does.
    if (entry.info.storage_class.empty()) entry.info.storage_class = "STANDARD";
    listed.entries.push_back(std::move(entry));
  }
  std::sort(listed.entries.begin(), listed.entries.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  if (list.TextOf("IsTruncated") == "true") listed.next = list.TextOf("NextContinuationToken");
  return listed;
}

Status ListS3Folder(S3Client& client, const std::string& folder,
                    const std::function<bool(const std::string&)>& enter,
                    const std::function<Status(const ObjectInfo&)>& visit) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(folder));
  const std::string prefix = location.key.empty() ? "" : location.key + "/";
  return FolderLister(client, location.bucket, enter, visit).Level(prefix);
}

Status ListS3Uploads(S3Client& client, const std::string& prefix,
                     const std::function<Status(const OpenUpload&)>& visit) {
  TENON_ASSIGN_OR_RETURN(const S3Location location, ParseS3Url(prefix));
  std::string key_marker, upload_marker;
  for (;;) {
    S3Request request;
    request.operation = "ListBucketMultipartUploads";
    request.bucket = location.bucket;
    request.query = {{"uploads", ""}, {"encoding-type", "url"}, {"prefix", location.key}};
    if (!key_marker.empty()) {
      request.query.emplace_back("key-marker", key_marker);
      request.query.emplace_back("upload-id-marker", upload_marker);
    }
    TENON_ASSIGN_OR_RETURN(const S3Answer answer, client.Do(request));
    if (!answer.ok()) return client.StatusOf(request, answer);
    TENON_ASSIGN_OR_RETURN(const XmlElement list, client.BodyOf(request, answer));
    const KeyText key_text(list);
    for (const XmlElement& element : list.children) {
      if (element.name != "Upload") continue;
      const std::string key = key_text(element.TextOf("Key"));
      if (!key.starts_with(location.key)) continue;
      TENON_RETURN_IF_ERROR(
          visit({.path = S3Url(location.bucket, key),
                 .upload = std::string(element.TextOf("UploadId")),
                 .started_ns = ParseIsoTime(element.TextOf("Initiated")).value_or(0)}));
    }
    if (list.TextOf("IsTruncated") != "true") return Status::Ok();
    std::string next = key_text(list.TextOf("NextKeyMarker"));
    std::string next_upload(list.TextOf("NextUploadIdMarker"));
    if (next.empty() || (next == key_marker && next_upload == upload_marker)) return Status::Ok();
    key_marker = std::move(next);
    upload_marker = std::move(next_upload);
  }
}

}  // namespace tenon::object_store
