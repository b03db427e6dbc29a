#include "expression/parse.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/error_catalog.h"
#include "base/text.h"
#include "base/time.h"
#include "expression/column_path.h"
#include "expression/fold.h"
#include "expression/lexer.h"
#include "expression/number.h"

namespace tenon::expression {
namespace {

Status Wrong(std::string what, std::string_view sql) {
  return Status::InvalidArgument("Predicate " + std::move(what) +
                                 ": predicate=" + base::ShortText(sql, 200))
      .WithNumber(base::kErrPredicate);
}

// Words that are no column when they stand where one could.
bool IsKeyword(const Token& token) {
  static constexpr std::array<std::string_view, 12> kWords = {
      "AND", "OR", "NOT", "IN", "IS", "LIKE", "BETWEEN", "NULL", "TRUE", "FALSE", "CASE", "EXISTS"};
  for (const std::string_view word : kWords) {
    if (token.IsWord(word)) return true;
  }
  return false;
}

// One side of a comparison.
struct Operand {
  std::optional<std::string> column;
  std::optional<Literal> literal;
};

// Reads one conjunct, strictly: nullopt anywhere means that it is outside the subset. `depth` was checked before.
class ConjunctParser {
 public:
  ConjunctParser(const std::vector<Token>& tokens, size_t begin, size_t end)
      : tokens_(tokens), at_(begin), end_(end) {}

  std::optional<Predicate> Run() {
    std::optional<Predicate> predicate = Or();
    return at_ == end_ ? predicate : std::nullopt;
  }

 private:
  const Token& Peek(size_t ahead = 0) const {
    return at_ + ahead < end_ ? tokens_[at_ + ahead] : kNothing;
  }
  bool EatWord(std::string_view word) { return Eat(Peek().IsWord(word)); }
  bool EatSymbol(std::string_view symbol) { return Eat(Peek().IsSymbol(symbol)); }
  bool Eat(bool yes) {
    at_ += yes ? 1 : 0;
    return yes;
  }

  std::optional<Predicate> Or() {
    std::vector<Predicate> args;
    do {
      std::optional<Predicate> arg = And();
      if (!arg) return std::nullopt;
      args.push_back(*std::move(arg));
    } while (EatWord("OR"));
    return args.size() == 1 ? std::move(args[0]) : Predicate::Or(std::move(args));
  }

  std::optional<Predicate> And() {
    std::vector<Predicate> args;
    do {
      std::optional<Predicate> arg = Not();
      if (!arg) return std::nullopt;
      args.push_back(*std::move(arg));
    } while (EatWord("AND"));
    return args.size() == 1 ? std::move(args[0]) : Predicate::And(std::move(args));
  }

  std::optional<Predicate> Not() {
    if (EatWord("NOT") || EatSymbol("!")) {
      std::optional<Predicate> arg = Not();
      if (!arg) return std::nullopt;
      return Predicate::Not(*std::move(arg));
    }
    return Primary();
  }

  std::optional<Predicate> Primary() {
    if (Peek().IsSymbol("(")) {
      // Brackets around a condition; around a value they are outside the subset.
      ++at_;
      std::optional<Predicate> inner = Or();
      if (!inner || !EatSymbol(")")) return std::nullopt;
      return inner;
    }
    std::optional<Operand> left = ReadOperand();
    if (!left) return std::nullopt;
    if (std::optional<Op> op = ReadComparison()) {
      std::optional<Operand> right = ReadOperand();
      return right ? MakeComparison(*op, *std::move(left), *std::move(right)) : std::nullopt;
    }
    if (left->column) return ColumnCondition(*std::move(left->column));
    // TRUE and FALSE by themselves.
    if (const bool* truth = std::get_if<bool>(&left->literal->value)) return Constant(*truth);
    return std::nullopt;
  }

  static Predicate Constant(bool truth) {
    Predicate constant;
    constant.op = truth ? Op::kAlwaysTrue : Op::kAlwaysFalse;
    return constant;
  }

  std::optional<Op> ReadComparison() {
    static constexpr std::array<std::pair<std::string_view, Op>, 9> kOps = {
        {{"=", Op::kEqual},
         {"==", Op::kEqual},
         {"<=>", Op::kNullSafeEqual},
         {"<>", Op::kNotEqual},
         {"!=", Op::kNotEqual},
         {"<", Op::kLess},
         {"<=", Op::kLessOrEqual},
         {">", Op::kGreater},
         {">=", Op::kGreaterOrEqual}}};
    for (const auto& [symbol, op] : kOps) {
      if (EatSymbol(symbol)) return op;
    }
    return std::nullopt;
  }

  static std::optional<Predicate> MakeComparison(Op op, Operand left, Operand right) {
    if (left.column && right.literal)
      return Predicate::Compare(op, *left.column, *std::move(right.literal));
    if (left.literal && right.column)
      return Predicate::Compare(Mirror(op), *right.column, *std::move(left.literal));
    if (left.literal && right.literal) {
      if (std::optional<bool> truth = FoldComparison(op, *left.literal, *right.literal))
        return Constant(*truth);
    }
    return std::nullopt;
  }

  // What may follow a column: IS…, [NOT] IN, BETWEEN, LIKE, or nothing.
  std::optional<Predicate> ColumnCondition(std::string column) {
    if (EatWord("IS")) return IsCondition(std::move(column));
    const bool negated = EatWord("NOT");
    std::optional<Predicate> predicate;
    if (EatWord("IN")) {
      predicate = InList(column);
    } else if (EatWord("BETWEEN")) {
      predicate = Between(column);
    } else if (EatWord("LIKE")) {
      predicate = Like(column);
    } else if (!negated) {
      return Predicate::Compare(Op::kEqual, std::move(column), Literal::Boolean(true));
    }
    if (!predicate) return std::nullopt;
    return negated ? Predicate::Not(*std::move(predicate)) : std::move(predicate);
  }

  std::optional<Predicate> IsCondition(std::string column) {
    const bool negated = EatWord("NOT");
    std::optional<Predicate> predicate;
    if (EatWord("NULL")) return negated ? Predicate::IsNotNull(column) : Predicate::IsNull(column);
    if (EatWord("TRUE")) {
      predicate = Predicate::Compare(Op::kNullSafeEqual, column, Literal::Boolean(true));
    } else if (EatWord("FALSE")) {
      predicate = Predicate::Compare(Op::kNullSafeEqual, column, Literal::Boolean(false));
    } else if (EatWord("DISTINCT") && EatWord("FROM")) {
      std::optional<Literal> literal = ReadLiteral();
      if (!literal) return std::nullopt;
      Predicate same = Predicate::Compare(Op::kNullSafeEqual, column, *std::move(literal));
      return negated ? std::move(same) : Predicate::Not(std::move(same));
    }
    if (!predicate) return std::nullopt;
    return negated ? Predicate::Not(*std::move(predicate)) : std::move(predicate);
  }

  std::optional<Predicate> InList(const std::string& column) {
    if (!EatSymbol("(")) return std::nullopt;
    std::vector<Literal> values;
    do {
      std::optional<Literal> value = ReadLiteral();
      if (!value) return std::nullopt;
      values.push_back(*std::move(value));
    } while (EatSymbol(","));
    if (!EatSymbol(")")) return std::nullopt;
    return Predicate::In(column, std::move(values));
  }

  std::optional<Predicate> Between(const std::string& column) {
    std::optional<Literal> low = ReadLiteral();
    if (!low || !EatWord("AND")) return std::nullopt;
    std::optional<Literal> high = ReadLiteral();
    if (!high) return std::nullopt;
    return Predicate::And({Predicate::Compare(Op::kGreaterOrEqual, column, *std::move(low)),
                           Predicate::Compare(Op::kLessOrEqual, column, *std::move(high))});
  }

  std::optional<Predicate> Like(const std::string& column) {
    if (Peek().kind != TokenKind::kText) return std::nullopt;
    const std::string pattern = tokens_[at_++].text;
    const size_t first = std::min(pattern.find_first_not_of('%'), pattern.size());
    std::string text;
    size_t at = first;
    for (; at < pattern.size() && pattern[at] != '%'; ++at) {
      if (pattern[at] == '_') return std::nullopt;
      if (pattern[at] == '\\') {
        if (++at == pattern.size()) return std::nullopt;
        if (pattern[at] != '%' && pattern[at] != '_' && pattern[at] != '\\') return std::nullopt;
      }
      text += pattern[at];
    }
    if (pattern.find_first_not_of('%', at) != std::string::npos) return std::nullopt;
    const bool front = first > 0, back = at < pattern.size();
    const Op op = front && back ? Op::kContains
                  : back        ? Op::kStartsWith
                  : front       ? Op::kEndsWith
                                : Op::kEqual;
    return Predicate::Compare(op, column, Literal::String(std::move(text)));
  }

  std::optional<Operand> ReadOperand() {
    if (std::optional<Literal> literal = ReadLiteral())
      return Operand{std::nullopt, std::move(literal)};
    if (std::optional<std::string> column = ReadColumn())
      return Operand{std::move(column), std::nullopt};
    return std::nullopt;
  }

  std::optional<std::string> ReadColumn() {
    std::vector<std::string> parts;
    do {
      if (Peek().kind != TokenKind::kName || (parts.empty() && IsKeyword(Peek())))
        return std::nullopt;
      parts.push_back(tokens_[at_++].text);
    } while (EatSymbol("."));
    if (Peek().IsSymbol("(")) return std::nullopt;  // A function.
    return JoinPath(parts);
  }

  std::optional<Literal> ReadLiteral() {
    const size_t begin = at_;
    if (std::optional<Literal> literal = TryLiteral()) return literal;
    at_ = begin;
    return std::nullopt;
  }

  std::optional<Literal> TryLiteral() {
    const bool minus = EatSymbol("-");
    if (minus || EatSymbol("+") || Peek().kind == TokenKind::kNumber) {
      if (Peek().kind != TokenKind::kNumber) return std::nullopt;
      return NumberLiteral((minus ? "-" : "") + tokens_[at_++].text);
    }
    if (Peek().kind == TokenKind::kText) return Literal::String(tokens_[at_++].text);
    if (EatWord("TRUE")) return Literal::Boolean(true);
    if (EatWord("FALSE")) return Literal::Boolean(false);
    if (EatWord("NULL")) return Literal::Null(DataType::Null());
    if (Peek().kind != TokenKind::kName || Peek(1).kind != TokenKind::kText) return std::nullopt;
    const Token& word = tokens_[at_];
    const std::string& text = tokens_[at_ + 1].text;
    at_ += 2;
    if (word.IsWord("DATE")) {
      const std::optional<int64_t> days = base::ParseDate(base::Trim(text));
      return days ? std::optional(Literal{DataType::Date(), *days}) : std::nullopt;
    }
    if (word.IsWord("TIMESTAMP") || word.IsWord("TIMESTAMP_LTZ"))
      return Moment(DataType::Timestamp(), text);
    if (word.IsWord("TIMESTAMP_NTZ")) return Moment(DataType::TimestampNtz(), text);
    if (word.IsWord("X")) return Bytes(text);
    return std::nullopt;
  }

  static std::optional<Literal> Moment(DataType type, std::string_view text) {
    const std::optional<base::ParsedTimestamp> parsed = base::ParseTimestamp(base::Trim(text));
    if (!parsed) return std::nullopt;
    int64_t micros = parsed->micros;
    if (type.id() == TypeId::kTimestamp) {
      micros -= int64_t{parsed->offset_seconds.value_or(0)} * base::kMicrosPerSecond;
    }
    return Literal{std::move(type), micros};
  }

  static std::optional<Literal> Bytes(std::string_view hex) {
    std::string digits = hex.size() % 2 == 1 ? "0" + std::string(hex) : std::string(hex);
    std::string bytes;
    for (size_t i = 0; i < digits.size(); i += 2) {
      uint8_t byte = 0;
      const char* end = digits.data() + i + 2;
      const auto result = std::from_chars(digits.data() + i, end, byte, 16);
      if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
      bytes += static_cast<char>(byte);
    }
    return Literal{DataType::Binary(), std::move(bytes)};
  }

  static std::optional<Literal> NumberLiteral(std::string text) {
    const std::string lower = base::ToLower(text);
    const size_t suffix_at = lower.find_last_of("0123456789.") + 1;
    const std::string suffix = lower.substr(suffix_at);
    const std::optional<Number> number = ParseNumber(std::string_view(text).substr(0, suffix_at));
    const bool exponent = lower.find('e') != std::string::npos;
    if (!number) return std::nullopt;
    if (suffix == "d" || (suffix.empty() && exponent)) return Literal::Double(ToDouble(*number));
    if (suffix == "f") {
      return Literal{DataType::Float(), static_cast<double>(static_cast<float>(ToDouble(*number)))};
    }
    if (suffix == "bd" || (suffix.empty() && lower.find('.') != std::string::npos))
      return DecimalOf(*number);
    if (exponent || lower.find('.') != std::string::npos) return std::nullopt;
    return Whole(*number, suffix);
  }

  static std::optional<Literal> Whole(const Number& number, std::string_view suffix) {
    const auto fits = [&](Int128 bound) {
      return number.digits >= -bound && number.digits < bound;
    };
    constexpr Int128 kOne = 1;
    const auto value = static_cast<int64_t>(number.digits);
    if (suffix == "y")
      return fits(kOne << 7) ? std::optional(Literal{DataType::Byte(), value}) : std::nullopt;
    if (suffix == "s")
      return fits(kOne << 15) ? std::optional(Literal{DataType::Short(), value}) : std::nullopt;
    if (suffix == "l") return fits(kOne << 63) ? std::optional(Literal::Long(value)) : std::nullopt;
    if (!suffix.empty()) return std::nullopt;
    if (fits(kOne << 31)) return Literal::Int(static_cast<int32_t>(value));
    if (fits(kOne << 63)) return Literal::Long(value);
    return DecimalOf(number);
  }

  static std::optional<Literal> DecimalOf(const Number& number) {
    const int scale = std::max(0, -number.exponent);
    const std::optional<Floor> unscaled = FloorAtScale(number, scale);
    if (scale > 38 || !unscaled) return std::nullopt;
    int precision = 1;
    while (precision < 38 &&
           PowerOfTen(precision) <= (unscaled->value < 0 ? -unscaled->value : unscaled->value)) {
      ++precision;
    }
    return Literal{DataType::Decimal(std::max(precision, std::max(scale, 1)), scale),
                   FromInt128(unscaled->value)};
  }

  static const Token kNothing;

  const std::vector<Token>& tokens_;
  size_t at_;
  const size_t end_;
};

const Token ConjunctParser::kNothing;

// Follows brackets and CASE … END through a text. A column may be called `end`.
class Nesting {
 public:
  // False when the token closes what is not open.
  bool Feed(const Token& token) {
    if (token.IsSymbol("(")) open_ += '(';
    if (token.IsWord("CASE")) open_ += 'c';
    if (token.IsSymbol(")")) {
      if (!open_.ends_with('(')) return false;
      open_.pop_back();
    }
    if (token.IsWord("END") && open_.ends_with('c')) open_.pop_back();
    return true;
  }
  int depth() const { return static_cast<int>(open_.size()); }

 private:
  std::string open_;
};

// Cuts the text into conjuncts, so that one of them may be outside the subset without harm to the others.
class Splitter {
 public:
  Splitter(std::string_view sql, const std::vector<Token>& tokens) : sql_(sql), tokens_(tokens) {}

  // Brackets match, nothing is too deep.
  Status Check() const {
    Nesting nesting;
    int nots = 0;
    for (const Token& token : tokens_) {
      if (!nesting.Feed(token)) return Wrong("has brackets that do not match", sql_);
      nots = token.IsWord("NOT") || token.IsSymbol("!") ? nots + 1 : 0;
      if (nesting.depth() > kMaxPredicateDepth || nots > kMaxPredicateDepth) {
        return Wrong("is nested too deeply: max_depth=" + std::to_string(kMaxPredicateDepth), sql_);
      }
    }
    return nesting.depth() == 0 ? Status::Ok() : Wrong("has brackets that do not match", sql_);
  }

  void Split(size_t begin, size_t end, std::vector<Predicate>* out) const {
    while (end - begin >= 2 && tokens_[begin].IsSymbol("(") && Matching(begin) == end - 1) {
      ++begin;
      --end;
    }
    const std::vector<size_t> ands = TopAnds(begin, end);
    if (ands.empty()) {
      out->push_back(Conjunct(begin, end));
      return;
    }
    size_t from = begin;
    for (const size_t at : ands) {
      Split(from, at, out);
      from = at + 1;
    }
    Split(from, end, out);
  }

 private:
  size_t Matching(size_t open) const {
    Nesting nesting;
    for (size_t at = open;; ++at) {
      nesting.Feed(tokens_[at]);
      if (nesting.depth() == 0) return at;
    }
  }

  // The ANDs that join conjuncts: none when an OR stands beside them. One AND belongs to each BETWEEN.
  std::vector<size_t> TopAnds(size_t begin, size_t end) const {
    std::vector<size_t> ands;
    Nesting nesting;
    int betweens = 0;
    for (size_t at = begin; at < end; ++at) {
      const Token& token = tokens_[at];
      nesting.Feed(token);
      if (nesting.depth() > 0) continue;
      if (token.IsWord("OR")) return {};
      if (token.IsWord("BETWEEN")) ++betweens;
      if (!token.IsWord("AND")) continue;
      if (betweens > 0) {
        --betweens;
      } else {
        ands.push_back(at);
      }
    }
    return ands;
  }

  Predicate Conjunct(size_t begin, size_t end) const {
    if (std::optional<Predicate> predicate = ConjunctParser(tokens_, begin, end).Run())
      return *std::move(predicate);
    if (begin >= end) return Predicate::Text("");
    return Predicate::Text(std::string(
        sql_.substr(tokens_[begin].begin, tokens_[end - 1].end - tokens_[begin].begin)));
  }

  const std::string_view sql_;
  const std::vector<Token>& tokens_;
};

}  // namespace

Result<Predicate> ParsePredicate(std::string_view sql) {
  if (sql.size() > kMaxPredicateBytes) {
    return Wrong("is too long: bytes=" + std::to_string(sql.size()) +
                     " max=" + std::to_string(kMaxPredicateBytes),
                 sql);
  }
  TENON_ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokenise(sql));
  if (tokens.size() == 1) return Wrong("is empty", sql);
  const Splitter splitter(sql, tokens);
  TENON_RETURN_IF_ERROR(splitter.Check());
  std::vector<Predicate> conjuncts;
  splitter.Split(0, tokens.size() - 1, &conjuncts);
  for (const Predicate& conjunct : conjuncts) {
    if (conjunct.op == Op::kText && conjunct.text.empty())
      return Wrong("lacks a condition beside AND", sql);
  }
  if (conjuncts.size() == 1) return std::move(conjuncts[0]);
  std::vector<Predicate> flat;
  for (Predicate& conjunct : conjuncts) {
    if (conjunct.op != Op::kAnd) {
      flat.push_back(std::move(conjunct));
      continue;
    }
    for (Predicate& arg : conjunct.args) flat.push_back(std::move(arg));
  }
  return Predicate::And(std::move(flat));
}

}  // namespace tenon::expression
