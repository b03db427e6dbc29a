// The file of the key that everything sealed in a home is opened with: 64 hex digits, for its owner alone.
#pragma once

#include <filesystem>

#include "secret/sealed_box.h"
#include "tenon/result.h"

namespace tenon::secret {

// $TENON_SECRET_KEY_FILE, else secret.key of the home.
std::filesystem::path KeyFileOf(const std::filesystem::path& home);

// The key. kNotFound TN1220: no file; kPermissionDenied TN1221: others may read it; kInvalidArgument TN1222: what is
// in it is no key. No message tells anything of its text.
Result<SealingKey> ReadKeyFile(const std::filesystem::path& file);

// The key, drawn and written when there is no such file; whoever does so at the same time gets the same key.
Result<SealingKey> ReadOrMakeKeyFile(const std::filesystem::path& file);

}  // namespace tenon::secret
