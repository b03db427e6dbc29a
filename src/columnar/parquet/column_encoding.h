// How the values of a column are best stored, judged by its first rows. Private to the module. Pure; any thread.
#pragma once

#include <arrow/type_fwd.h>

namespace tenon::columnar {

enum class ColumnEncoding {
  kDictionary,  // The writer gives it up by itself when the dictionary grows too large.
  kPlain,
  kDelta,  // Whole numbers as differences, each block in as few bits as it needs.
};

// Of a flat column; nested ones and few rows keep the dictionary. Readers of all the usual engines know these three.
ColumnEncoding ChooseEncoding(const arrow::Array& first_rows);

}  // namespace tenon::columnar
