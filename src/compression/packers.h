// The compressors of each codec; Compressor::Make chooses. Private to this room. Null: no memory.
#pragma once

#include <memory>

#include "compression/compressor.h"

namespace tenon::compression {

std::unique_ptr<Compressor> MakeGzipPacker(PackedSink sink);
std::unique_ptr<Compressor> MakeBzip2Packer(PackedSink sink);
std::unique_ptr<Compressor> MakeZstdPacker(PackedSink sink);
// Hadoop's blocks of 256 KiB, which Spark, Hive and Hadoop read.
std::unique_ptr<Compressor> MakeSnappyPacker(PackedSink sink);
// LZ4's own frames, which every LZ4 tool reads.
std::unique_ptr<Compressor> MakeLz4Packer(PackedSink sink);

}  // namespace tenon::compression
