// libcurl's C functions that this room uses, looked up in a library that is opened on first need.
//
// Nothing links libcurl: a job of local files never loads it and the dozen of libraries that it needs. The table is
// filled once in a process and then never changes, nor is the library unloaded.
#pragma once

#include <curl/curl.h>

#include "tenon/result.h"

namespace tenon::object_store {

struct CurlApi {
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_reset) easy_reset;
  CURLcode (*easy_setopt)(CURL*, CURLoption, ...);
  CURLcode (*easy_getinfo)(CURL*, CURLINFO, ...);
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_cleanup) multi_cleanup;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_perform) multi_perform;
  decltype(&curl_multi_poll) multi_poll;
  decltype(&curl_multi_wakeup) multi_wakeup;
  decltype(&curl_multi_info_read) multi_info_read;
  CURLMcode (*multi_setopt)(CURLM*, CURLMoption, ...);
};

// The table, for ever. kUnsupported: this machine has no libcurl, or one older than 7.68.
Result<const CurlApi*> LoadCurl();

}  // namespace tenon::object_store
