#include "secret/sealed_box.h"

#include <sodium.h>

#include <utility>

#include "base/text.h"

namespace tenon::secret {
namespace {

static_assert(SealingKey::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::string_view kIdContext = "tenon key id";

Status Ready() {
  static const bool ready = sodium_init() >= 0;
  if (ready) return Status::Ok();
  return Status::Internal("The system gives libsodium no random numbers");
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string ToHex(const unsigned char* bytes, size_t size) {
  std::string hex(size * 2 + 1, '\0');  // libsodium ends it with a zero byte.
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

// False when the text is not all hex digits of `size` bytes.
bool FromHex(std::string_view hex, unsigned char* bytes, size_t size) {
  size_t filled = 0;
  const char* end = nullptr;
  return hex.size() == size * 2 &&
         sodium_hex2bin(bytes, size, hex.data(), hex.size(), nullptr, &filled, &end) == 0 &&
         filled == size && end == hex.data() + hex.size();
}

Status Unopened() { return Status::DataError("Sealed text cannot be opened"); }

}  // namespace

SealingKey::SealingKey(SealingKey&& other) noexcept : bytes_(other.bytes_) {
  sodium_memzero(other.bytes_.data(), kBytes);
}

SealingKey::~SealingKey() { sodium_memzero(bytes_.data(), kBytes); }

Result<SealingKey> SealingKey::Draw() {
  TENON_RETURN_IF_ERROR(Ready());
  SealingKey key;
  randombytes_buf(key.bytes_.data(), kBytes);
  return key;
}

Result<SealingKey> SealingKey::Parse(std::string_view hex) {
  TENON_RETURN_IF_ERROR(Ready());
  SealingKey key;
  if (!FromHex(base::Trim(hex), key.bytes_.data(), kBytes))
    return Status::InvalidArgument("Text is no key: wanted=64 hex digits");
  return key;
}

Secret SealingKey::Hex() const { return Secret(ToHex(bytes_.data(), kBytes)); }

std::string SealingKey::id() const {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), Bytes(kIdContext), kIdContext.size(),
                     bytes_.data(), kBytes);
  return ToHex(digest.data(), 8);
}

Result<std::string> Seal(const SealingKey& key, std::string_view bound, const Secret& text) {
  TENON_RETURN_IF_ERROR(Ready());
  const std::string_view plain = text.Reveal();
  std::string box(kNonceBytes + plain.size() + kTagBytes, '\0');
  auto* const nonce = reinterpret_cast<unsigned char*>(box.data());
  randombytes_buf(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, Bytes(plain),
                                             plain.size(), Bytes(bound), bound.size(), nullptr,
                                             nonce, key.bytes().data());
  return ToHex(nonce, box.size());
}

Result<Secret> Unseal(const SealingKey& key, std::string_view bound, std::string_view sealed) {
  TENON_RETURN_IF_ERROR(Ready());
  std::string box(sealed.size() / 2, '\0');
  auto* const nonce = reinterpret_cast<unsigned char*>(box.data());
  if (box.size() < kNonceBytes + kTagBytes || !FromHex(sealed, nonce, box.size())) {
    return Unopened();
  }
  std::string plain(box.size() - kNonceBytes - kTagBytes, '\0');
  const int refused = crypto_aead_xchacha20poly1305_ietf_decrypt(
      reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, nonce + kNonceBytes,
      box.size() - kNonceBytes, Bytes(bound), bound.size(), nonce, key.bytes().data());
  if (refused != 0) return Unopened();
  Secret text(plain);  // A copy: a short text that is moved leaves its bytes behind.
  sodium_memzero(plain.data(), plain.size());
  return text;
}

}  // namespace tenon::secret
