// Sealing: XChaCha20-Poly1305 of libsodium, a nonce drawn for each text. The only header whose source knows libsodium.
// Pure functions of their arguments and of the system's random numbers; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tenon/result.h"
#include "tenon/secret.h"

namespace tenon::secret {

// What texts are sealed and opened with. Wiped when it dies.
class SealingKey {
 public:
  static constexpr size_t kBytes = 32;

  // A new one, drawn by the system.
  static Result<SealingKey> Draw();
  // From the 64 hex digits that Hex() gives, blanks around them aside. kInvalidArgument: anything else; says nothing of
  // the text.
  static Result<SealingKey> Parse(std::string_view hex);

  SealingKey(const SealingKey&) = delete;
  SealingKey& operator=(const SealingKey&) = delete;
  SealingKey(SealingKey&& other) noexcept;
  ~SealingKey();

  Secret Hex() const;
  // 16 hex digits that tell two keys apart and nothing about either.
  std::string id() const;
  const std::array<uint8_t, kBytes>& bytes() const { return bytes_; }

 private:
  SealingKey() = default;
  std::array<uint8_t, kBytes> bytes_{};
};

// Hex digits of nonce and sealed text. `bound` is not in them, but they open only together with it.
Result<std::string> Seal(const SealingKey& key, std::string_view bound, const Secret& text);

// What was sealed. kDataError: another key, another `bound`, or changed since; which of them nobody can tell.
Result<Secret> Unseal(const SealingKey& key, std::string_view bound, std::string_view sealed);

}  // namespace tenon::secret
