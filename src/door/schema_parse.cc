// DataType::Parse: reads "struct<a:int,b:array<decimal(10,2)>>" back, with the synonyms of Spark
// and Hive.
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "tenon/option_spec.h"
#include "tenon/schema.h"

namespace tenon {
namespace {

constexpr int kDeepestType = 64;
constexpr size_t kShownPartBytes = 60;

struct TypeName {
  std::string_view name;
  TypeId id;
};

// Glue's names first: they are what a misspelt name is compared with.
constexpr std::array kTypeNames = {
    TypeName{"null", TypeId::kNull},
    TypeName{"boolean", TypeId::kBoolean},
    TypeName{"byte", TypeId::kByte},
    TypeName{"short", TypeId::kShort},
    TypeName{"int", TypeId::kInt},
    TypeName{"long", TypeId::kLong},
    TypeName{"float", TypeId::kFloat},
    TypeName{"double", TypeId::kDouble},
    TypeName{"decimal", TypeId::kDecimal},
    TypeName{"string", TypeId::kString},
    TypeName{"binary", TypeId::kBinary},
    TypeName{"date", TypeId::kDate},
    TypeName{"time", TypeId::kTime},
    TypeName{"timestamp", TypeId::kTimestamp},
    TypeName{"timestamp_ntz", TypeId::kTimestampNtz},
    TypeName{"struct", TypeId::kStruct},
    TypeName{"array", TypeId::kArray},
    TypeName{"map", TypeId::kMap},
    TypeName{"choice", TypeId::kChoice},
    TypeName{"void", TypeId::kNull},
    TypeName{"bool", TypeId::kBoolean},
    TypeName{"tinyint", TypeId::kByte},
    TypeName{"smallint", TypeId::kShort},
    TypeName{"integer", TypeId::kInt},
    TypeName{"bigint", TypeId::kLong},
    TypeName{"real", TypeId::kFloat},
    TypeName{"dec", TypeId::kDecimal},
    TypeName{"numeric", TypeId::kDecimal},
    TypeName{"varchar", TypeId::kString},
    TypeName{"char", TypeId::kString},
    TypeName{"timestamp_ltz", TypeId::kTimestamp},
    TypeName{"uniontype", TypeId::kChoice},
};

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  Result<DataType> Parse() {
    TENON_ASSIGN_OR_RETURN(DataType type, ParseType(0));
    SkipBlanks();
    if (at_ != text_.size()) return Wrong("Type has text after its end", Rest());
    return type;
  }

 private:
  std::string_view Rest() const { return text_.substr(at_); }

  // The facts name the part that is wrong, and the whole type when it is more than that part.
  Status Wrong(std::string_view what, std::string_view part) const {
    auto shown = [](std::string_view text) {
      return text.size() <= kShownPartBytes ? std::string(text)
                                            : std::string(text.substr(0, kShownPartBytes)) + "…";
    };
    std::string message = std::string(what) + ": part=" + shown(part);
    if (part != text_) message += " type=" + shown(text_);
    return Status::InvalidArgument(std::move(message));
  }

  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
  }

  bool Accept(char wanted) {
    SkipBlanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  Status Expect(char wanted) {
    if (Accept(wanted)) return Status::Ok();
    const std::string sign(1, wanted);
    return Rest().empty() ? Wrong("Type ends too early, '" + sign + "' is missing", text_)
                          : Wrong("Type needs '" + sign + "' here", Rest());
  }

  std::string_view ParseWord() {
    SkipBlanks();
    const size_t begin = at_;
    while (at_ < text_.size() &&
           std::string_view(":,<>()` \t\r\n").find(text_[at_]) == std::string_view::npos)
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Result<std::string> ParseFieldName() {
    if (!Accept('`')) {
      const std::string_view word = ParseWord();
      if (word.empty()) return Wrong("Type needs a field name here", Rest());
      return std::string(word);
    }
    std::string name;
    while (at_ < text_.size()) {
      const char letter = text_[at_++];
      if (letter == '`') {
        if (at_ >= text_.size() || text_[at_] != '`') return name;
        ++at_;
      }
      name += letter;
    }
    return Wrong("Type has a field name without its closing backtick", text_);
  }

  Result<int> ParseInt() {
    const std::string_view word = ParseWord();
    int value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || error != std::errc() || end != word.data() + word.size()) {
      return Wrong("Type needs a whole number here", word.empty() ? Rest() : word);
    }
    return value;
  }

  Result<DataType> ParseDecimal() {
    int precision = 10, scale = 2;
    const size_t begin = at_;
    if (Accept('(')) {
      scale = 0;
      TENON_ASSIGN_OR_RETURN(precision, ParseInt());
      if (Accept(',')) {
        TENON_ASSIGN_OR_RETURN(scale, ParseInt());
      }
      TENON_RETURN_IF_ERROR(Expect(')'));
    }
    if (precision < 1 || precision > 76 || scale < 0 || scale > precision) {
      return Wrong("Decimal is out of range", text_.substr(begin, at_ - begin))
          .WithHint("Precision is 1 to 76, scale 0 to the precision.");
    }
    return DataType::Decimal(precision, scale);
  }

  Result<DataType> ParseStruct(int depth) {
    TENON_RETURN_IF_ERROR(Expect('<'));
    std::vector<Field> fields;
    if (Accept('>')) return DataType::Struct({});
    do {
      TENON_ASSIGN_OR_RETURN(std::string name, ParseFieldName());
      TENON_RETURN_IF_ERROR(Expect(':'));
      TENON_ASSIGN_OR_RETURN(DataType type, ParseType(depth + 1));
      fields.push_back({std::move(name), std::move(type)});
    } while (Accept(','));
    TENON_RETURN_IF_ERROR(Expect('>'));
    return DataType::Struct(std::move(fields));
  }

  Result<DataType> ParseArray(int depth) {
    TENON_RETURN_IF_ERROR(Expect('<'));
    TENON_ASSIGN_OR_RETURN(DataType element, ParseType(depth + 1));
    TENON_RETURN_IF_ERROR(Expect('>'));
    return DataType::Array(std::move(element));
  }

  Result<DataType> ParseMap(int depth) {
    TENON_RETURN_IF_ERROR(Expect('<'));
    SkipBlanks();
    const size_t begin = at_;
    TENON_ASSIGN_OR_RETURN(DataType key, ParseType(depth + 1));
    if (key.id() != TypeId::kString)
      return Wrong("Map keys are strings", text_.substr(begin, at_ - begin));
    TENON_RETURN_IF_ERROR(Expect(','));
    TENON_ASSIGN_OR_RETURN(DataType value, ParseType(depth + 1));
    TENON_RETURN_IF_ERROR(Expect('>'));
    return DataType::Map(std::move(value));
  }

  Result<DataType> ParseChoice(int depth) {
    TENON_RETURN_IF_ERROR(Expect('<'));
    std::vector<DataType> members;
    do {
      TENON_ASSIGN_OR_RETURN(DataType member, ParseType(depth + 1));
      members.push_back(std::move(member));
    } while (Accept(','));
    TENON_RETURN_IF_ERROR(Expect('>'));
    return DataType::Choice(std::move(members));
  }

  // varchar(20): the length is read and forgotten.
  Result<DataType> ParseString() {
    if (Accept('(')) {
      TENON_RETURN_IF_ERROR(ParseInt().status());
      TENON_RETURN_IF_ERROR(Expect(')'));
    }
    return DataType::String();
  }

  Result<DataType> ParseType(int depth) {
    if (depth > kDeepestType) return Wrong("Type is nested too deeply", text_);
    const std::string_view word = ParseWord();
    if (word.empty())
      return Rest().empty() ? Wrong("Type is missing", text_)
                            : Wrong("Type needs a name here", Rest());
    for (const TypeName& known : kTypeNames) {
      if (EqualsIgnoreCase(known.name, word)) return ParseRest(known.id, depth);
    }
    std::vector<std::string> names;
    for (const TypeName& known : kTypeNames) names.emplace_back(known.name);
    const std::string nearest = NearestName(word, names);
    return Wrong("Type is not known", word)
        .WithHint(nearest.empty() ? "" : "Did you mean " + nearest + "?");
  }

  Result<DataType> ParseRest(TypeId id, int depth) {
    switch (id) {
      case TypeId::kNull: return DataType::Null();
      case TypeId::kBoolean: return DataType::Boolean();
      case TypeId::kByte: return DataType::Byte();
      case TypeId::kShort: return DataType::Short();
      case TypeId::kInt: return DataType::Int();
      case TypeId::kLong: return DataType::Long();
      case TypeId::kFloat: return DataType::Float();
      case TypeId::kDouble: return DataType::Double();
      case TypeId::kDecimal: return ParseDecimal();
      case TypeId::kString: return ParseString();
      case TypeId::kBinary: return DataType::Binary();
      case TypeId::kDate: return DataType::Date();
      case TypeId::kTime: return DataType::Time();
      case TypeId::kTimestamp: return DataType::Timestamp();
      case TypeId::kTimestampNtz: return DataType::TimestampNtz();
      case TypeId::kStruct: return ParseStruct(depth);
      case TypeId::kArray: return ParseArray(depth);
      case TypeId::kMap: return ParseMap(depth);
      case TypeId::kChoice: return ParseChoice(depth);
    }
    return Wrong("Type is not known", text_);
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<DataType> DataType::Parse(std::string_view text) { return TypeParser(text).Parse(); }

}  // namespace tenon
