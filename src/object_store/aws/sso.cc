#include "object_store/aws/sso.h"

// The block functions, which need no set-up, are those of this older interface.
#define OPENSSL_API_COMPAT 0x10100000L
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "object_store/aws/aws_time.h"
#include "object_store/aws/sigv4.h"

namespace tenon::object_store {
namespace {

// As AWS's own tools: renewed before it ends in the middle of something.
constexpr int64_t kRenewTokenBefore_s = 300;

struct SignIn {
  std::string profile;
  std::string cache_key;  // What the name of the token's file is made of.
  std::string region, account, role;
};

std::string Sha1Hex(std::string_view text) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA_CTX state;
  SHA1_Init(&state);
  SHA1_Update(&state, text.data(), text.size());
  SHA1_Final(digest.data(), &state);
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

Result<SignIn> SignInOf(const CredentialContext& context, const AwsProfile& profile) {
  SignIn found{.profile = profile.name(),
               .cache_key = profile.Text("sso_session"),
               .region = profile.Text("sso_region"),
               .account = profile.Text("sso_account_id"),
               .role = profile.Text("sso_role_name")};
  if (!found.cache_key.empty()) {
    TENON_ASSIGN_OR_RETURN(const AwsProfile session,
                           AwsProfile::LoadSsoSession(context.environment, found.cache_key));
    found.region = session.Text("sso_region");
  } else {
    found.cache_key = profile.Text("sso_start_url");
  }
  for (const auto& [setting, value] :
       {std::pair("sso_region", &found.region), std::pair("sso_account_id", &found.account),
        std::pair("sso_role_name", &found.role)}) {
    if (!value->empty()) continue;
    return NoCredentials("Profile of single sign-on lacks a setting: profile=" + profile.name() +
                         " setting=" + setting)
        .WithHint("Run aws configure sso --profile " + profile.name() + ".");
  }
  return found;
}

std::string CacheFile(const CredentialContext& context, const SignIn& sign_in) {
  return context.environment("HOME").value_or("") + "/.aws/sso/cache/" +
         Sha1Hex(sign_in.cache_key) + ".json";
}

Status SignInAgain(const SignIn& sign_in, const std::string& what) {
  return NoCredentials(what + ": profile=" + sign_in.profile)
      .WithHint("Run aws sso login --profile " + sign_in.profile + ".");
}

// The text of a member; empty when it is absent.
std::string TextOf(const base::Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The number of a member; 0 when it is absent.
int64_t NumberOf(const base::Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

// Whether the time that the member tells is that far away.
bool LastsFor(const base::Json& json, const char* name, int64_t seconds) {
  const std::optional<int64_t> end_ns = ParseIsoTime(TextOf(json, name));
  return end_ns && *end_ns / 1'000'000'000 > std::time(nullptr) + seconds;
}

std::string IsoTime(int64_t seconds) {
  const time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

// Replaces the file in one step; other programs read it at any time. What fails here costs the next process a renewal.
void Keep(const std::string& file, const base::Json& token) {
  const Result<std::string> mark = base::RandomHex(64);
  if (!mark.ok()) return;
  const std::string temporary = file + "." + *mark;
  const int descriptor =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return;
  const Secret text(token.dump());
  const auto bytes = static_cast<ssize_t>(text.Reveal().size());
  const bool whole = write(descriptor, text.Reveal().data(), text.Reveal().size()) == bytes;
  const bool closed = close(descriptor) == 0;
  if (!whole || !closed || std::rename(temporary.c_str(), file.c_str()) != 0)
    std::remove(temporary.c_str());
}

Result<base::Json> ReadToken(const CredentialContext& context, const SignIn& sign_in) {
  std::ifstream input(CacheFile(context, sign_in), std::ios::binary);
  if (!input) return SignInAgain(sign_in, "Nobody has signed in");
  const Secret text(std::string(std::istreambuf_iterator<char>(input), {}));
  const Result<base::Json> token = base::ParseJson(text.Reveal());
  if (!token.ok() || !token->is_object() || TextOf(*token, "accessToken").empty())
    return SignInAgain(sign_in, "Token of single sign-on cannot be understood");
  return *token;
}

// Has the token renewed, and keeps it.
Result<base::Json> Renewed(const CredentialContext& context, const SignIn& sign_in,
                           base::Json token) {
  if (TextOf(token, "refreshToken").empty() || !LastsFor(token, "registrationExpiresAt", 0))
    return SignInAgain(sign_in, "Token of single sign-on has ended");
  const Secret body(base::Json{{"grantType", "refresh_token"},
                               {"clientId", TextOf(token, "clientId")},
                               {"clientSecret", TextOf(token, "clientSecret")},
                               {"refreshToken", TextOf(token, "refreshToken")}}
                        .dump());
  HttpRequest request;
  request.method = "POST";
  request.url = ServiceUrl(context.environment, "SSO_OIDC", "oidc", sign_in.region) + "token";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = {reinterpret_cast<const uint8_t*>(body.Reveal().data()), body.Reveal().size()};
  TENON_ASSIGN_OR_RETURN(const HttpReply reply,
                         AskForCredentials(context, std::move(request), "single sign-on"));
  const Result<base::Json> answer = base::ParseJson(reply.body);
  if (reply.status != 200 || !answer.ok() || !answer->is_object() ||
      TextOf(*answer, "accessToken").empty())
    return SignInAgain(sign_in, "Token of single sign-on is not renewed");
  token["accessToken"] = TextOf(*answer, "accessToken");
  token["expiresAt"] = IsoTime(std::time(nullptr) + NumberOf(*answer, "expiresIn"));
  const std::string refresh = TextOf(*answer, "refreshToken");
  if (!refresh.empty()) token["refreshToken"] = refresh;
  Keep(CacheFile(context, sign_in), token);
  return token;
}

}  // namespace

Result<AwsCredentials> FromSingleSignOn(const CredentialContext& context,
                                        const AwsProfile& profile) {
  TENON_ASSIGN_OR_RETURN(const SignIn sign_in, SignInOf(context, profile));
  TENON_ASSIGN_OR_RETURN(base::Json token, ReadToken(context, sign_in));
  if (!LastsFor(token, "expiresAt", kRenewTokenBefore_s)) {
    Result<base::Json> renewed = Renewed(context, sign_in, token);
    if (renewed.ok()) {
      token = *std::move(renewed);
    } else if (!LastsFor(token, "expiresAt", 0)) {
      return std::move(renewed).status();
    }
  }
  HttpRequest request;
  request.method = "GET";
  request.url = ServiceUrl(context.environment, "SSO", "portal.sso", sign_in.region) +
                "federation/credentials?" +
                EncodeQuery({{"account_id", sign_in.account}, {"role_name", sign_in.role}});
  request.headers = {{"x-amz-sso_bearer_token", TextOf(token, "accessToken")}};
  TENON_ASSIGN_OR_RETURN(const HttpReply reply,
                         AskForCredentials(context, std::move(request), "single sign-on"));
  if (reply.status == 401) return SignInAgain(sign_in, "Token of single sign-on is not accepted");
  const Result<base::Json> answer = base::ParseJson(reply.body);
  const auto role = answer.ok() && answer->is_object() ? answer->find("roleCredentials")
                                                       : base::Json::const_iterator();
  if (reply.status != 200 || !answer.ok() || !answer->is_object() || role == answer->end() ||
      !role->is_object()) {
    return NoCredentials("Single sign-on gives no credentials: profile=" + sign_in.profile +
                         " account=" + sign_in.account + " role=" + sign_in.role +
                         " status=" + std::to_string(reply.status));
  }
  AwsCredentials credentials;
  credentials.access_key = TextOf(*role, "accessKeyId");
  credentials.secret_key = Secret(TextOf(*role, "secretAccessKey"));
  credentials.session_token = Secret(TextOf(*role, "sessionToken"));
  credentials.expires_s = NumberOf(*role, "expiration") / 1000;
  credentials.source = "single sign-on of profile " + sign_in.profile;
  return credentials;
}

}  // namespace tenon::object_store
