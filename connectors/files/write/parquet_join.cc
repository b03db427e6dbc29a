#include "connectors/files/write/parquet_join.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <span>
#include <utility>

#include "connectors/files/write/compact_thrift.h"
#include "connectors/files/write/open_file.h"

namespace tenon::files {
namespace {

constexpr char kMagic[] = {'P', 'A', 'R', '1'};
constexpr int64_t kMagicBytes = 4;
constexpr int64_t kTailBytes = 8;  // The footer's length and the magic.
constexpr int64_t kMostOrdinal = 32767;

// Field ids of parquet.thrift.
namespace file_field {
constexpr int16_t kSchema = 2, kRows = 3, kRowGroups = 4;
}
namespace group_field {
constexpr int16_t kColumns = 1, kFileOffset = 5, kOrdinal = 7;
}
namespace chunk_field {
constexpr int16_t kFileOffset = 2, kMetaData = 3, kOffsetIndex = 4, kOffsetIndexBytes = 5,
                  kColumnIndex = 6;
}
namespace column_field {
constexpr int16_t kDataPage = 9, kIndexPage = 10, kDictionaryPage = 11, kBloomFilter = 14;
}
namespace index_field {
constexpr int16_t kLocations = 1, kOffset = 1;
}

std::span<const uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Status NoParquet(const std::string& path, const char* what) {
  return Status::DataError(std::string("Piece is no whole Parquet file: path=") + path +
                           " what=" + what);
}

// One piece: its footer, and how far its bytes move. Its file is open only while it is read: pieces may be many.
struct Piece {
  std::string path;
  int64_t footer_at = 0;
  std::vector<uint8_t> footer;
  std::vector<CompactField> fields;  // Borrow the footer.
  int64_t shift = 0;

  const CompactField* field(int16_t id) const { return FindField(fields, id); }
};

Result<Piece> OpenPiece(const std::string& path) {
  TENON_ASSIGN_OR_RETURN(const OpenFile file, OpenFile::Read(path));
  TENON_ASSIGN_OR_RETURN(const int64_t bytes, file.Size());
  if (bytes < kMagicBytes + kTailBytes) return NoParquet(path, "size");
  uint8_t tail[kTailBytes];
  TENON_RETURN_IF_ERROR(file.ReadAt(bytes - kTailBytes, tail));
  uint32_t length = 0;
  std::memcpy(&length, tail, sizeof(length));
  if (std::memcmp(tail + 4, kMagic, sizeof(kMagic)) != 0) return NoParquet(path, "magic");
  if (length > bytes - kTailBytes - kMagicBytes) return NoParquet(path, "footer");
  Piece piece{.path = path,
              .footer_at = bytes - kTailBytes - length,
              .footer = std::vector<uint8_t>(length),
              .fields = {}};
  TENON_RETURN_IF_ERROR(file.ReadAt(piece.footer_at, piece.footer));
  TENON_ASSIGN_OR_RETURN(piece.fields, ReadStruct(piece.footer));
  if (piece.field(file_field::kSchema) == nullptr || piece.field(file_field::kRows) == nullptr ||
      piece.field(file_field::kRowGroups) == nullptr) {
    return NoParquet(path, "footer");
  }
  return piece;
}

// The numbers of `ids` that a structure has, moved. 0 stands for "none" where writers leave offsets out.
Status MoveNumbers(const std::vector<CompactField>& fields, std::initializer_list<int16_t> ids,
                   int64_t shift, std::map<int16_t, int64_t>* numbers) {
  for (const int16_t id : ids) {
    const CompactField* const field = FindField(fields, id);
    if (field == nullptr) continue;
    TENON_ASSIGN_OR_RETURN(const int64_t offset, ReadNumber(*field));
    if (offset > 0) (*numbers)[id] = offset + shift;
  }
  return Status::Ok();
}

class Joiner {
 public:
  Joiner(std::vector<Piece> pieces, OpenFile out)
      : pieces_(std::move(pieces)), out_(std::move(out)) {}

  Status Join() {
    TENON_RETURN_IF_ERROR(CheckSchemas());
    TENON_RETURN_IF_ERROR(out_.Append(BytesOf(std::string(kMagic, sizeof(kMagic)))));
    for (Piece& piece : pieces_) {
      piece.shift = out_.bytes() - kMagicBytes;
      TENON_ASSIGN_OR_RETURN(const OpenFile file, OpenFile::Read(piece.path));
      TENON_RETURN_IF_ERROR(out_.AppendFrom(file, kMagicBytes, piece.footer_at));
    }
    for (const Piece& piece : pieces_) TENON_RETURN_IF_ERROR(MoveRowGroups(piece));
    std::string footer;
    TENON_RETURN_IF_ERROR(AppendFooter(&footer));
    const auto length = static_cast<uint32_t>(footer.size());
    footer.append(reinterpret_cast<const char*>(&length), sizeof(length));
    footer.append(kMagic, sizeof(kMagic));
    TENON_RETURN_IF_ERROR(out_.Append(BytesOf(footer)));
    return out_.Sync();
  }

 private:
  Status CheckSchemas() const {
    const auto wanted = pieces_.front().field(file_field::kSchema)->value;
    for (const Piece& piece : pieces_) {
      const auto schema = piece.field(file_field::kSchema)->value;
      if (!std::equal(schema.begin(), schema.end(), wanted.begin(), wanted.end()))
        return NoParquet(piece.path, "schema");
    }
    return Status::Ok();
  }

  Status MoveRowGroups(const Piece& piece) {
    TENON_ASSIGN_OR_RETURN(const auto groups, ReadStructs(*piece.field(file_field::kRowGroups)));
    TENON_ASSIGN_OR_RETURN(const int64_t rows, ReadNumber(*piece.field(file_field::kRows)));
    TENON_ASSIGN_OR_RETURN(const OpenFile file, OpenFile::Read(piece.path));
    rows_ += rows;
    for (const auto group : groups) TENON_RETURN_IF_ERROR(MoveRowGroup(piece, file, group));
    return Status::Ok();
  }

  Status MoveRowGroup(const Piece& piece, const OpenFile& file, std::span<const uint8_t> group) {
    TENON_ASSIGN_OR_RETURN(const std::vector<CompactField> fields, ReadStruct(group));
    std::map<int16_t, int64_t> numbers;
    TENON_RETURN_IF_ERROR(MoveNumbers(fields, {group_field::kFileOffset}, piece.shift, &numbers));
    StructWriter writer(&groups_);
    for (const CompactField& field : fields) {
      if (field.id == group_field::kColumns) {
        TENON_ASSIGN_OR_RETURN(const auto chunks, ReadStructs(field));
        writer.Structs(field.id, chunks.size());
        for (const auto chunk : chunks) TENON_RETURN_IF_ERROR(MoveChunk(piece, file, chunk));
      } else if (field.id == group_field::kOrdinal) {
        writer.Number(field.id, field.type, std::min(group_count_, kMostOrdinal));
      } else if (const auto number = numbers.find(field.id); number != numbers.end()) {
        writer.Number(field.id, field.type, number->second);
      } else {
        writer.Copy(field);
      }
    }
    writer.End();
    ++group_count_;
    return Status::Ok();
  }

  Status MoveChunk(const Piece& piece, const OpenFile& file, std::span<const uint8_t> chunk) {
    TENON_ASSIGN_OR_RETURN(const std::vector<CompactField> fields, ReadStruct(chunk));
    std::map<int16_t, int64_t> numbers;
    TENON_RETURN_IF_ERROR(MoveNumbers(fields, {chunk_field::kFileOffset, chunk_field::kColumnIndex},
                                      piece.shift, &numbers));
    TENON_RETURN_IF_ERROR(MoveOffsetIndex(piece, file, fields, &numbers));
    StructWriter writer(&groups_);
    for (const CompactField& field : fields) {
      if (field.id == chunk_field::kMetaData) {
        std::map<int16_t, int64_t> offsets;
        TENON_ASSIGN_OR_RETURN(const std::vector<CompactField> column, ReadStruct(field.value));
        TENON_RETURN_IF_ERROR(
            MoveNumbers(column,
                        {column_field::kDataPage, column_field::kIndexPage,
                         column_field::kDictionaryPage, column_field::kBloomFilter},
                        piece.shift, &offsets));
        writer.Struct(field.id);
        TENON_RETURN_IF_ERROR(CopyWithNumbers(field.value, offsets, &groups_));
      } else if (const auto number = numbers.find(field.id); number != numbers.end()) {
        writer.Number(field.id, field.type, number->second);
      } else {
        writer.Copy(field);
      }
    }
    writer.End();
    return Status::Ok();
  }

  // The one structure outside of the footer that holds offsets: it is written anew, behind all row groups.
  Status MoveOffsetIndex(const Piece& piece, const OpenFile& file,
                         const std::vector<CompactField>& chunk,
                         std::map<int16_t, int64_t>* numbers) {
    const CompactField* const at = FindField(chunk, chunk_field::kOffsetIndex);
    const CompactField* const length = FindField(chunk, chunk_field::kOffsetIndexBytes);
    if (at == nullptr || length == nullptr) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(const int64_t offset, ReadNumber(*at));
    TENON_ASSIGN_OR_RETURN(const int64_t bytes, ReadNumber(*length));
    if (offset < kMagicBytes || bytes <= 0 || bytes > piece.footer_at - offset)
      return NoParquet(piece.path, "page index");
    std::vector<uint8_t> index(static_cast<size_t>(bytes));
    TENON_RETURN_IF_ERROR(file.ReadAt(offset, index));
    TENON_ASSIGN_OR_RETURN(const std::vector<CompactField> fields, ReadStruct(index));
    std::string moved;
    StructWriter writer(&moved);
    for (const CompactField& field : fields) {
      if (field.id != index_field::kLocations) {
        writer.Copy(field);
        continue;
      }
      TENON_ASSIGN_OR_RETURN(const auto locations, ReadStructs(field));
      writer.Structs(field.id, locations.size());
      for (const auto location : locations) {
        std::map<int16_t, int64_t> offsets;
        TENON_ASSIGN_OR_RETURN(const std::vector<CompactField> page, ReadStruct(location));
        TENON_RETURN_IF_ERROR(MoveNumbers(page, {index_field::kOffset}, piece.shift, &offsets));
        TENON_RETURN_IF_ERROR(CopyWithNumbers(location, offsets, &moved));
      }
    }
    writer.End();
    (*numbers)[chunk_field::kOffsetIndex] = out_.bytes();
    (*numbers)[chunk_field::kOffsetIndexBytes] = static_cast<int64_t>(moved.size());
    return out_.Append(BytesOf(moved));
  }

  // The first piece's footer with all rows and row groups.
  Status AppendFooter(std::string* footer) const {
    StructWriter writer(footer);
    for (const CompactField& field : pieces_.front().fields) {
      if (field.id == file_field::kRows) {
        writer.Number(field.id, field.type, rows_);
      } else if (field.id == file_field::kRowGroups) {
        writer.Structs(field.id, static_cast<size_t>(group_count_));
        footer->append(groups_);
      } else {
        writer.Copy(field);
      }
    }
    writer.End();
    if (footer->size() > UINT32_MAX)
      return Status::ResourceExhausted("Footer of a Parquet file is above 4 GiB");
    return Status::Ok();
  }

  std::vector<Piece> pieces_;
  OpenFile out_;
  std::string groups_;
  int64_t rows_ = 0, group_count_ = 0;
};

}  // namespace

Status JoinParquet(const std::vector<std::string>& paths, const std::string& whole) {
  std::vector<Piece> pieces;
  for (const std::string& path : paths) {
    TENON_ASSIGN_OR_RETURN(Piece piece, OpenPiece(path));
    pieces.push_back(std::move(piece));
  }
  TENON_ASSIGN_OR_RETURN(OpenFile out, OpenFile::Make(whole));
  return Joiner(std::move(pieces), std::move(out)).Join();
}

}  // namespace tenon::files
