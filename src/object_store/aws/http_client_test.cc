#include "object_store/aws/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "testing/matchers.h"

namespace tenon::object_store {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using ::testing::HasSubstr;

// Answers each request by its path: /bytes/N with N bytes, /cut with half of what it promises, anything else never.
class Server {
 public:
  Server() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), length), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    EXPECT_EQ(getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { Accept(); });
  }
  ~Server() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int each : open_) shutdown(each, SHUT_RDWR);
    }
    for (std::thread& thread : serving_) thread.join();
    for (const int each : open_) close(each);
    close(listener_);
  }
  std::string Url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int connections() const { return connections_; }

 private:
  void Accept() {
    for (;;) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      ++connections_;
      const std::lock_guard lock(mutex_);
      open_.push_back(connection);
      serving_.emplace_back([connection] { Serve(connection); });
    }
  }

  static void Serve(int connection) {
    std::string input;
    char block[4096];
    for (;;) {
      const size_t end = input.find("\r\n\r\n");
      if (end == std::string::npos) {
        const ssize_t got = read(connection, block, sizeof(block));
        if (got <= 0) return;
        input.append(block, static_cast<size_t>(got));
        continue;
      }
      const std::string path = input.substr(4, input.find(' ', 4) - 4);
      input.erase(0, end + 4);
      size_t promised = 1000, sent = 500;
      if (path.starts_with("/bytes/")) promised = sent = std::stoul(path.substr(7));
      if (path != "/cut" && !path.starts_with("/bytes/")) continue;
      const std::string answer =
          "HTTP/1.1 200 OK\r\nX-Name:  value \r\nContent-Length: " + std::to_string(promised) +
          "\r\n\r\n" + std::string(sent, 'x');
      if (send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
      if (sent < promised) {
        shutdown(connection, SHUT_RDWR);
        return;
      }
    }
  }

  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;       // Guards what follows.
  std::vector<int> open_;  // Closed at the end, so that no number is used twice.
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

std::unique_ptr<HttpClient> MakeClient(std::stop_token stop = {}) {
  Result<std::unique_ptr<HttpClient>> client = HttpClient::Make({.stop = std::move(stop)});
  EXPECT_THAT(client, IsOk());
  return *std::move(client);
}

HttpRequest Get(std::string url, std::span<uint8_t> into = {}) {
  HttpRequest request;
  request.method = "GET";
  request.url = std::move(url);
  request.into = into;
  return request;
}

TEST(HttpClientTest, CallsOfManyThreadsShareKeptConnections) {
  const Server server;
  const std::unique_ptr<HttpClient> client = MakeClient();
  constexpr int kThreads = 4, kCalls = 25;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kCalls; ++i) {
        const size_t bytes = static_cast<size_t>(thread * 1000 + i * 777);
        const HttpOutcome outcome =
            client->Start(Get(server.Url("/bytes/" + std::to_string(bytes))))->Wait();
        ASSERT_FALSE(outcome.failure);
        EXPECT_EQ(outcome.reply.status, 200);
        EXPECT_EQ(outcome.reply.body.size(), bytes);
        EXPECT_EQ(outcome.reply.Header("x-name"), "value");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LT(server.connections(), kThreads * kCalls / 2);
}

TEST(HttpClientTest, ABodyThatEndsEarlyTellsHowMuchOfItCame) {
  const Server server;
  const std::unique_ptr<HttpClient> client = MakeClient();
  std::vector<uint8_t> bytes(1000);
  const HttpOutcome outcome = client->Start(Get(server.Url("/cut"), bytes))->Wait();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->fault, HttpFault::kTruncated);
  EXPECT_EQ(outcome.failure->body_bytes, 500);
  EXPECT_EQ(bytes[499], 'x');
  EXPECT_EQ(bytes[500], 0);
}

TEST(HttpClientTest, ABodyThatIsTooLongIsNotWrittenBehindItsPlace) {
  const Server server;
  const std::unique_ptr<HttpClient> client = MakeClient();
  std::vector<uint8_t> bytes(100);
  const HttpOutcome outcome =
      client->Start(Get(server.Url("/bytes/5000"), std::span(bytes).first(50)))->Wait();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->fault, HttpFault::kOther);
  EXPECT_THAT(outcome.failure->text, HasSubstr("longer than it may be"));
  EXPECT_EQ(bytes[50], 0);
}

TEST(HttpClientTest, ACallThatIsGivenUpLetsGoOfItsMemoryAtOnce) {
  const Server server;
  const std::unique_ptr<HttpClient> client = MakeClient();
  for (int i = 0; i < 20; ++i) {
    std::vector<uint8_t> bytes(1 << 20);
    client->Start(Get(server.Url("/bytes/1000000"), bytes)).reset();
    client->Start(Get(server.Url("/never"), bytes)).reset();
  }
  EXPECT_FALSE(client->Start(Get(server.Url("/bytes/1")))->Wait().failure);
}

TEST(HttpClientTest, TheStopTokenEndsEveryWait) {
  const Server server;
  std::stop_source stop;
  const std::unique_ptr<HttpClient> client = MakeClient(stop.get_token());
  const std::unique_ptr<HttpCall> call = client->Start(Get(server.Url("/never")));
  std::thread stopper([&stop] { stop.request_stop(); });
  const HttpOutcome outcome = call->Wait();
  stopper.join();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->fault, HttpFault::kCancelled);
  EXPECT_THAT(client->Pause(std::chrono::hours(1)),
              IsError(StatusCode::kCancelled, HasSubstr("The task was cancelled")));
  const HttpOutcome late = client->Start(Get(server.Url("/bytes/1")))->Wait();
  ASSERT_TRUE(late.failure);
  EXPECT_EQ(late.failure->fault, HttpFault::kCancelled);
}

TEST(HttpClientTest, TellsWhatKindOfFaultItWas) {
  std::string gone;
  {
    const Server server;
    gone = server.Url("/bytes/1");
  }
  const std::unique_ptr<HttpClient> client = MakeClient();
  HttpOutcome outcome = client->Start(Get(gone))->Wait();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->fault, HttpFault::kConnect);
  outcome = client->Start(Get("file:///etc/passwd"))->Wait();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->fault, HttpFault::kOther);
  EXPECT_THAT(outcome.failure->text, HasSubstr("the URL is not of HTTP"));
  const Server server;
  HttpRequest silent = Get(server.Url("/never"));
  silent.idle_timeout = std::chrono::milliseconds(1000);
  outcome = client->Start(std::move(silent))->Wait();
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->fault, HttpFault::kTimeout);
}

}  // namespace
}  // namespace tenon::object_store
