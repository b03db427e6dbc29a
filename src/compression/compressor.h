// Packs bytes as they come and hands the packed ones on.
//
//   const auto put = [&](std::span<const uint8_t> bytes) { return file->Append(bytes); };
//   TENON_ASSIGN_OR_RETURN(auto packed, Compressor::Make(Codec::kGzip, put));
//   TENON_RETURN_IF_ERROR(packed->Append(text));
//   TENON_RETURN_IF_ERROR(packed->Finish());
//
// Memory is bounded by the codec, whatever is appended. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "compression/codec.h"
#include "tenon/result.h"

namespace tenon::compression {

// Takes packed bytes, which are valid during the call. Its error ends the packing.
using PackedSink = std::function<Status(std::span<const uint8_t> packed)>;

class Compressor {
 public:
  // At the codec's usual level; kNone hands the bytes on as they are. kResourceExhausted: no memory.
  static Result<std::unique_ptr<Compressor>> Make(Codec codec, PackedSink sink);

  Compressor() = default;
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  virtual ~Compressor() = default;

  // After an error only the destructor is legal.
  virtual Status Append(std::span<const uint8_t> plain) = 0;
  // Ends the packed stream, which is whole then, also without any bytes. Once, last.
  virtual Status Finish() = 0;
};

}  // namespace tenon::compression
