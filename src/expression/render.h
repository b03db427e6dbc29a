// Writes predicates as a store's SQL, only where the store then answers exactly as expression.h says: text by bytes,
// NaN largest and equal to itself, three-valued NULL. Pure functions; any thread.
//
// Taken for granted of the store: its columns have the types that the schema says, text is stored as Unicode, the
// session's settings are the dialect's defaults.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/expression.h"
#include "tenon/schema.h"

namespace tenon::expression {

enum class Dialect { kAnsi, kPostgres, kMysql, kSqlite, kDuckdb, kSpark };

// The condition in brackets, or nullopt when this dialect cannot say exactly that: a text, a choice, a struct's field
// where there is no such thing, a type that the store has not. REQUIRES: bound to `schema` (bind.h).
std::optional<std::string> RenderPredicate(const Predicate& predicate, const Schema& schema,
                                           Dialect dialect);

struct RenderedWhere {
  std::string sql;          // The taken conjuncts joined with AND; empty when none is.
  std::vector<bool> taken;  // Parallel to the conjuncts given.
};
RenderedWhere RenderWhere(std::span<const Predicate> conjuncts, const Schema& schema,
                          Dialect dialect);

// "name" or `name`, with its own quotes doubled.
std::string QuoteIdentifier(std::string_view name, Dialect dialect);
// 'text' with escapes; nullopt when the dialect has no literal for it (a NUL byte, or bytes that are not UTF-8).
std::optional<std::string> QuoteText(std::string_view text, Dialect dialect);

}  // namespace tenon::expression
