// One large object read from a real S3 server by ranges: by our store, and by a loop that asks for the same ranges and
// does nothing else.
//
//   s3_bench make FOLDER MB            makes the bucket's folder and the object
//   s3_bench store|bare FOLDER GATEWAY starts the server over the folder and reads; prints answer and seconds
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "object_store/aws/curl_api.h"
#include "object_store/aws/sigv4.h"
#include "object_store/s3/s3_store.h"

namespace tenon::bench {
namespace {

using namespace object_store;  // NOLINT(google-build-using-namespace): a program of one file.

constexpr const char* kAccess = "benchaccess";
constexpr const char* kSecretKey = "benchsecretkey";
constexpr int64_t kRangeBytes = 8 << 20;
constexpr int kUnderWay = 4;

int Make(const std::string& folder, int64_t megabytes) {
  std::filesystem::create_directories(folder + "/bench");
  const std::string path = folder + "/bench/object";
  std::error_code ignored;
  if (std::filesystem::file_size(path, ignored) == static_cast<uint64_t>(megabytes) << 20) return 0;
  std::ofstream file(path, std::ios::binary);
  std::vector<uint64_t> block(1 << 17);
  uint64_t state = 88172645463325252u;
  for (int64_t i = 0; i < megabytes; ++i) {
    for (uint64_t& word : block) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      word = state;
    }
    file.write(reinterpret_cast<const char*>(block.data()), 1 << 20);
  }
  return file.good() ? 0 : 1;
}

// The server, for as long as this lives.
class Gateway {
 public:
  Gateway(const std::string& folder, const std::string& program) {
    port_ = FreePort();
    const std::string address = "127.0.0.1:" + std::to_string(port_);
    child_ = fork();
    if (child_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      static_cast<void>(std::freopen("/dev/null", "w", stdout));
      static_cast<void>(std::freopen("/dev/null", "w", stderr));
      execl(program.c_str(), program.c_str(), "--access", kAccess, "--secret", kSecretKey, "--port",
            address.c_str(), "--region", "us-east-1", "posix", folder.c_str(), nullptr);
      _exit(127);
    }
  }
  ~Gateway() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  static int FreePort() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    bind(listener, reinterpret_cast<sockaddr*>(&address), length);
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    close(listener);
    return ntohs(address.sin_port);
  }

  int port_ = 0;
  pid_t child_ = 0;
};

uint64_t SumOf(const uint8_t* bytes, size_t count) {
  uint64_t sum = 0, word = 0;
  for (size_t i = 0; i + 8 <= count; i += 8) {
    std::memcpy(&word, bytes + i, 8);
    sum += word;
  }
  return sum;
}

Result<std::unique_ptr<S3Store>> OpenStoreAt(const Gateway& gateway) {
  S3Options options;
  options.endpoint = "http://" + gateway.authority();
  options.region = "us-east-1";
  options.access_key = kAccess;
  options.secret_key = Secret(kSecretKey);
  return S3Store::Make(options, [](const char*) { return std::nullopt; }, {});
}

Result<uint64_t> ReadByStore(S3Store& store, const ObjectInfo& object) {
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<RangeReader> reader, store.OpenRead(object));
  reader->Expect(0, object.bytes);
  std::vector<uint8_t> piece(1 << 20);
  uint64_t sum = 0;
  for (int64_t at = 0; at < object.bytes; at += static_cast<int64_t>(piece.size())) {
    TENON_ASSIGN_OR_RETURN(const size_t got, reader->ReadAt(at, piece));
    sum += SumOf(piece.data(), got);
  }
  return sum;
}

// One range under way of the bare loop.
struct Lane {
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::vector<uint8_t> bytes;
  size_t filled = 0;
};

size_t TakeBytes(char* bytes, size_t, size_t count, void* target) {
  auto& lane = *static_cast<Lane*>(target);
  if (lane.filled + count > lane.bytes.size()) return 0;
  std::memcpy(lane.bytes.data() + lane.filled, bytes, count);
  lane.filled += count;
  return count;
}

void Ask(const CurlApi& api, const std::string& authority, int64_t begin, int64_t end, Lane* lane) {
  const std::string time = SigningTime(std::time(nullptr));
  const std::string range = "bytes=" + std::to_string(begin) + "-" + std::to_string(end - 1);
  const NameValues headers = {{"Host", authority},
                              {"Range", range},
                              {"x-amz-content-sha256", std::string(kUnsignedPayload)},
                              {"x-amz-date", time}};
  const std::string authorization = AuthorizationOf(
      kAccess, Secret(kSecretKey), {.time = time, .region = "us-east-1", .service = "s3"},
      {.method = "GET",
       .path = "/bench/object",
       .headers = &headers,
       .payload_hash = kUnsignedPayload});
  if (lane->headers != nullptr) api.slist_free_all(lane->headers);
  lane->headers = api.slist_append(nullptr, ("Authorization: " + authorization).c_str());
  for (const auto& header : headers)
    lane->headers = api.slist_append(lane->headers, (header.first + ": " + header.second).c_str());
  lane->filled = 0;
  api.easy_setopt(lane->easy, CURLOPT_HTTPHEADER, lane->headers);
  api.easy_setopt(lane->easy, CURLOPT_URL, ("http://" + authority + "/bench/object").c_str());
  api.easy_setopt(lane->easy, CURLOPT_BUFFERSIZE, 512L << 10);
  api.easy_setopt(lane->easy, CURLOPT_PRIVATE, lane);
  api.easy_setopt(lane->easy, CURLOPT_WRITEFUNCTION, &TakeBytes);
  api.easy_setopt(lane->easy, CURLOPT_WRITEDATA, lane);
}

// The same ranges, as many at a time, summed where they lie.
Result<uint64_t> ReadBarely(const std::string& authority, int64_t bytes) {
  TENON_ASSIGN_OR_RETURN(const CurlApi* const api, LoadCurl());
  CURLM* const multi = api->multi_init();
  std::array<Lane, kUnderWay> lanes;
  int64_t next = 0;
  const auto begin = [&](Lane* lane) {
    const int64_t end = std::min(bytes, next + kRangeBytes);
    Ask(*api, authority, next, end, lane);
    next = end;
    api->multi_add_handle(multi, lane->easy);
  };
  int open = 0;
  for (Lane& lane : lanes) {
    lane.easy = api->easy_init();
    lane.bytes.resize(kRangeBytes);
    if (next >= bytes) continue;
    begin(&lane);
    ++open;
  }
  uint64_t sum = 0;
  int64_t done = 0;
  while (open > 0) {
    int running = 0, left = 0;
    api->multi_perform(multi, &running);
    while (const CURLMsg* const message = api->multi_info_read(multi, &left)) {
      Lane* lane = nullptr;
      api->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &lane);
      if (message->data.result != CURLE_OK) return Status::Unavailable("A range did not come");
      sum += SumOf(lane->bytes.data(), lane->filled);
      done += static_cast<int64_t>(lane->filled);
      api->multi_remove_handle(multi, lane->easy);
      --open;
      if (next >= bytes) continue;
      begin(lane);
      ++open;
    }
    if (open > 0) api->multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  for (Lane& lane : lanes) {
    api->slist_free_all(lane.headers);
    api->easy_cleanup(lane.easy);
  }
  api->multi_cleanup(multi);
  if (done != bytes) return Status::DataError("The ranges are not the object");
  return sum;
}

double CpuSeconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

int Read(const std::string& how, const std::string& folder, const std::string& program) {
  const Gateway gateway(folder, program);
  Result<std::unique_ptr<S3Store>> store = OpenStoreAt(gateway);
  Result<ObjectInfo> object = Status::Unavailable("never asked");
  // The server is up when it answers.
  for (int i = 0; store.ok() && !object.ok() && i < 50; ++i)
    object = (*store)->Stat("s3://bench/object");
  if (!object.ok()) {
    std::fprintf(stderr, "%s\n", object.status().ToString().c_str());
    return 1;
  }
  const double cpu = CpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  const Result<uint64_t> sum = how == "bare" ? ReadBarely(gateway.authority(), object->bytes)
                                             : ReadByStore(**store, *object);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (!sum.ok()) {
    std::fprintf(stderr, "%s\n", sum.status().ToString().c_str());
    return 1;
  }
  std::printf(
      "{\"answer\": \"%016llx\", \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"bytes\": %lld}\n",
      static_cast<unsigned long long>(*sum), took.count(), CpuSeconds() - cpu,  // NOLINT
      static_cast<long long>(object->bytes));                                   // NOLINT
  return 0;
}

}  // namespace
}  // namespace tenon::bench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3 && words[0] == "make")
    return tenon::bench::Make(words[1], std::atoll(argv[3]));
  if (words.size() == 3) return tenon::bench::Read(words[0], words[1], words[2]);
  std::fprintf(stderr,
               "usage: s3_bench make FOLDER MB | store FOLDER GATEWAY | bare FOLDER GATEWAY\n");
  return 2;
}
