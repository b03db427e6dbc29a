#include "secret/sealing_key_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "base/error_catalog.h"
#include "base/platform_file.h"
#include "base/private_file.h"

namespace tenon::secret {
namespace {

constexpr size_t kLongestFile = 1024;
constexpr mode_t kRightsOfOthers = 077;

Status NoKey(const std::filesystem::path& file) {
  return Status::NotFound("Key of the sealed secrets is not there: file=" + file.string())
      .WithNumber(base::kErrSecretKeyMissing)
      .WithHint(
          "Put the key file back, or name it with TENON_SECRET_KEY_FILE. Without it nothing that "
          "was sealed can be opened: remove it and create it again.");
}

// Ok also when the file is not there.
Status CheckRights(const std::filesystem::path& file) {
  struct stat facts;
  if (stat(file.c_str(), &facts) != 0) {
    if (errno == ENOENT) return Status::Ok();
    return base::FileError("Key file cannot be looked at", file, errno);
  }
  if ((facts.st_mode & kRightsOfOthers) == 0) return Status::Ok();
  return Status::PermissionDenied("Key file is open to others: file=" + file.string())
      .WithNumber(base::kErrSecretKeyRights)
      .WithHint("Take their rights away: chmod 600 " + file.string() +
                ". If others could read it, change what it has sealed.");
}

}  // namespace

std::filesystem::path KeyFileOf(const std::filesystem::path& home) {
  const char* named = std::getenv("TENON_SECRET_KEY_FILE");
  return named != nullptr && *named != '\0' ? std::filesystem::path(named) : home / "secret.key";
}

Result<SealingKey> ReadKeyFile(const std::filesystem::path& file) {
  TENON_RETURN_IF_ERROR(CheckRights(file));
  Result<std::string> text = base::ReadSmallFile(file, kLongestFile);
  if (text.status().Is(StatusCode::kNotFound)) return NoKey(file);
  if (text.status().Is(StatusCode::kPermissionDenied)) return std::move(text).status();
  if (text.ok()) {
    const Secret digits(*std::move(text));
    if (Result<SealingKey> key = SealingKey::Parse(digits.Reveal()); key.ok()) return key;
  }
  return Status::InvalidArgument("Key file holds no key: file=" + file.string() +
                                 " wanted=64 hex digits")
      .WithNumber(base::kErrSecretKeyUnfit)
      .WithHint("Put the key file back that the secrets were sealed with.");
}

Result<SealingKey> ReadOrMakeKeyFile(const std::filesystem::path& file) {
  Result<SealingKey> key = ReadKeyFile(file);
  if (key.status().number() != base::kErrSecretKeyMissing) return key;
  TENON_ASSIGN_OR_RETURN(SealingKey drawn, SealingKey::Draw());
  const Secret digits = drawn.Hex();
  Status made = base::MakePrivateFile(file, digits.Reveal());
  if (made.Is(StatusCode::kAlreadyExists)) return ReadKeyFile(file);  // Somebody was faster.
  TENON_RETURN_IF_ERROR(std::move(made));
  return drawn;
}

}  // namespace tenon::secret
