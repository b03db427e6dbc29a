#include "object_store/aws/http_client.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/text.h"
#include "object_store/aws/curl_api.h"

namespace tenon::object_store {
namespace {

// What a server may send in place of an object: lists of 1,000 names and errors are far smaller.
constexpr size_t kMostBodyBytes = 16 << 20;
constexpr size_t kMostHeaders = 256;
constexpr long kReceiveBytes = 512 << 10;  // NOLINT(google-runtime-int): libcurl's type.
constexpr long kSendBytes = 1 << 20;       // NOLINT(google-runtime-int)
constexpr int kPollMs = 1000;

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request and what came of it. The client's thread alone touches what stands before `mutex`
// until `ended`.
struct Transfer {
  HttpRequest request;
  CURL* easy = nullptr;
  curl_slist* header_list = nullptr;
  HttpReply reply;
  bool too_long = false;
  char error[CURL_ERROR_SIZE] = {};
  const CurlApi* api = nullptr;

  std::mutex mutex;
  std::condition_variable changed;
  bool ended = false;   // Guarded by mutex.
  HttpOutcome outcome;  // Guarded by mutex.
  std::atomic<bool> given_up{false};
};

bool IsSuccess(int status) { return status >= 200 && status < 300; }

size_t TakeBody(char* bytes, size_t, size_t count, void* target) {
  auto& transfer = *static_cast<Transfer*>(target);
  if (transfer.given_up.load(std::memory_order_relaxed)) return 0;
  if (transfer.reply.status == 0) {
    long status = 0;  // NOLINT(google-runtime-int): libcurl's type.
    transfer.api->easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    transfer.reply.status = static_cast<int>(status);
  }
  const std::span<uint8_t> into = transfer.request.into;
  if (!into.empty() && IsSuccess(transfer.reply.status)) {
    const auto done = static_cast<size_t>(transfer.reply.body_bytes);
    const size_t room = into.size() - std::min(done, into.size());
    std::memcpy(into.data() + done, bytes, std::min(room, count));
    transfer.too_long = count > room;
    transfer.reply.body_bytes += static_cast<int64_t>(std::min(room, count));
    return transfer.too_long ? 0 : count;
  }
  transfer.too_long = transfer.reply.body.size() + count > kMostBodyBytes;
  if (transfer.too_long) return 0;
  transfer.reply.body.append(bytes, count);
  transfer.reply.body_bytes += static_cast<int64_t>(count);
  return count;
}

size_t TakeHeader(char* bytes, size_t, size_t count, void* target) {
  Headers& headers = static_cast<Transfer*>(target)->reply.headers;
  const std::string_view line(bytes, count);
  if (line.starts_with("HTTP/")) headers.clear();  // Of an interim answer.
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || headers.size() >= kMostHeaders) return count;
  headers.emplace_back(base::ToLower(line.substr(0, colon)), base::Trim(line.substr(colon + 1)));
  return count;
}

HttpFault FaultOf(CURLcode code, const Transfer& transfer) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT: return HttpFault::kConnect;
    case CURLE_OPERATION_TIMEDOUT:
      return transfer.reply.body_bytes > 0 ? HttpFault::kTruncated : HttpFault::kTimeout;
    case CURLE_PARTIAL_FILE: return HttpFault::kTruncated;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return transfer.reply.body_bytes > 0 ? HttpFault::kTruncated : HttpFault::kLost;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return HttpFault::kTls;
    default: return HttpFault::kOther;
  }
}

void End(Transfer* transfer, HttpOutcome outcome) {
  const std::lock_guard lock(transfer->mutex);
  transfer->outcome = std::move(outcome);
  transfer->ended = true;
  transfer->changed.notify_all();
}

HttpOutcome Failed(HttpFault fault, std::string text) {
  return {.failure = HttpFailure{.fault = fault, .text = std::move(text)}, .reply = {}};
}

// The client's state that its calls reach too.
struct Queue {
  explicit Queue(const CurlApi& curl) : api(&curl), multi(curl.multi_init()) {}
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  ~Queue() {
    if (multi != nullptr) api->multi_cleanup(multi);
  }

  void Wake() const { api->multi_wakeup(multi); }

  const CurlApi* const api;
  CURLM* const multi;  // Null: no memory.
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Transfer>> waiting;  // Guarded by mutex.
  bool closed = false;                            // Guarded by mutex.
};

class Call : public HttpCall {
 public:
  Call(std::shared_ptr<Transfer> transfer, const Queue& queue)
      : transfer_(std::move(transfer)), queue_(queue) {}

  // What was lent to the call may go when this returns, so the client must have let go of it.
  ~Call() override {
    transfer_->given_up.store(true);
    std::unique_lock lock(transfer_->mutex);
    if (transfer_->ended) return;
    queue_.Wake();
    transfer_->changed.wait(lock, [this] { return transfer_->ended; });
  }

  HttpOutcome Wait() override {
    std::unique_lock lock(transfer_->mutex);
    transfer_->changed.wait(lock, [this] { return transfer_->ended; });
    return std::move(transfer_->outcome);
  }

  bool done() const override {
    const std::lock_guard lock(transfer_->mutex);
    return transfer_->ended;
  }

 private:
  const std::shared_ptr<Transfer> transfer_;
  const Queue& queue_;
};

class CurlClient : public HttpClient {
 public:
  CurlClient(const CurlApi& api, HttpSettings settings)
      : api_(api), settings_(std::move(settings)), queue_(api) {
    if (queue_.multi == nullptr) return;
    const long most = settings_.max_connections;  // NOLINT(google-runtime-int): libcurl's type.
    api_.multi_setopt(queue_.multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
    api_.multi_setopt(queue_.multi, CURLMOPT_MAXCONNECTS, most);
  }

  ~CurlClient() override {
    Close();
    if (thread_.joinable()) thread_.join();
    for (CURL* const easy : idle_) api_.easy_cleanup(easy);
  }

  Status StartThread() {
    if (queue_.multi == nullptr) return Status::ResourceExhausted("No memory for an HTTP client");
    try {
      thread_ = std::thread([this] { Run(); });
    } catch (const std::system_error& error) {
      return Status::ResourceExhausted(std::string("No thread for an HTTP client: error=") +
                                       error.what());
    }
    return Status::Ok();
  }

  std::unique_ptr<HttpCall> Start(HttpRequest request) override {
    auto transfer = std::make_shared<Transfer>();
    transfer->request = std::move(request);
    transfer->api = &api_;
    bool closed;
    {
      const std::lock_guard lock(queue_.mutex);
      closed = queue_.closed || settings_.stop.stop_requested();
      if (!closed) queue_.waiting.push_back(transfer);
    }
    if (closed) {
      End(transfer.get(), Failed(HttpFault::kCancelled, "cancelled"));
    } else {
      queue_.Wake();
    }
    return std::make_unique<Call>(std::move(transfer), queue_);
  }

  Status Pause(std::chrono::milliseconds time) override {
    std::unique_lock lock(queue_.mutex);
    queue_.changed.wait_for(lock, time, [this] { return queue_.closed; });
    if (!queue_.closed) return Status::Ok();
    return Status::Cancelled("The task was cancelled");
  }

 private:
  void Close() {
    {
      const std::lock_guard lock(queue_.mutex);
      queue_.closed = true;
      queue_.changed.notify_all();
    }
    if (queue_.multi != nullptr) queue_.Wake();
  }

  // The client's thread.
  void Run() {
    for (;;) {
      bool closed;
      std::deque<std::shared_ptr<Transfer>> fresh;
      {
        const std::lock_guard lock(queue_.mutex);
        closed = queue_.closed;
        fresh.swap(queue_.waiting);
      }
      for (std::shared_ptr<Transfer>& transfer : fresh) Begin(std::move(transfer));
      if (closed) return GiveAllUp();
      DropGivenUp();
      int running = 0;
      api_.multi_perform(queue_.multi, &running);
      Collect();
      api_.multi_poll(queue_.multi, nullptr, 0, kPollMs, nullptr);
    }
  }

  void Begin(std::shared_ptr<Transfer> transfer) {
    // libcurl would also read files, and more.
    const std::string& url = transfer->request.url;
    if (!url.starts_with("http://") && !url.starts_with("https://"))
      return End(transfer.get(), Failed(HttpFault::kOther, "the URL is not of HTTP"));
    CURL* easy = nullptr;
    if (!idle_.empty()) {
      easy = idle_.back();
      idle_.pop_back();
    } else {
      easy = api_.easy_init();
    }
    if (easy == nullptr) {
      return End(transfer.get(), Failed(HttpFault::kOther, "no memory"));
    }
    transfer->easy = easy;
    Describe(transfer.get());
    if (api_.multi_add_handle(queue_.multi, easy) != CURLM_OK) {
      Release(transfer.get());
      return End(transfer.get(), Failed(HttpFault::kOther, "no memory"));
    }
    running_.push_back(std::move(transfer));
  }

  void Describe(Transfer* transfer) {
    const HttpRequest& request = transfer->request;
    const auto set = [&](CURLoption option, auto value) {
      api_.easy_setopt(transfer->easy, option, value);
    };
    for (const auto& header : request.headers) {
      // "Name;" is how libcurl is told to send an empty one.
      const std::string line =
          header.second.empty() ? header.first + ";" : header.first + ": " + header.second;
      transfer->header_list = api_.slist_append(transfer->header_list, line.c_str());
    }
    for (const char* const unwanted : {"Expect:", "Content-Type:", "Accept:"}) {
      const std::string name(unwanted, std::strlen(unwanted) - 1);
      const bool given = std::any_of(
          request.headers.begin(), request.headers.end(),
          [&](const auto& header) { return base::ToLower(header.first) == base::ToLower(name); });
      if (!given) transfer->header_list = api_.slist_append(transfer->header_list, unwanted);
    }
    set(CURLOPT_HTTPHEADER, transfer->header_list);
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));  // NOLINT
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_PRIVATE, transfer);
    set(CURLOPT_ERRORBUFFER, transfer->error);
    set(CURLOPT_BUFFERSIZE, kReceiveBytes);
    set(CURLOPT_UPLOAD_BUFFERSIZE, kSendBytes);
    set(CURLOPT_WRITEFUNCTION, &TakeBody);
    set(CURLOPT_WRITEDATA, transfer);
    set(CURLOPT_HEADERFUNCTION, &TakeHeader);
    set(CURLOPT_HEADERDATA, transfer);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));  // NOLINT
    const int64_t idle_s = std::max<int64_t>(1, request.idle_timeout.count() / 1000);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(idle_s));  // NOLINT(google-runtime-int)
    if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (request.method != "GET" && request.method != "DELETE") {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS,
          request.body.empty() ? "" : reinterpret_cast<const char*>(request.body.data()));
    }
    if (request.method != "HEAD") set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }

  void Release(Transfer* transfer) {
    if (transfer->header_list != nullptr) api_.slist_free_all(transfer->header_list);
    transfer->header_list = nullptr;
    api_.easy_reset(transfer->easy);
    idle_.push_back(transfer->easy);
    transfer->easy = nullptr;
  }

  void Collect() {
    int left = 0;
    while (CURLMsg* const message = api_.multi_info_read(queue_.multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Finish(message->easy_handle, code);
    }
  }

  void Finish(CURL* easy, CURLcode code) {
    const auto at = std::find_if(running_.begin(), running_.end(),
                                 [easy](const auto& each) { return each->easy == easy; });
    if (at == running_.end()) return;
    const std::shared_ptr<Transfer> transfer = std::move(*at);
    running_.erase(at);
    long status = 0;  // NOLINT(google-runtime-int): libcurl's type.
    api_.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->reply.status = static_cast<int>(status);
    api_.multi_remove_handle(queue_.multi, easy);
    Release(transfer.get());
    if (code == CURLE_OK) {
      return End(transfer.get(), {.failure = std::nullopt, .reply = std::move(transfer->reply)});
    }
    HttpFailure failure;
    failure.fault = FaultOf(code, *transfer);
    failure.text = transfer->too_long           ? "the answer is longer than it may be"
                   : transfer->error[0] != '\0' ? transfer->error
                                                : api_.easy_strerror(code);
    failure.status = transfer->reply.status;
    failure.body_bytes = transfer->reply.body_bytes;
    failure.headers = std::move(transfer->reply.headers);
    End(transfer.get(), {.failure = std::move(failure), .reply = {}});
  }

  void Drop(const std::shared_ptr<Transfer>& transfer) {
    api_.multi_remove_handle(queue_.multi, transfer->easy);
    Release(transfer.get());
    End(transfer.get(), Failed(HttpFault::kCancelled, "cancelled"));
  }

  void DropGivenUp() {
    const auto dropped =
        std::remove_if(running_.begin(), running_.end(), [this](const auto& transfer) {
          if (!transfer->given_up.load()) return false;
          Drop(transfer);
          return true;
        });
    running_.erase(dropped, running_.end());
  }

  void GiveAllUp() {
    for (const auto& transfer : running_) Drop(transfer);
    running_.clear();
  }

  const CurlApi& api_;
  const HttpSettings settings_;
  Queue queue_;
  // Of the client's thread alone while it runs.
  std::vector<std::shared_ptr<Transfer>> running_;
  std::vector<CURL*> idle_;
  std::thread thread_;
  // Last: it uses all of the above.
  const std::stop_callback<std::function<void()>> stop_{settings_.stop, [this] { Close(); }};
};

}  // namespace

std::string_view HttpReply::Header(std::string_view name) const {
  for (const auto& header : headers) {
    if (header.first == name) return header.second;
  }
  return {};
}

Result<std::unique_ptr<HttpClient>> HttpClient::Make(HttpSettings settings) {
  TENON_ASSIGN_OR_RETURN(const CurlApi* const api, LoadCurl());
  auto client = std::make_unique<CurlClient>(*api, std::move(settings));
  TENON_RETURN_IF_ERROR(client->StartThread());
  return client;
}

}  // namespace tenon::object_store
