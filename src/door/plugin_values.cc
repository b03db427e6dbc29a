#include "door/plugin_values.h"

#include <chrono>

namespace tenon::internal {
namespace {

constexpr int kDeepestPredicate = 256;

Result<Literal> ReadLiteral(const tenon_literal& in) {
  TENON_ASSIGN_OR_RETURN(DataType type, DataType::Parse(FromText(in.type)));
  Literal literal{std::move(type), std::monostate()};
  switch (in.kind) {
    case TENON_LITERAL_NULL: break;
    case TENON_LITERAL_BOOLEAN: literal.value = in.long_value != 0; break;
    case TENON_LITERAL_LONG: literal.value = in.long_value; break;
    case TENON_LITERAL_DOUBLE: literal.value = in.double_value; break;
    case TENON_LITERAL_DECIMAL: literal.value = Decimal128{in.high, in.low}; break;
    case TENON_LITERAL_TEXT: literal.value = std::string(FromText(in.text)); break;
    default:
      return Status::Unsupported("Literal is of an unknown kind: kind=" + std::to_string(in.kind));
  }
  return literal;
}

Result<Predicate> ReadPredicate(const tenon_predicate& in, int depth) {
  if (depth > kDeepestPredicate) return Status::InvalidArgument("Predicate is nested too deeply");
  Predicate predicate;
  predicate.op = static_cast<Op>(in.op);
  predicate.column = FromText(in.column);
  predicate.text = FromText(in.text);
  for (size_t i = 0; i < in.value_count; ++i) {
    TENON_ASSIGN_OR_RETURN(Literal literal, ReadLiteral(in.values[i]));
    predicate.values.push_back(std::move(literal));
  }
  for (size_t i = 0; i < in.arg_count; ++i) {
    TENON_ASSIGN_OR_RETURN(Predicate arg, ReadPredicate(in.args[i], depth + 1));
    predicate.args.push_back(std::move(arg));
  }
  return predicate;
}

tenon_literal ToLiteral(const Literal& literal, const std::string& type_name) {
  tenon_literal out{};
  out.type = ToText(type_name);
  if (const bool* truth = std::get_if<bool>(&literal.value)) {
    out.kind = TENON_LITERAL_BOOLEAN;
    out.long_value = *truth ? 1 : 0;
  } else if (const int64_t* whole = std::get_if<int64_t>(&literal.value)) {
    out.kind = TENON_LITERAL_LONG;
    out.long_value = *whole;
  } else if (const double* real = std::get_if<double>(&literal.value)) {
    out.kind = TENON_LITERAL_DOUBLE;
    out.double_value = *real;
  } else if (const Decimal128* decimal = std::get_if<Decimal128>(&literal.value)) {
    out.kind = TENON_LITERAL_DECIMAL;
    out.high = decimal->high;
    out.low = decimal->low;
  } else if (const std::string* text = std::get_if<std::string>(&literal.value)) {
    out.kind = TENON_LITERAL_TEXT;
    out.text = ToText(*text);
  }
  return out;
}

}  // namespace

std::vector<tenon_text> ToTexts(std::span<const std::string> texts) {
  std::vector<tenon_text> out;
  out.reserve(texts.size());
  for (const std::string& text : texts) out.push_back(ToText(text));
  return out;
}

std::vector<std::string> FromTexts(const tenon_text* texts, size_t count) {
  std::vector<std::string> out;
  out.reserve(count);
  for (size_t i = 0; i < count; ++i) out.emplace_back(FromText(texts[i]));
  return out;
}

void GiveBytes(std::string text, tenon_bytes* out) {
  auto owned = std::make_unique<std::string>(std::move(text));
  out->data = owned->data();
  out->size = owned->size();
  out->owner = owned.release();
  out->release = [](tenon_bytes* bytes) {
    const std::unique_ptr<std::string> last(static_cast<std::string*>(bytes->owner));
    *bytes = {};
  };
}

std::string TakeBytes(tenon_bytes* bytes) {
  std::string text(bytes->data == nullptr ? "" : bytes->data,
                   bytes->data == nullptr ? 0 : bytes->size);
  if (bytes->release != nullptr) bytes->release(bytes);
  *bytes = {};
  return text;
}

int32_t GiveStatus(const Status& status, tenon_error* error) noexcept {
  if (status.ok()) return 0;
  if (error != nullptr) {
    tenon_error filled{};
    filled.retry = static_cast<int32_t>(status.retry());
    filled.retry_after_ms = status.retry_after().count();
    filled.number = status.number();
    try {
      GiveBytes(std::string(status.message()), &filled.message);
      GiveBytes(std::string(status.hint()), &filled.hint);
      GiveBytes(std::string(status.where()), &filled.where);
    } catch (...) {  // No memory for the texts: the code says enough.
    }
    FillTable(filled, error);
  }
  return static_cast<int32_t>(status.code());
}

Status TakeStatus(int32_t code, tenon_error* error) {
  const bool known = code > 0 && code <= static_cast<int32_t>(StatusCode::kResourceExhausted);
  std::string message = TakeBytes(&error->message);
  std::string hint = TakeBytes(&error->hint);
  const std::string where = TakeBytes(&error->where);
  if (message.empty()) message = "The plug-in gave no reason: code=" + std::to_string(code);
  const bool retries = code == static_cast<int32_t>(StatusCode::kUnavailable) &&
                       error->retry >= 0 && error->retry <= static_cast<int32_t>(Retry::kSlowDown);
  return Status(known ? static_cast<StatusCode>(code) : StatusCode::kInternal, std::move(message))
      .WithHint(std::move(hint))
      .WithNumber(error->number)
      .WithRetry(retries ? static_cast<Retry>(error->retry) : Retry::kNo,
                 std::chrono::milliseconds(retries ? error->retry_after_ms : 0))
      .WithWhere(where);
}

PredicateList::PredicateList(const std::vector<Predicate>& predicates) {
  for (const Predicate& predicate : predicates) items_.push_back(Convert(predicate));
}

tenon_predicate PredicateList::Convert(const Predicate& predicate) {
  auto literals = std::make_unique<std::vector<tenon_literal>>();
  for (const Literal& literal : predicate.values) {
    type_names_.push_back(std::make_unique<std::string>(literal.type.ToString()));
    literals->push_back(ToLiteral(literal, *type_names_.back()));
  }
  tenon_predicate out{};
  out.op = static_cast<int32_t>(predicate.op);
  out.column = ToText(predicate.column);
  out.text = ToText(predicate.text);
  out.values = literals->data();
  out.value_count = literals->size();
  literals_.push_back(std::move(literals));
  if (!predicate.args.empty()) {
    args_.push_back(std::make_unique<PredicateList>(predicate.args));
    out.args = args_.back()->data();
    out.arg_count = args_.back()->size();
  }
  return out;
}

Result<std::vector<Predicate>> ReadPredicates(const tenon_predicate* items, size_t count) {
  std::vector<Predicate> predicates;
  for (size_t i = 0; i < count; ++i) {
    TENON_ASSIGN_OR_RETURN(Predicate predicate, ReadPredicate(items[i], 0));
    predicates.push_back(std::move(predicate));
  }
  return predicates;
}

tenon_partition ToPartition(const Partition& partition, std::vector<tenon_text>* hosts) {
  *hosts = ToTexts(partition.hosts);
  return {.size = sizeof(tenon_partition),
          .splittable = partition.splittable ? 1 : 0,
          .payload = ToText(partition.payload),
          .rows = partition.rows,
          .bytes = partition.bytes,
          .hosts = hosts->data(),
          .host_count = hosts->size()};
}

Partition FromPartition(const tenon_partition& partition) {
  const tenon_partition in = CompleteTable(partition);
  return {.payload = std::string(FromText(in.payload)),
          .rows = in.rows,
          .bytes = in.bytes,
          .splittable = in.splittable != 0,
          .hosts = FromTexts(in.hosts, in.host_count)};
}

tenon_sink_call ToSinkCall(const SinkCall& call) {
  return {ToText(call.home), ToText(call.job), ToText(call.sink), ToText(call.run),
          ToText(call.token)};
}

SinkCall FromSinkCall(const tenon_sink_call& call) {
  return {std::string(FromText(call.home)), std::string(FromText(call.job)),
          std::string(FromText(call.sink)), std::string(FromText(call.run)),
          std::string(FromText(call.token))};
}

}  // namespace tenon::internal
