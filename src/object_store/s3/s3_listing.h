// Lists the objects and the open uploads of a bucket, a page of 1,000 names at a time.
//
// Pure use of a client; any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "object_store/s3/s3_client.h"
#include "object_store/store.h"

namespace tenon::object_store {

// One page of a listing.
struct ListedPage {
  struct Entry {
    std::string key;  // Of a folder with its slash.
    bool folder = false;
    ObjectInfo info;  // Of an object.
  };
  std::vector<Entry> entries;  // Sorted by key.
  std::string next;            // Of the page behind it; empty: the last.
};

struct ListedRange {
  std::string bucket;
  std::string prefix;       // Of the keys.
  bool by_folders = false;  // Keys with a slash behind the prefix come as one folder.
  std::string after;        // Keys up to this one are left out.
  int most = 1000;
};

// `page`: empty, or `next` of the page before. Errors as S3Client::StatusOf.
Result<ListedPage> ListPage(S3Client& client, const ListedRange& range, const std::string& page);

// As Store::List; `folder` is a normal path. A level that has many folders to enter is listed without regard to
// folders, because a request each would take minutes.
Status ListS3Folder(S3Client& client, const std::string& folder,
                    const std::function<bool(const std::string&)>& enter,
                    const std::function<Status(const ObjectInfo&)>& visit);

// As Store::ListUploads.
Status ListS3Uploads(S3Client& client, const std::string& prefix,
                     const std::function<Status(const OpenUpload&)>& visit);

}  // namespace tenon::object_store
