#include "base/hash.h"

// The block functions, which need no set-up, are those of this older interface.
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace tenon::base {
namespace {

std::string Hex(const unsigned char* bytes, size_t count) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(2 * count, '\0');
  for (size_t i = 0; i < count; ++i) {
    text[2 * i] = kDigits[bytes[i] >> 4];
    text[2 * i + 1] = kDigits[bytes[i] & 15];
  }
  return text;
}

using Digest = std::array<uint8_t, SHA256_DIGEST_LENGTH>;

// The digest of two pieces, one after the other.
Digest Sha256(std::string_view first, std::string_view second) {
  Digest digest;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, first.data(), first.size());
  SHA256_Update(&state, second.data(), second.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

std::string_view TextOf(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  const Digest digest = Sha256(bytes, "");
  return Hex(digest.data(), digest.size());
}

std::array<uint8_t, 32> HmacSha256(std::string_view key, std::string_view text) {
  std::array<char, SHA256_CBLOCK> inner, outer;
  inner.fill(0x36);
  outer.fill(0x5c);
  Digest short_key;
  if (key.size() > inner.size()) {
    short_key = Sha256(key, "");
    key = TextOf(short_key);
  }
  for (size_t i = 0; i < key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ key[i]);
    outer[i] = static_cast<char>(outer[i] ^ key[i]);
  }
  const Digest within = Sha256({inner.data(), inner.size()}, text);
  return Sha256({outer.data(), outer.size()}, TextOf(within));
}

Result<std::string> RandomHex(int bits) {
  std::array<unsigned char, 256> bytes;
  const size_t count = static_cast<size_t>(bits) / 8;
  if (bits <= 0 || bits % 8 != 0 || count > bytes.size())
    return Status::Internal("Number of random bits is out of range: bits=" + std::to_string(bits));
  ssize_t got;
  do {
    got = getrandom(bytes.data(), count, 0);  // At most 256 bytes: whole, or an error.
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(count))
    return Status::Internal(std::string("The system gives no random numbers: error=") +
                            std::strerror(errno));
  return Hex(bytes.data(), count);
}

}  // namespace tenon::base
