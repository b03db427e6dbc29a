// Opens libtenon_arrow.so at the first use. Private to src/columnar; any thread.
#pragma once

#include "columnar/arrow/module.h"
#include "tenon/result.h"

namespace tenon::columnar {

// What the library offers; it stays open until the process ends. kNotFound (TN4004) lists every place where it was
// looked for.
const Result<const ArrowModule*>& ArrowLibrary();

}  // namespace tenon::columnar
