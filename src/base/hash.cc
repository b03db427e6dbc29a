#include "base/hash.h"

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

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return Hex(digest.data(), digest.size());
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
