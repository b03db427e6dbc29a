// The predicate parser takes any bytes; what it takes goes through binder, renderers and JSON without
// a crash, and comes back from JSON as it was.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "expression/bind.h"
#include "expression/parse.h"
#include "expression/render.h"
#include "expression/serialise.h"

namespace {

const tenon::Schema& AnySchema() {
  using tenon::DataType;
  static const tenon::Schema schema({{"a", DataType::Int()},
                                     {"b", DataType::String()},
                                     {"c", DataType::Double()},
                                     {"d", DataType::Decimal(10, 2)},
                                     {"e", DataType::Date()},
                                     {"f", DataType::Timestamp()},
                                     {"g", DataType::Struct({{"h", DataType::Float()}})},
                                     {"i", DataType::Boolean()}});
  return schema;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tenon::expression;
  const std::string_view sql(reinterpret_cast<const char*>(data), size);
  const tenon::Result<tenon::Predicate> predicate = ParsePredicate(sql);
  if (!predicate.ok()) return 0;
  const tenon::Result<tenon::Predicate> back = FromJson(ToJson(*predicate));
  // A text of bytes that are not UTF-8 cannot stand in JSON as it is; a name may be empty.
  if (back.ok() && back->ToString() != predicate->ToString()) std::abort();
  const tenon::Result<std::vector<tenon::Predicate>> bound = BindPredicate(*predicate, AnySchema());
  if (!bound.ok()) return 0;
  for (int dialect = 0; dialect < 6; ++dialect) {
    const RenderedWhere where = RenderWhere(*bound, AnySchema(), static_cast<Dialect>(dialect));
    if (where.taken.size() != bound->size()) std::abort();
  }
  return 0;
}
