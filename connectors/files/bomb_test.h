// A small packed file of very many bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "compression/compressor.h"
#include "tenon/status.h"

namespace tenon::files {

// This text so many times, packed; empty: it could not be.
inline std::string PackedMember(compression::Codec codec, std::string_view text, int64_t times) {
  std::string member;
  auto packer = compression::Compressor::Make(codec, [&](std::span<const uint8_t> packed) {
                  member.append(reinterpret_cast<const char*>(packed.data()), packed.size());
                  return Status::Ok();
                }).value();
  const std::span plain(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  Status status;
  for (int64_t i = 0; i < times && status.ok(); ++i) status = packer->Append(plain);
  if (status.ok()) status = packer->Finish();
  return status.ok() ? member : std::string();
}

// So many bytes of one kind, packed; packed members stand one behind the other.
inline std::string Bomb(compression::Codec codec, char byte, int64_t bytes) {
  constexpr int64_t kMemberBytes = 64 << 20;
  const std::string member = PackedMember(codec, std::string(1 << 20, byte), kMemberBytes >> 20);
  std::string bomb;
  bomb.reserve(member.size() * static_cast<size_t>(bytes / kMemberBytes));
  for (int64_t i = 0; i < bytes / kMemberBytes; ++i) bomb += member;
  return bomb;
}

}  // namespace tenon::files
