// A small packed file of very many bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compression/compressor.h"
#include "tenon/status.h"

namespace tenon::files {

// So many bytes of one kind, packed; packed members stand one behind the other.
inline std::string Bomb(compression::Codec codec, char byte, int64_t bytes) {
  constexpr int64_t kMemberBytes = 64 << 20;
  std::string member;
  auto packer = compression::Compressor::Make(codec, [&](std::span<const uint8_t> packed) {
                  member.append(reinterpret_cast<const char*>(packed.data()), packed.size());
                  return Status::Ok();
                }).value();
  const std::vector<uint8_t> plain(1 << 20, static_cast<uint8_t>(byte));
  Status status;
  for (int i = 0; i < kMemberBytes >> 20 && status.ok(); ++i) status = packer->Append(plain);
  if (status.ok()) status = packer->Finish();
  std::string bomb;
  if (!status.ok()) return bomb;
  bomb.reserve(member.size() * static_cast<size_t>(bytes / kMemberBytes));
  for (int64_t i = 0; i < bytes / kMemberBytes; ++i) bomb += member;
  return bomb;
}

}  // namespace tenon::files
